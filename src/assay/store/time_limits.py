"""A limit on how long a search may take, so that no filter keeps a server busy, and no client that left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from assay.errors import Abandoned, AssayError, InvalidFilter
from assay.store.abandonment import cancellable, is_abandoned, stop_if_abandoned

SEARCH_LIMIT_S: Final = 30.0

_STEPS_BETWEEN_LOOKS: Final = 100_000
_SQLITE_INTERRUPT: Final = 9
_POSTGRESQL_CANCELED: Final = "57014"
_POSTGRESQL_BAD_PATTERN: Final = "2201B"


@contextmanager
def limited_search(conn: Connection, seconds: float = SEARCH_LIMIT_S) -> Iterator[None]:
    """Stop the statements that run on `conn` inside when `seconds` are over or nobody waits for them.

    Raises:
        Abandoned: The client has gone.
        InvalidFilter: The time was over, or the database refuses a pattern.
    """
    stop_if_abandoned()
    limit = _limit_sqlite if conn.dialect.name == "sqlite" else _limit_postgresql
    try:
        with limit(conn, seconds):
            yield
    except DBAPIError as error:
        explained = _explained(error, seconds)
        if explained is None:
            raise
        raise explained from error


@contextmanager
def _limit_sqlite(conn: Connection, seconds: float) -> Iterator[None]:
    driver: Any = conn.connection.driver_connection
    deadline = time.monotonic() + seconds
    driver.set_progress_handler(
        lambda: time.monotonic() > deadline or is_abandoned(), _STEPS_BETWEEN_LOOKS
    )
    try:
        yield
    finally:
        driver.set_progress_handler(None, 0)


@contextmanager
def _limit_postgresql(conn: Connection, seconds: float) -> Iterator[None]:
    conn.exec_driver_sql(f"SET LOCAL statement_timeout = {max(1, round(seconds * 1000))}")
    with cancellable(conn.connection.driver_connection):
        yield
    conn.exec_driver_sql("SET LOCAL statement_timeout = DEFAULT")


def _explained(error: DBAPIError, seconds: float) -> AssayError | None:
    cause = error.orig
    state = getattr(cause, "sqlstate", None)
    if getattr(cause, "sqlite_errorcode", None) == _SQLITE_INTERRUPT or (
        state == _POSTGRESQL_CANCELED
    ):
        if is_abandoned():
            return Abandoned()
        return InvalidFilter(
            f"The search took longer than {seconds:g} s and was stopped. Use a filter that needs "
            "less work, or search fewer experiments."
        )
    if state == _POSTGRESQL_BAD_PATTERN:
        return InvalidFilter("Invalid regular expression: the database cannot use it.")
    return None
