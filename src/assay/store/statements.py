"""SQL texts for the statements that run most, the same text for both databases.

`?` stands for one value; `IN (?int...)` and `IN (?text...)` take a list of any length, so
that the number of statements never grows with the number of runs. `FOR WRITING` at the end of a
query keeps other servers from changing its rows before the transaction ends (SQLite has but one
writer anyway); `FOR KEEPING` only keeps them from removing the rows, and `FOR REMOVAL` keeps
out all of these. `BY PRIMARY KEY run_number, key_id` is an `ORDER BY` that SQLite need not be told: its
tables without row ids are read in that order, and sorting again would cost half the time.
`THIS TRANSACTION` and `OLDEST TRANSACTION` are numbers of the present one and of the oldest that still
runs, which only PostgreSQL counts.

SQLAlchemy's own expressions are the rule elsewhere; here their cost per statement and row counts.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Row = tuple[Any, ...]

_WORDS: Final = {
    "sqlite": {
        "(?int...)": "(SELECT value FROM json_each(?))",
        "(?text...)": "(SELECT value FROM json_each(?))",
        "FOR WRITING": "",
        "FOR KEEPING": "",
        "FOR REMOVAL": "",
        "BY PRIMARY KEY run_number, key_id": "",
        "THIS TRANSACTION": "0",
        "OLDEST TRANSACTION": "1",
    },
    "postgresql": {
        "NOT IN (?int...)": "<> ALL (?::bigint[])",
        "NOT IN (?text...)": "<> ALL (?::text[])",
        "IN (?int...)": "= ANY (?::bigint[])",
        "IN (?text...)": "= ANY (?::text[])",
        "FOR WRITING": "FOR NO KEY UPDATE",
        "FOR KEEPING": "FOR KEY SHARE",
        "FOR REMOVAL": "FOR UPDATE",
        "BY PRIMARY KEY run_number, key_id": "ORDER BY run_number, key_id",
        "THIS TRANSACTION": "pg_current_xact_id()::text::bigint",
        "OLDEST TRANSACTION": "pg_snapshot_xmin(pg_current_snapshot())::text::bigint",
    },
}


class Statement:
    """One SQL text, translated once for each database."""

    def __init__(self, text: str) -> None:
        self._texts = {dialect: _translate(text, dialect) for dialect in _WORDS}

    def rows(self, conn: Connection, *values: object) -> list[Row]:
        """Run it and return all its rows."""
        dialect = conn.dialect.name
        text, bound = self._texts[dialect], _bound(values, dialect)
        driver = _sqlite(conn)
        if driver is not None:
            with _wrapped(text, bound):
                found: list[Row] = driver.execute(text, bound).fetchall()
            return found
        result = conn.exec_driver_sql(text, bound)
        cursor = result.cursor
        rows: list[Row] = [] if cursor is None else cursor.fetchall()  # type: ignore[assignment]  # drivers return tuples
        result.close()
        return rows

    def row(self, conn: Connection, *values: object) -> Row | None:
        """Run it and return its first row, or None."""
        rows = self.rows(conn, *values)
        return rows[0] if rows else None

    def run(self, conn: Connection, *values: object) -> int:
        """Run it and return how many rows it changed."""
        dialect = conn.dialect.name
        return conn.exec_driver_sql(self._texts[dialect], _bound(values, dialect)).rowcount

    def run_many(self, conn: Connection, rows: Iterable[Row]) -> None:
        """Run it once for each of `rows`; nothing when there are none."""
        values = list(rows)
        if not values:
            return
        text = self._texts[conn.dialect.name]
        driver = _sqlite(conn)
        if driver is None:
            conn.exec_driver_sql(text, values)
        else:
            with _wrapped(text, values):
                driver.executemany(text, values).close()


def _sqlite(conn: Connection) -> sqlite3.Connection | None:
    """Return SQLite's own connection while nobody watches statements, None for other databases.

    SQLAlchemy's way costs 30 µs a statement here, several times what most statements do.
    """
    if conn.dialect.name != "sqlite" or not conn.in_transaction():
        return None
    if conn.dispatch.before_cursor_execute:
        return None
    driver = conn.connection.driver_connection
    return driver if isinstance(driver, sqlite3.Connection) else None


class _wrapped:  # noqa: N801 reads as a statement
    """Raise what SQLite raises inside as SQLAlchemy would."""

    __slots__ = ("_text", "_values")

    def __init__(self, text: str, values: Any) -> None:
        self._text = text
        self._values = values

    def __enter__(self) -> None:
        return

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise DBAPIError.instance(self._text, self._values, error, sqlite3.Error) from error


def _translate(text: str, dialect: str) -> str:
    for word, own in _WORDS[dialect].items():
        text = text.replace(word, own)
    return text.replace("?", "%s") if dialect == "postgresql" else text


def _bound(values: Sequence[object], dialect: str) -> tuple[Any, ...]:
    if dialect == "postgresql":
        return tuple(values)
    return tuple(
        msgspec.json.encode(value).decode() if isinstance(value, list) else value
        for value in values
    )
