"""What is left of purged runs and logged models: their ids, so that nothing makes them anew."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from assay.store.statements import Statement

_FIND: Final = Statement("SELECT id FROM purged WHERE id IN (?text...)")
_FIND_PURGING: Final = Statement(
    "SELECT id FROM purged WHERE id IN (?text...)"
    " UNION ALL SELECT run_id FROM runs WHERE run_id IN (?text...) AND lifecycle = 2"
    " UNION ALL SELECT model_id FROM logged_models WHERE model_id IN (?text...) AND lifecycle = 2"
)
_ADD: Final = Statement(
    "INSERT INTO purged (id, purged_ms) VALUES (?, ?) ON CONFLICT (id) DO NOTHING"
)


def find_purged(conn: Connection, ids: Iterable[str]) -> set[str]:
    """Return those of the ids that a purged run or logged model had."""
    wanted = sorted(ids)
    return {row[0] for row in _FIND.rows(conn, wanted)} if wanted else set()


def find_purging(conn: Connection, ids: Iterable[str]) -> set[str]:
    """Return those of the ids whose run or logged model was purged, or is being purged."""
    wanted = sorted(ids)
    rows = _FIND_PURGING.rows(conn, wanted, wanted, wanted) if wanted else []
    return {row[0] for row in rows}


def remember_purged(conn: Connection, ids: Iterable[str], *, now_ms: int) -> None:
    """Keep ids that were purged."""
    _ADD.run_many(conn, [(identity, now_ms) for identity in sorted(ids)])
