"""Leases: who does the work that only one server may do at a time.

A lease ends by itself, so the work of a server that died is taken over. Clocks of servers must
agree to well within a lease's length.
"""

from sqlalchemy import Connection

from assay.store.statements import Statement

_TAKE = Statement(
    "INSERT INTO leases (name, holder, expires_ms) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE "
    "SET holder = excluded.holder, expires_ms = excluded.expires_ms "
    "WHERE leases.holder = excluded.holder OR leases.expires_ms <= ? RETURNING holder"
)
_RELEASE = Statement("DELETE FROM leases WHERE name = ? AND holder = ?")
_HOLDER = Statement("SELECT holder FROM leases WHERE name = ? AND expires_ms > ?")


def take_lease(conn: Connection, name: str, *, holder: str, now_ms: int, for_ms: int) -> bool:
    """Take the lease, or hold it longer; return False while another holds it."""
    return _TAKE.row(conn, name, holder, now_ms + for_ms, now_ms) is not None


def release_lease(conn: Connection, name: str, *, holder: str) -> None:
    """Give the lease up, if `holder` has it."""
    _RELEASE.run(conn, name, holder)


def find_lease_holder(conn: Connection, name: str, *, now_ms: int) -> str | None:
    """Return who holds the lease now."""
    row = _HOLDER.row(conn, name, now_ms)
    return None if row is None else str(row[0])
