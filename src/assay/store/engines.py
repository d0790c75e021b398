"""Engines: how connections to each database are opened and set up."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from assay.errors import InvalidParameter
from assay.store.sqlite_functions import add_functions

BUSY_TIMEOUT_S: Final = 60.0
N_READERS: Final = 40
N_CONNECTIONS: Final = 20
READ_MMAP_BYTES: Final = 256 * 1024 * 1024
WAL_PAGES: Final = 4000


def parse_uri(uri: str) -> URL:
    """Return the parsed form of `sqlite:///FILE`, a plain file path or `postgresql://...`.

    Raises:
        InvalidParameter: It is neither.
    """
    if "://" not in uri:
        return URL.create("sqlite", database=str(Path(uri).expanduser().absolute()))
    try:
        url = make_url(uri)
    except (ArgumentError, ValueError):
        raise InvalidParameter("The database URI cannot be parsed.") from None
    name = url.get_backend_name()
    if name == "sqlite":
        if not url.database or url.database == ":memory:":
            raise InvalidParameter("A SQLite database needs a file: sqlite:///PATH.")
        return URL.create("sqlite", database=str(Path(url.database).expanduser().absolute()))
    if name in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    raise InvalidParameter(
        f"Databases of kind {name!r} are not supported. Use sqlite:///FILE or postgresql://..."
    )


def sqlite_engine(uri: URL, *, writes: bool, synchronous: str) -> Engine:
    """Return the engine of the one writing connection, or of the readers."""
    engine = create_engine(
        uri,
        connect_args={
            "timeout": BUSY_TIMEOUT_S,
            "check_same_thread": False,
            "isolation_level": None,
        },
        pool_size=1 if writes else 4,
        max_overflow=0 if writes else N_READERS - 4,
        pool_timeout=BUSY_TIMEOUT_S,
    )
    pragmas = [
        f"PRAGMA synchronous = {_synchronous(synchronous)}",
        "PRAGMA foreign_keys = ON",
        # As on PostgreSQL; ILIKE is written as lower(...) LIKE lower(...).
        "PRAGMA case_sensitive_like = ON",
    ]
    if writes:
        pragmas += [
            f"PRAGMA wal_autocheckpoint = {WAL_PAGES}",
            f"PRAGMA journal_size_limit = {WAL_PAGES * 4096}",
            "PRAGMA cache_size = -32000",
        ]
    else:
        pragmas += [
            "PRAGMA query_only = ON",
            "PRAGMA cache_size = -8000",
            f"PRAGMA mmap_size = {READ_MMAP_BYTES}",
        ]
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        for pragma in pragmas:
            connection.execute(pragma).close()
        add_functions(connection)

    @event.listens_for(engine, "begin")
    def start(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine


def postgresql_engine(uri: URL) -> Engine:
    """Return the engine of all connections; raise InvalidParameter when the driver is missing."""
    try:
        engine = create_engine(
            uri,
            pool_size=N_CONNECTIONS,
            max_overflow=N_CONNECTIONS,
            pool_timeout=BUSY_TIMEOUT_S,
            pool_pre_ping=True,
            isolation_level="READ COMMITTED",
            connect_args={"connect_timeout": 10},
        )
    except (ImportError, NoSuchModuleError):
        raise InvalidParameter(
            "PostgreSQL needs a driver that is not installed: pip install 'assay[postgres]'."
        ) from None
    event.listen(engine, "connect", _switch_off_jit)
    return engine


def _switch_off_jit(connection: Any, _record: object) -> None:
    # Compiling a plan costs a second where running it costs milliseconds. Engines that speak
    # PostgreSQL's protocol without being it do not know the word, hence the question first.
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit'")
    connection.commit()


def _synchronous(name: str) -> str:
    if name.upper() not in {"FULL", "NORMAL", "EXTRA"}:
        raise InvalidParameter(
            f"Invalid value {name!r} for DATABASE_SYNCHRONOUS. Use FULL or NORMAL."
        )
    return name.upper()
