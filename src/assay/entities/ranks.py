"""Ranks: the processes that one launcher starts together and that log to one run."""

from typing import Final

import msgspec

from assay.entities.runs import RunStatus
from assay.errors import InvalidParameter

MAX_RANK: Final = 2**20 - 1


class RunRank(msgspec.Struct, frozen=True, kw_only=True):
    """What one rank did in one attempt of a run; without `ended_ms` it still goes on."""

    attempt: int
    rank: int
    host: str | None = None
    process: int | None = None
    started_ms: int
    ended_ms: int | None = None
    status: RunStatus = RunStatus.RUNNING
    reason: str | None = None


def check_rank(rank: int | None, *, where: str = "rank") -> None:
    """Raise InvalidParameter when `rank` is given and can be none."""
    if rank is not None and not 0 <= rank <= MAX_RANK:
        raise InvalidParameter(f"{where} must be between 0 and {MAX_RANK:,}, not {rank}.")
