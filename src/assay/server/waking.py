"""Lets the event loop wait for futures that other threads resolve, at one wake-up for many of them."""

import asyncio
from collections import deque
from concurrent.futures import Future
from typing import Any, TypeVar

Result = TypeVar("Result")


class Waking:
    """Hands results of the writer's thread to the event loop in groups.

    A group commit resolves hundreds of futures in a row; waking the loop once for each costs more than
    the requests themselves.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._resolved: deque[tuple[Future[Any], asyncio.Future[Any]]] = deque()
        self._is_called = False

    def wait_for(self, future: Future[Result]) -> asyncio.Future[Result]:
        """Return an awaitable that gets the result or the exception of `future`."""
        waiter: asyncio.Future[Result] = self._loop.create_future()

        def note(resolved: Future[Result]) -> None:
            self._resolved.append((resolved, waiter))
            if not self._is_called:
                self._is_called = True
                self._loop.call_soon_threadsafe(self._hand_over)

        future.add_done_callback(note)
        return waiter

    def _hand_over(self) -> None:
        # Before emptying the queue: what is added from here on calls again.
        self._is_called = False
        while self._resolved:
            future, waiter = self._resolved.popleft()
            if waiter.done():
                continue
            error = future.exception()
            if error is None:
                waiter.set_result(future.result())
            else:
                waiter.set_exception(error)
