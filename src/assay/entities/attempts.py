"""Attempts: the processes that tried to bring one run to its end, one after another."""

import msgspec

from assay.entities.runs import RunStatus


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """One try; without `ended_ms` it still goes on. `launch` names the launcher's start it is from."""

    number: int
    started_ms: int
    ended_ms: int | None = None
    status: RunStatus = RunStatus.RUNNING
    reason: str | None = None
    host: str | None = None
    process: int | None = None
    launch: str | None = None
    first_step: int | None = None
    """The lowest step at which it supersedes others, in any metric; None where it does not."""
