"""How the ranks of a run are listed."""

from assay.entities.ranks import RunRank
from assay.wire.endpoint import READ_RUN, Area, Effect, Endpoint, Message, Request


class ListRanks(Request, frozen=True, kw_only=True):
    """Which run."""

    run_id: str


class Ranks(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The ranks of a run by attempt and number; none when one process logged it."""

    ranks: tuple[RunRank, ...] = ()


LIST = Endpoint(
    name="list_ranks",
    method="GET",
    area=Area.ASSAY,
    path="runs/ranks",
    request=ListRanks,
    response=Ranks,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="List the ranks of a run: where each ran, when, and how it ended.",
)
ENDPOINTS = (LIST,)
