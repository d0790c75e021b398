"""Bringing a database to the present schema, also when many processes open it at once.

An empty database gets the present tables in one step; a test proves that they are what the
migrations would have made. An older one is migrated by Alembic, which is imported only then. Both
happen under a lock, and a SQLite file that holds data is copied first.
"""

import contextlib
import fcntl
import importlib
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec
from sqlalchemy import Connection, inspect

from assay.entities.experiments import DEFAULT_EXPERIMENT_ID, DEFAULT_EXPERIMENT_NAME
from assay.errors import InvalidParameter, Unavailable
from assay.store.connections import Database
from assay.store.engines import BUSY_TIMEOUT_S, parse_uri
from assay.store.statements import Statement
from assay.store.tables import ACTIVE, counters, experiments, metadata, schema_revision

HEAD: Final = "0002"
ARTIFACT_ROOT: Final = "mlflow-artifacts:"
_LOCK_NUMBER: Final = 0x6173736179
_UPGRADE: Final = "assay.store.upgrade"

_REVISION = Statement("SELECT version_num FROM schema_revision")


class SchemaState(msgspec.Struct, frozen=True):
    """Which schema a database has, None when it is empty, and which one this program needs."""

    revision: str | None
    head: str

    @property
    def is_current(self) -> bool:
        """True when nothing needs to be done."""
        return self.revision == self.head


def bring_up_to_date(database: Database, artifact_root: str = ARTIFACT_ROOT) -> None:
    """Create or migrate the schema of `database` unless it is the present one."""
    if database.path is not None:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    if not _state(database).is_current:
        _change_schema(database, artifact_root)


def check(uri: str) -> SchemaState:
    """Return which schema the database at `uri` has; change nothing."""
    database = Database(parse_uri(uri))
    try:
        if database.path is not None and not database.path.exists():
            return SchemaState(None, HEAD)
        return _state(database)
    finally:
        database.close()


def upgrade(uri: str) -> SchemaState:
    """Create or migrate the database at `uri`, and return the schema that it had before."""
    before = check(uri)
    database = Database(parse_uri(uri))
    try:
        bring_up_to_date(database)
    finally:
        database.close()
    return before


def _state(database: Database) -> SchemaState:
    path = database.path
    if path is not None and (not path.exists() or path.stat().st_size == 0):
        return SchemaState(None, HEAD)
    with database.inspect() as conn:
        tables = set(inspect(conn).get_table_names())
        if schema_revision.name in tables:
            row = _REVISION.row(conn)
            return SchemaState(None if row is None else str(row[0]), HEAD)
    if tables & {"experiments", "runs", "alembic_version"}:
        raise InvalidParameter(
            "The database holds tables of another program. Give assay an empty one, and bring old "
            "runs over with `assay import`."
        )
    return SchemaState(None, HEAD)


def _change_schema(database: Database, artifact_root: str) -> None:
    with _lock(database):
        state = _state(database)
        if state.is_current:
            return
        if state.revision is None:
            _create(database, artifact_root)
            return
        migrations = importlib.import_module(_UPGRADE)
        migrations.check_known(state.revision)
        if database.path is not None:
            _copy(database.path, Path(f"{database.path}.backup-{state.revision}"))
        with database.write() as conn:
            migrations.upgrade_schema(conn)


def _create(database: Database, artifact_root: str) -> None:
    if database.path is not None:
        _switch_to_wal(database.path)
    with database.write() as conn:
        metadata.create_all(conn, checkfirst=False)
        add_first_rows(conn, artifact_root)
        conn.execute(schema_revision.insert().values(version_num=HEAD))


def add_first_rows(conn: Connection, artifact_root: str = ARTIFACT_ROOT) -> None:
    """Write what every database has from the start: the counter and the default experiment."""
    now_ms = time.time_ns() // 1_000_000
    conn.execute(counters.insert().values(name="experiment", value=0))
    conn.execute(
        experiments.insert().values(
            experiment_id=int(DEFAULT_EXPERIMENT_ID),
            name=DEFAULT_EXPERIMENT_NAME,
            artifact_location=f"{artifact_root.rstrip('/')}/{DEFAULT_EXPERIMENT_ID}",
            lifecycle=ACTIVE,
            creation_time=now_ms,
            last_update_time=now_ms,
        )
    )


@contextmanager
def _lock(database: Database) -> Iterator[None]:
    """Let one process at a time change the schema."""
    if database.path is None:
        with database.inspect() as conn:
            conn.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK_NUMBER})")
            yield
        return
    descriptor = os.open(f"{database.path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _wait_for(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    deadline = time.monotonic() + 2 * BUSY_TIMEOUT_S
    while True:
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        if time.monotonic() > deadline:
            raise Unavailable("Another process has been migrating the database for two minutes.")
        time.sleep(0.01)


def _switch_to_wal(path: Path) -> None:
    # Before the first connection of the pool: changing the mode needs the file to itself.
    with contextlib.closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as connection:
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")


def _copy(source: Path, target: Path) -> None:
    """Copy a database with all that is committed, under its final name only when whole."""
    partial = target.with_name(f"{target.name}.partial")
    with (
        contextlib.closing(sqlite3.connect(source, timeout=BUSY_TIMEOUT_S)) as old,
        contextlib.closing(sqlite3.connect(partial)) as new,
    ):
        old.backup(new)
    partial.replace(target)
