"""Connections to the database, and the only place where SQLite and PostgreSQL differ in how they are used.

A `Database` gives out connections for reading (a snapshot that stays the same to its end) and for
writing (one transaction). On SQLite there is one writing connection, `BEGIN IMMEDIATE`, and readers
beside it in WAL mode; waiting for another process's lock is never an error here. On PostgreSQL
writers are READ COMMITTED and readers REPEATABLE READ. What to write stands in the other files.
"""

import ctypes
import os
import random
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import URL, Connection, Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import QueuePool

from assay.errors import StoreFull, Unavailable
from assay.store.change_log import open_notes, write_notes
from assay.store.engines import BUSY_TIMEOUT_S, postgresql_engine, sqlite_engine
from assay.store.failures import is_full, is_lost, is_transient, known_failures
from assay.store.keys import KeyCache

Dialect = Literal["sqlite", "postgresql"]

FORK_PATIENCE_S: Final = 2.0


class Database:
    """An open database; many threads may use it at once."""

    def __init__(self, uri: URL, *, synchronous: str = "FULL") -> None:
        self.uri = uri
        self.dialect: Dialect = "sqlite" if uri.get_backend_name() == "sqlite" else "postgresql"
        self.key_cache = KeyCache()
        if self.dialect == "sqlite":
            self._writer = sqlite_engine(uri, writes=True, synchronous=synchronous)
            self._reader = sqlite_engine(uri, writes=False, synchronous=synchronous)
        else:
            self._writer = postgresql_engine(uri)
            self._reader = self._writer.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._first_read = "SELECT 1 FROM counters"
        # Held while this process writes to SQLite, so that it never forks in a transaction.
        self._gate = threading.RLock()
        _open_databases.add(self)

    @property
    def path(self) -> Path | None:
        """The SQLite file; None on a database server."""
        return Path(str(self.uri.database)) if self.dialect == "sqlite" else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the database from now to its end."""
        conn = _waiting(self._open_snapshot)
        try:
            self.key_cache.open(conn, writes=False)
            with known_failures():
                yield conn
        finally:
            conn.close()

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """Give a connection whose changes are committed at the end, or undone on an exception.

        Raises:
            StoreFull: There is no room on the disk.
        """
        with self._gate if self.dialect == "sqlite" else nullcontext():
            conn = _waiting(self._open_transaction)
            try:
                self.key_cache.open(conn, writes=True)
                open_notes(conn)
                with known_failures():
                    yield conn
                    write_notes(conn)
                    conn.commit()
                self.key_cache.commit(conn)
            finally:
                conn.close()

    @contextmanager
    def inspect(self) -> Iterator[Connection]:
        """Give a connection that asks nothing of the schema."""
        conn = _waiting(self._reader.connect)
        try:
            yield conn
        finally:
            conn.close()

    @contextmanager
    def maintain(self) -> Iterator[Any]:
        """Give the driver's own connection, in no transaction, for what cannot run in one."""
        with self._gate if self.dialect == "sqlite" else nullcontext(), known_failures():
            pooled = self._writer.raw_connection()
            driver: Any = pooled.driver_connection
            try:
                if self.dialect == "postgresql":
                    driver.rollback()
                    driver.autocommit = True
                yield driver
            finally:
                if self.dialect == "postgresql":
                    driver.autocommit = False
                pooled.close()

    def close(self) -> None:
        """Close all connections; the database can be used again and opens new ones."""
        self._reader.dispose()
        self._writer.dispose()

    def rest(self) -> None:
        """Close what can be closed before a fork; `wake` must follow in parent and child.

        SQLite remembers by process which locks it holds. A child that inherits open connections
        would believe in locks that it does not have, and its file could be taken from under it.
        """
        if self.dialect == "sqlite":
            self._gate.acquire(timeout=FORK_PATIENCE_S)
            deadline = time.monotonic() + FORK_PATIENCE_S
            while _n_in_use(self._reader) and time.monotonic() < deadline:
                time.sleep(0.001)
            self.close()

    def wake(self, *, is_child: bool) -> None:
        """Go on after a fork; a child forgets the connections that were left, untouched.

        Not even the garbage collector may close those: that would reach into the parent's session.
        """
        if is_child:
            for engine in (self._reader, self._writer):
                ctypes.pythonapi.Py_IncRef(ctypes.py_object(engine.pool))
                engine.dispose(close=False)
        if self.dialect == "sqlite":
            with suppress(RuntimeError):
                self._gate.release()

    def _open_snapshot(self) -> Connection:
        conn = self._reader.connect()
        try:
            conn.exec_driver_sql(self._first_read).close()
        except BaseException:
            conn.close()
            raise
        return conn

    def _open_transaction(self) -> Connection:
        conn = self._writer.connect()
        try:
            conn.begin()
        except BaseException:
            conn.close()
            raise
        return conn


_open_databases: "weakref.WeakSet[Database]" = weakref.WeakSet()


def _rest_all() -> None:
    for database in list(_open_databases):
        database.rest()


def _wake_all(*, is_child: bool) -> None:
    for database in list(_open_databases):
        database.wake(is_child=is_child)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(
        before=_rest_all,
        after_in_parent=partial(_wake_all, is_child=False),
        after_in_child=partial(_wake_all, is_child=True),
    )


@contextmanager
def savepoint(conn: Connection) -> Iterator[None]:
    """Undo what is written inside when it raises, and keep the rest of the transaction."""
    conn.exec_driver_sql("SAVEPOINT operation")
    try:
        yield
    except BaseException as error:
        if not (is_transient(error) or is_lost(conn)):
            conn.exec_driver_sql("ROLLBACK TO SAVEPOINT operation")
            conn.exec_driver_sql("RELEASE SAVEPOINT operation")
            KeyCache.forget_new(conn)
        raise
    conn.exec_driver_sql("RELEASE SAVEPOINT operation")


def _n_in_use(engine: Engine) -> int:
    pool = engine.pool
    return pool.checkedout() if isinstance(pool, QueuePool) else 0


def _waiting(connect: Any) -> Connection:
    """Call `connect` until no other process holds the lock it needs, for a minute at most."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            conn: Connection = connect()
        except PoolTimeout as error:
            raise Unavailable("The database is busy. Repeat the request.") from error
        except DBAPIError as error:
            if is_full(error):
                raise StoreFull from error
            if not is_transient(error):
                raise
            if time.monotonic() > deadline:
                raise Unavailable("The database is busy. Repeat the request.") from error
            time.sleep(random.uniform(0.002, 0.05))  # noqa: S311 spreads retries, guards nothing
        else:
            return conn
