"""What is left of purged runs and logged models: their ids, so that nothing makes them anew.

And what must not begin while they are on their way out.
"""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from assay.errors import Conflict
from assay.store.statements import Statement
from assay.store.tables import PURGING

_FIND: Final = Statement("SELECT id FROM purged WHERE id IN (?text...)")
_FIND_PURGING: Final = Statement(
    "SELECT id FROM purged WHERE id IN (?text...)"
    " UNION ALL SELECT run_id FROM runs WHERE run_id IN (?text...) AND lifecycle = 2"
    " UNION ALL SELECT model_id FROM logged_models WHERE model_id IN (?text...) AND lifecycle = 2"
)
# Whoever marks them waits for us, and sees what we have made; or we wait, and see the mark.
_HOLD_RUNS: Final = Statement(
    "SELECT run_id, lifecycle FROM runs WHERE run_id IN (?text...) ORDER BY run_number FOR WRITING"
)
_HOLD_MODELS: Final = Statement(
    "SELECT model_id, lifecycle FROM logged_models WHERE model_id IN (?text...)"
    " ORDER BY model_number FOR WRITING"
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


def hold_folders(conn: Connection, location: str) -> None:
    """Let no run or logged model whose folder `location` may lie in be marked before we are done.

    Raises:
        Conflict: One of them is being purged, and its files may be deleted at any moment.
    """
    names = sorted({name for name in location.partition("?")[0].split("/") if name})
    for identity, lifecycle in _HOLD_RUNS.rows(conn, names) + _HOLD_MODELS.rows(conn, names):
        if lifecycle == PURGING:
            raise Conflict(
                f"{location!r} lies in the folder of {identity!r}, which is being purged. "
                "Try again when that has ended, or choose another location."
            )


def remember_purged(conn: Connection, ids: Iterable[str], *, now_ms: int) -> None:
    """Keep ids that were purged."""
    _ADD.run_many(conn, [(identity, now_ms) for identity in sorted(ids)])
