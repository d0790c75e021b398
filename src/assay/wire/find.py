"""How a search over everything by name or id travels."""

from typing import Literal

from assay.wire.endpoint import READ_SERVER, Area, Effect, Endpoint, Message, Request


class FindAnything(Request, frozen=True, kw_only=True):
    """A part of a name, or the beginning of an id; upper and lower case are the same."""

    text: str
    limit: int = 20


class Found(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One thing found; the id of a data set is its digest; for a run `experiment_id` is where it belongs."""

    kind: Literal["experiment", "run", "model", "dataset"]
    id: str
    name: str
    experiment_id: str
    time_ms: int


class FoundThings(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Best first: equal ids and names, then beginnings, then parts; the newest of equals first."""

    found: tuple[Found, ...]


FIND = Endpoint(
    name="find_anything",
    method="GET",
    area=Area.ASSAY,
    path="find",
    request=FindAnything,
    response=FoundThings,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Find experiments, runs, models and data sets by a part of their name or the beginning of their id.",
)
ENDPOINTS = (FIND,)
