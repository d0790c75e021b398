"""How runs ended, and which of those that should be running have fallen silent."""

from typing import Final

from sqlalchemy import Connection

from assay.entities.runs import RUN_STATUS_NUMBERS, RunStatus
from assay.errors import RunNotFound
from assay.store.statements import Statement
from assay.wire.runs import RunEnding

LOST_AFTER_MS: Final = 60_000
"""Clients give a sign of life every 15 seconds."""

_GET: Final = Statement(
    "SELECT status, end_reason, start_time, end_time, heartbeat_time FROM runs WHERE run_id = ?"
)


def get_ending(conn: Connection, run_id: str, *, now_ms: int) -> RunEnding:
    """Return how a run ended or stands.

    Raises:
        RunNotFound: There is none with this id.
    """
    row = _GET.row(conn, run_id)
    if row is None:
        raise RunNotFound(run_id)
    number, reason, start_ms, end_ms, heartbeat_ms = row
    status = RUN_STATUS_NUMBERS[number]
    is_running = status is RunStatus.RUNNING
    last_seen_ms = max(start_ms or 0, heartbeat_ms or 0)
    return RunEnding(
        run_id=run_id,
        status=status,
        reason=reason,
        last_seen_ms=last_seen_ms if is_running else end_ms or last_seen_ms,
        has_lost_contact=is_running and now_ms - last_seen_ms > LOST_AFTER_MS,
    )
