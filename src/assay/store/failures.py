"""What a failure of the database means: wait, free some room, or mend the request."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import DataError, DBAPIError

from assay.errors import InvalidParameter, StoreFull

_SQLITE_BUSY: Final = frozenset({5, 6})
_SQLITE_FULL: Final = 13
# Growing the shared index of the write-ahead log on a full disk is reported as an I/O error.
_SQLITE_SHARED_INDEX: Final = frozenset({4618, 4874})
_POSTGRESQL_TRANSIENT: Final = frozenset({"40001", "40P01", "55P03", "57P01", "57P02", "57P03"})
_POSTGRESQL_FULL: Final = frozenset({"53100", "53200"})


def is_lost(conn: Connection) -> bool:
    """Return whether the database itself has ended the transaction, as SQLite does on a full disk."""
    if conn.closed or conn.invalidated:
        return True
    return conn.dialect.name == "sqlite" and not conn.connection.driver_connection.in_transaction  # type: ignore[union-attr]  # sqlite3's


def is_transient(error: BaseException) -> bool:
    """Return whether the same transaction may succeed when it is run again."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) in _SQLITE_BUSY
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return getattr(cause, "sqlstate", None) in _POSTGRESQL_TRANSIENT


def is_full(error: BaseException) -> bool:
    """Return whether the database failed for want of room."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return (code & 0xFF) == _SQLITE_FULL or code in _SQLITE_SHARED_INDEX
    return getattr(cause, "sqlstate", None) in _POSTGRESQL_FULL


def is_unstorable(error: BaseException) -> bool:
    """Return whether a value cannot be kept: a lone surrogate, a NUL, a number beyond 64 bits."""
    if isinstance(error, OverflowError):
        return "SQLite" in str(error)
    return isinstance(error, UnicodeEncodeError | DataError)


def refused_value(error: BaseException) -> InvalidParameter:
    """Return what the caller of an unstorable value is told; `error` is kept as the cause."""
    refusal = InvalidParameter("The database cannot hold a text or number of this request.")
    refusal.__cause__ = error
    return refusal


@contextmanager
def known_failures() -> Iterator[None]:
    """Raise StoreFull or InvalidParameter for the failures inside that mean it."""
    try:
        yield
    except (DBAPIError, UnicodeEncodeError, OverflowError) as error:
        if is_full(error):
            raise StoreFull from error
        if is_unstorable(error):
            raise refused_value(error) from error
        raise
