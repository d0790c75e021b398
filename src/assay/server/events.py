"""Streams of events: one look at the log for all of them, a few times a second, while any is open.

A stream only keeps the place up to which it has told its client, so that a slow one costs no memory: it
reads on from there, and if the log has been trimmed meanwhile it is told so. Those that are at the
same place share one page.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any, Final

import msgspec

from assay.entities.events import RESET, Event
from assay.server.routing import Subscription
from assay.store.change_log import EventPage, LogPlace

LOOK_S: Final = 0.2
ALIVE_S: Final = 15.0
_RETRY: Final = b"retry: 1000\n"

ReadPage = Callable[[LogPlace | None], Coroutine[Any, Any, EventPage]]


class EventStreams:
    """All streams of one server process; used on the event loop only.

    Args:
        read_page: Reads the events behind a place.
    """

    def __init__(self, read_page: ReadPage) -> None:
        self.n_open = 0
        self._read_page = read_page
        self._pages: dict[LogPlace | None, asyncio.Task[EventPage]] = {}
        self._next_look: asyncio.Future[None] | None = None
        self._looking: asyncio.Task[None] | None = None
        self._is_closing = False

    async def follow(self, wanted: Subscription) -> AsyncIterator[bytes]:
        """Yield the text of a stream, piece by piece, until the server stops."""
        self.n_open += 1
        try:
            # So that a client that is cut off before the first event can come back to here.
            place = wanted.after or (await self._page(None)).end
            yield _RETRY + _progress(place)
            async for piece in self._pieces(wanted, place):
                yield piece
        finally:
            self.n_open -= 1

    def close(self) -> None:
        """End all streams, so that the server can stop."""
        self._is_closing = True
        self._look()
        if self._looking is not None:
            self._looking.cancel()

    async def _pieces(self, wanted: Subscription, place: LogPlace) -> AsyncIterator[bytes]:
        n_quiet = 0
        while not self._is_closing:
            page = await self._page(place)
            events = wanted.topics.of(page.events)
            if page.has_gap:
                events = [Event(id=str(page.end), changed=RESET)]
            has_moved, place = page.end != place, page.end
            n_quiet = 0 if events else n_quiet + 1
            if events:
                yield b"".join(map(_message, events))
            elif n_quiet * LOOK_S >= ALIVE_S:
                n_quiet = 0
                # Says that the server lives, and how far a client that is cut off need not go back.
                yield _progress(place)
            if not (has_moved and page.is_full):
                await self._wait_for_look()

    async def _page(self, place: LogPlace | None) -> EventPage:
        reading = self._pages.get(place)
        if reading is None:
            reading = self._pages[place] = asyncio.create_task(self._read_page(place))
        return await asyncio.shield(reading)

    async def _wait_for_look(self) -> None:
        if self._is_closing:
            return
        if self._next_look is None:
            self._next_look = asyncio.get_running_loop().create_future()
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_again_and_again())
        await asyncio.shield(self._next_look)

    async def _look_again_and_again(self) -> None:
        while self.n_open:
            await asyncio.sleep(LOOK_S)
            self._look()

    def _look(self) -> None:
        """Have every stream read anew."""
        self._pages.clear()
        waiting, self._next_look = self._next_look, None
        if waiting is not None and not waiting.done():
            waiting.set_result(None)


def _message(event: Event) -> bytes:
    kind = "reset" if event.is_reset else "experiment" if event.run_id is None else "run"
    data = msgspec.json.encode(event)
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (event.id.encode(), kind.encode(), data)


def _progress(place: LogPlace) -> bytes:
    return b"id: %b\n\n" % str(place).encode()
