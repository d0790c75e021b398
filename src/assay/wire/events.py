"""How events travel: page by page for those who ask, or as a stream of server-sent events.

A message of the stream has the event's `id`, as `event` either `run`, `experiment` or `reset`, and as
`data` the event as JSON. A message with an `id` alone says how far the stream has come. A stream begins
behind the event that `Last-Event-ID` or `after` names, or with what happens from now on.
"""

from assay.entities.events import Event
from assay.wire.endpoint import (
    READ_SERVER,
    Area,
    Effect,
    Endpoint,
    EventStream,
    Message,
    Request,
)

MAX_EVENTS = 1000


class ListEvents(Request, frozen=True, kw_only=True):
    """Events behind the one whose id is `after`; without it none, only where the log ends.

    `experiment_ids` and `run_ids` name what they are about, all when there are none. `changed` keeps those
    that tell of one of these: created, status, metrics, params, tags, media, inputs, deleted, restored, renamed.
    """

    after: str = ""
    experiment_ids: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    max_results: int = MAX_EVENTS


class EventList(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Events in order; `next` is what to ask for next, `has_more` that it is there already."""

    events: tuple[Event, ...]
    next: str
    has_more: bool = False


class FollowEvents(Request, frozen=True, kw_only=True):
    """What to be told of, as in `ListEvents`."""

    after: str = ""
    experiment_ids: tuple[str, ...] = ()
    run_ids: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


LIST = Endpoint(
    name="list_events",
    method="GET",
    area=Area.ASSAY,
    path="events/list",
    request=ListEvents,
    response=EventList,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="List what has changed since an event, in order.",
)
FOLLOW = Endpoint(
    name="follow_events",
    method="GET",
    area=Area.ASSAY,
    path="events",
    request=FollowEvents,
    response=EventStream,
    permission=READ_SERVER,
    effect=Effect.NONE,
    summary="Follow what changes, as server-sent events.",
)
ENDPOINTS = (LIST, FOLLOW)
