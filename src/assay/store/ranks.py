"""Ranks of runs: which there were, how each ended, and where the points of each are kept.

What a rank logs counts for the run's own series, as if one process had logged it all, so that search,
charts and old clients need not know of ranks. Beside that, a rank has a series of its own of every
metric, with the model number `-RANK_UNIT * (rank + 1)`. Attempts are numbered below RANK_UNIT, so
that what a later attempt supersedes of a rank's series can be kept under its number less the attempt's.
"""

from array import array
from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from sqlalchemy import Connection

from assay.entities.ranks import RunRank
from assay.entities.runs import RUN_STATUS_NUMBERS, TERMINATED, RunStatus
from assay.store.runs import STATUS_OF, find_run
from assay.store.statements import Row, Statement
from assay.store.summaries import SeriesId
from assay.wire.chunk import MetricColumns
from assay.wire.ingest import RunAttempt, RunEnd

RANK_UNIT: Final = 2**16
OF_RANKS: Final = f"model_number < 0 AND (model_number & {RANK_UNIT - 1}) = 0"
"""Which rows of `series` are those of ranks, without what was superseded of them."""

_RANKS: Final = Statement(
    "SELECT attempt, rank, host, process, started_ms, ended_ms, status, reason FROM ranks"
    " WHERE run_number = ? ORDER BY attempt, rank"
)
_BEGIN: Final = Statement(
    "INSERT INTO ranks (run_number, attempt, rank, host, process, started_ms, status)"
    " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_number, attempt, rank) DO UPDATE SET"
    " host = excluded.host, process = excluded.process, started_ms = excluded.started_ms,"
    " status = excluded.status, ended_ms = NULL, reason = NULL"
)
_END: Final = Statement(
    "UPDATE ranks SET ended_ms = ?, status = ?, reason = ?"
    " WHERE run_number = ? AND attempt = ? AND rank = ?"
)


def number_of_rank(rank: int) -> int:
    """Return the model number of the series that hold what a rank logged."""
    return -RANK_UNIT * (rank + 1)


def rank_of_number(model_number: int) -> int:
    """Return the rank whose series have a model number of `number_of_rank`."""
    return -model_number // RANK_UNIT - 1


def with_rank(
    columns: MetricColumns, ids: Sequence[SeriesId], rank: int
) -> tuple[MetricColumns, list[SeriesId]]:
    """Return the columns and their series with every point once more for the rank's own series."""
    number = number_of_rank(rank)
    places = np.frombuffer(columns.key_index, np.uint32)
    again = array("I", (places + np.uint32(len(ids))).tobytes())
    doubled = msgspec.structs.replace(
        columns,
        key_index=columns.key_index + again,
        step=columns.step * 2,
        timestamp=columns.timestamp * 2,
        value=columns.value * 2,
    )
    return doubled, [*ids, *(SeriesId(one.key_id, number) for one in ids)]


class GroupRanks:
    """What the batches of a group say of ranks, to be written with the group."""

    def __init__(self) -> None:
        self._begun: list[Row] = []
        self._ended: list[Row] = []

    def begin(self, run_number: int, attempt: int, rank: int, start: RunAttempt) -> None:
        """Note that a rank takes part in an attempt."""
        place = (run_number, attempt, rank)
        running = STATUS_OF[RunStatus.RUNNING]
        self._begun.append((*place, start.host, start.process, start.started_ms, running))

    def end(self, run_number: int, attempt: int, rank: int, end: RunEnd) -> None:
        """Note how a rank ended."""
        if end.status in TERMINATED:
            status = STATUS_OF[end.status]
            self._ended.append((end.end_time, status, end.reason, run_number, attempt, rank))

    def write(self, conn: Connection) -> None:
        """Write what was noted."""
        _BEGIN.run_many(conn, self._begun)
        _END.run_many(conn, self._ended)


def list_ranks(conn: Connection, run_id: str) -> tuple[RunRank, ...]:
    """Return the ranks of a run by attempt and number; none when one process logged it.

    Raises:
        RunNotFound: There is no run with this id.
    """
    return tuple(
        RunRank(
            attempt=attempt,
            rank=rank,
            host=host or None,
            process=process or None,
            started_ms=started_ms,
            ended_ms=ended_ms,
            status=RUN_STATUS_NUMBERS[status],
            reason=reason,
        )
        for attempt, rank, host, process, started_ms, ended_ms, status, reason in _RANKS.rows(
            conn, find_run(conn, run_id).run_number
        )
    )
