"""How the attempts of a run are listed."""

from assay.entities.attempts import Attempt
from assay.wire.endpoint import READ_RUN, Area, Effect, Endpoint, Message, Request


class ListAttempts(Request, frozen=True, kw_only=True):
    """Which run."""

    run_id: str


class Attempts(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The attempts of a run, the first one first."""

    attempts: tuple[Attempt, ...] = ()


LIST = Endpoint(
    name="list_attempts",
    method="GET",
    area=Area.ASSAY,
    path="runs/attempts",
    request=ListAttempts,
    response=Attempts,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="List the attempts of a run: when each began, where, and how it ended.",
)
ENDPOINTS = (LIST,)
