"""What goes on in experiments: how many runs there are, how many are going on, when the last one began."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.store.statements import Statement

# The first is answered by an index alone; the second reads the runs that are going on.
_COUNTS: Final = Statement(
    "SELECT experiment_id, COUNT(*), MAX(start_time) FROM runs"
    " WHERE experiment_id IN (?int...) AND lifecycle = 0 GROUP BY experiment_id"
)
_GOING_ON: Final = Statement(
    "SELECT experiment_id, COUNT(*) FROM runs"
    " WHERE status = 1 AND lifecycle = 0 AND experiment_id IN (?int...) GROUP BY experiment_id"
)


class Activity(NamedTuple):
    """The active runs of one experiment; `last_start_ms` is None where there are none."""

    n_runs: int
    n_running: int
    last_start_ms: int | None


def describe_activity(conn: Connection, experiments: Sequence[int]) -> dict[int, Activity]:
    """Return what goes on in each of the experiments, in two statements."""
    if not experiments:
        return {}
    numbers = list(experiments)
    running = _counted(_GOING_ON.rows(conn, numbers))
    known = {number: (count, last) for number, count, last in _COUNTS.rows(conn, numbers)}
    return {
        number: Activity(
            known.get(number, (0, None))[0], running.get(number, 0), known.get(number, (0, None))[1]
        )
        for number in numbers
    }


def _counted(rows: Iterable[tuple[int, int]]) -> dict[int, int]:
    return dict(rows)
