"""Running a route: on which thread, in which transaction, and how the answer becomes bytes.

Everything here that is not `async` may run on any thread. `run_here` is the in-process transport's
way; the `Executor` is the HTTP server's, which never lets the event loop wait.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from assay.server.limits import Limits
from assay.server.routing import Mode, Route
from assay.server.services import Services
from assay.server.waking import Waking
from assay.store.abandonment import IsAbandoned, answering, stop_if_abandoned
from assay.wire.dialect import encode_message
from assay.wire.endpoint import Request


class Answer:
    """What to send back: encoded bytes and their type."""

    __slots__ = ("body", "content_type")

    def __init__(self, body: bytes, content_type: bytes) -> None:
        self.body = body
        self.content_type = content_type


def encode_answer(value: object, *, exact: bool) -> Answer:
    """Return `value` as a response's content: bytes as they are, text as text, the rest as JSON."""
    if isinstance(value, bytes):
        return Answer(value, b"application/octet-stream")
    if isinstance(value, str):
        return Answer(value.encode(), b"text/plain; charset=utf-8")
    return Answer(encode_message(value, exact=exact), b"application/json")


def run_here(services: Services, route: Route, request: Request) -> Any:
    """Run a route on this thread, and wait until what it wrote is durable."""
    if route.mode is Mode.READ:
        return _read(services, route, request)
    if route.mode in {Mode.WRITE, Mode.BATCH}:
        future = submit(services, route, request)
        return finish(route, future.result())
    if route.mode is Mode.PLAIN or route.mode is Mode.WORK:
        return route.function(services, request)
    return route.function(services, request, {})


def submit(services: Services, route: Route, request: Request) -> Future[Any]:
    """Hand a write to the writer; the future resolves when it is durable."""
    if route.mode is Mode.BATCH:
        return services.writer.submit_batch(route.function(services, request))
    return services.writer.submit(lambda conn: route.function(services, conn, request))


def finish(route: Route, written: Any) -> Any:
    """Return the answer to a write, from what the writer says of it."""
    return written if route.finish is None else route.finish(written)


def _read(services: Services, route: Route, request: Request) -> Any:
    with services.database.read() as conn:
        return route.function(services, conn, request)


class Executor:
    """Runs routes for the event loop."""

    def __init__(self, services: Services, limits: Limits) -> None:
        self._services = services
        self._loop = asyncio.get_running_loop()
        self._waking = Waking(self._loop)
        self._readers = ThreadPoolExecutor(limits.n_readers, thread_name_prefix="assay-reader")
        self._uploads = ThreadPoolExecutor(limits.n_uploads, thread_name_prefix="assay-upload")

    async def run(
        self, route: Route, request: Request, *, exact: bool, is_abandoned: IsAbandoned
    ) -> Answer:
        """Run a route that takes a request and gives a message; reading stops when the client goes."""
        if route.mode is Mode.BATCH or route.mode is Mode.WRITE:
            written = await self._waking.wait_for(submit(self._services, route, request))
            return encode_answer(finish(route, written), exact=exact)
        if route.mode is Mode.PLAIN:
            return encode_answer(route.function(self._services, request), exact=exact)
        answer: Answer = await self.on_reader(
            self._read_answer, route, request, exact, is_abandoned
        )
        return answer

    async def download(self, route: Route, request: Request, headers: Mapping[str, str]) -> Any:
        """Run a route that gives a stream of bytes, or a message."""
        return await self.on_reader(route.function, self._services, request, headers)

    def upload(self, route: Route, request: Request, upload: object) -> asyncio.Future[Any]:
        """Start a route that takes a stream of bytes."""
        return self._loop.run_in_executor(
            self._uploads, route.function, self._services, request, upload
        )

    def on_reader(self, function: Any, *arguments: Any) -> asyncio.Future[Any]:
        """Call a function on a reader thread."""
        return self._loop.run_in_executor(self._readers, function, *arguments)

    def close(self) -> None:
        """Let running work end, and start no more."""
        self._readers.shutdown(wait=False, cancel_futures=True)
        self._uploads.shutdown(wait=False, cancel_futures=True)

    def _read_answer(
        self, route: Route, request: Request, exact: bool, is_abandoned: IsAbandoned
    ) -> Answer:
        with answering(is_abandoned):
            stop_if_abandoned()
            return encode_answer(run_here(self._services, route, request), exact=exact)
