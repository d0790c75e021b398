"""Following what changes in a store, wherever it is."""

import random
import time
from collections.abc import Iterator, Sequence
from typing import Final

from assay.client.connection import Connection
from assay.entities.events import Event
from assay.errors import ServerUnreachable, TooManyRequests, Unavailable
from assay.wire import events as wire

LOOK_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 10.0


def list_events(
    connection: Connection,
    after: str = "",
    *,
    experiment_ids: Sequence[str] = (),
    run_ids: Sequence[str] = (),
    changed: Sequence[str] = (),
    max_results: int = wire.MAX_EVENTS,
) -> wire.EventList:
    """Return what has changed since an event, in order, and what to ask for next.

    Args:
        connection: Where to ask.
        after: The id of an event, or the `next` of an earlier answer; without it only the `next`.
        experiment_ids: Experiments whose events are wanted, with those of their runs.
        run_ids: Runs whose events are wanted; of everything when neither is given.
        changed: Keep events that tell of one of these, such as `status` or `metrics`.
        max_results: How many to look at, at most 1,000.
    """
    request = wire.ListEvents(
        after=after,
        experiment_ids=tuple(experiment_ids),
        run_ids=tuple(run_ids),
        changed=tuple(changed),
        max_results=max_results,
    )
    return connection.call(wire.LIST, request)


def iter_events(
    connection: Connection,
    after: str = "",
    *,
    experiment_ids: Sequence[str] = (),
    run_ids: Sequence[str] = (),
    changed: Sequence[str] = (),
) -> Iterator[Event]:
    """Yield what changes, in order, for as long as the caller asks; a store that is away is waited for.

    Begins behind the event `after`, or with what happens from now on. An event with `is_reset` says that
    others are missing before it, because too many came in between.
    """
    n_failures = 0
    while True:
        try:
            page = list_events(
                connection, after, experiment_ids=experiment_ids, run_ids=run_ids, changed=changed
            )
        except (ServerUnreachable, Unavailable, TooManyRequests):
            n_failures += 1
            pause_s = min(_LONGEST_PAUSE_S, LOOK_S * 2.0**n_failures)
            time.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 jitter
            continue
        n_failures = 0
        after = page.next
        yield from page.events
        if not page.has_more:
            time.sleep(LOOK_S)
