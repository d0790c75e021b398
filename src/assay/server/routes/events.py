"""What has changed in the store."""

from sqlalchemy import Connection

from assay.entities.events import KINDS, RESET, Event, Topics
from assay.errors import InvalidParameter
from assay.server.routing import Subscription, follows, reads
from assay.server.services import Services
from assay.store.change_log import parse_place, read_events
from assay.store.page_limits import check_max_results
from assay.wire import events as wire


def _list(_services: Services, conn: Connection, request: wire.ListEvents) -> wire.EventList:
    check_max_results(request.max_results, most=wire.MAX_EVENTS)
    topics = _topics(request)
    after = parse_place(request.after) if request.after else None
    page = read_events(conn, after, request.max_results)
    events = topics.of(page.events)
    if page.has_gap:
        events = [Event(id=str(page.end), changed=RESET)]
    return wire.EventList(events=tuple(events), next=str(page.end), has_more=page.is_full)


def _follow(_services: Services, request: wire.FollowEvents, last_event_id: str) -> Subscription:
    after = last_event_id or request.after
    return Subscription(_topics(request), parse_place(after) if after else None)


def _topics(request: wire.ListEvents | wire.FollowEvents) -> Topics:
    for name in request.changed:
        if name not in KINDS:
            known = ", ".join(KINDS)
            raise InvalidParameter(f"changed cannot be {name[:50]!r}. It can be {known}.")
    return Topics(request.experiment_ids, request.run_ids, request.changed)


ROUTES = (reads(wire.LIST, _list), follows(wire.FOLLOW, _follow))
