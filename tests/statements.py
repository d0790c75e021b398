"""Counting the SQL statements of a piece of code, and asking which indexes a statement uses."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, event

_FRAME = re.compile(r"^(SAVEPOINT|RELEASE|ROLLBACK|BEGIN|COMMIT|EXPLAIN|SET LOCAL)", re.IGNORECASE)
_INDEX = re.compile(r"USING (?:COVERING )?INDEX (\w+)|USING (?:INTEGER )?(PRIMARY KEY)")
_PLAN_INDEX = re.compile(
    r"(?:Index(?: Only)? Scan|Bitmap Index Scan)(?: Backward)? (?:using|on) (\w+)"
)


class Statements(list[str]):
    """The statements that ran, in order; those that only frame or tune transactions are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[Any] = []


@contextmanager
def counted_statements(conn: Connection) -> Iterator[Statements]:
    """Collect what runs on `conn`: `with counted_statements(conn) as ran: ...; len(ran)`."""
    ran = Statements()

    def note(_conn: object, _cursor: object, statement: str, values: Any, *_rest: object) -> None:
        if not _FRAME.match(statement):
            ran.append(statement)
            ran.values.append(values)

    event.listen(conn, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        event.remove(conn, "before_cursor_execute", note)


def used_indexes(conn: Connection, statement: str, values: Any = ()) -> set[str]:
    """Return the names of the indexes that `statement` uses; `PRIMARY KEY` for a table's own order.

    On PostgreSQL sequential scans are switched off first: on small tables they win for good reasons,
    and the question is whether the index serves at all.
    """
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        found = [_INDEX.search(row[3]) for row in rows]
        return {match[1] or match[2] for match in found if match}
    conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = conn.exec_driver_sql(f"EXPLAIN {statement}", values).fetchall()
    plan = "\n".join(row[0] for row in rows)
    return {"PRIMARY KEY" if name.endswith("_pkey") else name for name in _PLAN_INDEX.findall(plan)}


def scanned_tables(conn: Connection, statement: str, values: Any = ()) -> set[str]:
    """Return the tables that `statement` reads from end to end."""
    if conn.dialect.name == "sqlite":
        rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).fetchall()
        return {
            match[1]
            for row in rows
            if (match := re.match(r"SCAN (\w+)", row[3]))
            and match[1] not in {"json_each", "CONSTANT"}
        }
    conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
    rows = conn.exec_driver_sql(f"EXPLAIN {statement}", values).fetchall()
    return {match[1] for row in rows if (match := re.search(r"Seq Scan on (\w+)", row[0]))}
