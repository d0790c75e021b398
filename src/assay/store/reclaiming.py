"""Giving the room of purged rows back to the disk.

SQLite moves free pages to the end of the file and cuts them off, some at a time, so that writers need
not wait; a file that was not made for that can only be rewritten as a whole. PostgreSQL cuts off what is
empty at the end of a table, and indexes are built anew where they have become far larger than it.
"""

from typing import Any, Final, NamedTuple

from assay.store.connections import Database
from assay.store.owned_rows import OF_EXPERIMENTS, OF_MODELS, OF_RUNS, ROOTS

PAGES_AT_ONCE: Final = 2000
INCREMENTAL: Final = 2
SPARE_BYTES: Final = 64 * 1024

_INDEXES: Final = (
    "SELECT pg_indexes_size(c.oid) > 2 * pg_relation_size(c.oid) + %s FROM pg_class c"
    " WHERE c.oid = to_regclass(%s)"
)
# What a process that died while it built indexes anew has left behind.
_HALF_BUILT: Final = (
    "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = to_regclass(%s)"
    " AND NOT indisvalid AND indexrelid::regclass::text ~ '_cc(new|old)[0-9]*$'"
)


class Reclaimed(NamedTuple):
    """How large the database was and is; `is_whole` is False when only rewriting it would free more."""

    bytes_before: int
    bytes_after: int
    is_whole: bool = True


def database_bytes(database: Database) -> int:
    """Return how many bytes the database takes on disk."""
    if database.path is None:
        with database.maintain() as driver:
            found = driver.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(found[0])
    files = [database.path, database.path.with_name(f"{database.path.name}-wal")]
    return sum(file.stat().st_size for file in files if file.exists())


def reclaim(database: Database, *, rewrite: bool = False) -> Reclaimed:
    """Give free room back; `rewrite` builds a SQLite file anew, during which nobody can write."""
    before = database_bytes(database)
    if database.path is None:
        for table in (*OF_RUNS, *OF_MODELS, *OF_EXPERIMENTS, *ROOTS):
            _vacuum(database, table.name)
        return Reclaimed(before, database_bytes(database))
    is_whole = _shrink(database, rewrite=rewrite)
    with database.maintain() as driver:
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    return Reclaimed(before, database_bytes(database), is_whole)


def _shrink(database: Database, *, rewrite: bool) -> bool:
    with database.maintain() as driver:
        is_incremental = _pragma(driver, "auto_vacuum") == INCREMENTAL
        if rewrite:
            driver.executescript("PRAGMA auto_vacuum = INCREMENTAL; VACUUM;")
            return True
    if is_incremental:
        _cut_off_free_pages(database)
    return is_incremental


def _cut_off_free_pages(database: Database) -> None:
    """Cut off free pages, some at a time, until there are none or it gets no further."""
    n_before = -1
    while True:
        with database.maintain() as driver:
            n_free = _pragma(driver, "freelist_count")
            if n_free in {0, n_before}:
                return
            # As a script: a cursor would free one page each time it is asked for a row.
            driver.executescript(f"PRAGMA incremental_vacuum({PAGES_AT_ONCE});")
        n_before = n_free


def _pragma(driver: Any, name: str) -> int:
    return int(driver.execute(f"PRAGMA {name}").fetchone()[0])


def _vacuum(database: Database, table: str) -> None:
    with database.maintain() as driver:
        for (index,) in driver.execute(_HALF_BUILT, (table,)).fetchall():
            driver.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {index}")
        driver.execute(f"VACUUM {table}")
        is_hollow = driver.execute(_INDEXES, (SPARE_BYTES, table)).fetchone()
        if is_hollow is not None and is_hollow[0]:
            driver.execute(f"REINDEX TABLE CONCURRENTLY {table}")
