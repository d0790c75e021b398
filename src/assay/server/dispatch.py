"""From an HTTP request to its answer: the only path by which anything reaches a route.

In this order: browser rules, address, content type, size, decoding, permission, route, encoding.
Each step raises what `server/errors.py` turns into a response. Written as a plain ASGI callable:
one metric logged costs some tens of microseconds here, which a framework would double.
"""

import asyncio
import contextlib
import functools
import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from assay.errors import Abandoned, BadRequest, InvalidParameter, TooManyRequests, Unavailable
from assay.server.bodies import BodyPipe, BodyReader, ClientGone, declared_size
from assay.server.browser_answers import INLINE_BYTES, Packed, is_browser, pack
from assay.server.browser_rules import PREFLIGHT_HEADERS, BrowserRules
from assay.server.errors import to_failure
from assay.server.events import EventStreams
from assay.server.exchange import Exchange, Scope
from assay.server.execution import Answer, Executor, encode_answer
from assay.server.guard import Guard, OpenGuard
from assay.server.limits import Limits
from assay.server.pages import Pages
from assay.server.protocol import give_up_answer
from assay.server.routing import Download, Found, Mode, Router, Upload
from assay.server.services import Services
from assay.store.change_log import EventPage, LogPlace, read_events
from assay.wire.dialect import EXACT_HEADER
from assay.wire.endpoint import Area, Body, Endpoint, Level, Request
from assay.wire.requests import decode_body, decode_packed, decode_query

_log = logging.getLogger("assay.server")

_EXACT: Final = EXACT_HEADER.lower().encode()
_UNCHECKED_HOST: Final = frozenset({"/health", "/version"})
_PACKED_TYPES: Final = frozenset(
    {b"application/msgpack", b"application/x-msgpack", b"application/octet-stream"}
)
STREAM_HEADERS: Final = (
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-store"),
    # For proxies that would keep events back until there are many.
    (b"x-accel-buffering", b"no"),
)
_SMALL_UPLOAD: Final = 1024 * 1024
_MAX_QUERY_FIELDS: Final = 1000
_SAID_ONCE: Final = (
    *(b"host", b"origin", b"authorization", b"content-type"),
    *(b"sec-fetch-site", b"sec-fetch-mode", b"sec-fetch-dest"),
)

ALL_AREAS: Final = frozenset(Area)
FILES_ONLY: Final = frozenset({Area.ARTIFACTS})


class Dispatch:
    """The ASGI application for everything but its start and stop."""

    def __init__(
        self,
        *,
        services: Services,
        router: Router,
        rules: BrowserRules,
        pages: Pages,
        limits: Limits,
        guard: Guard | None = None,
        areas: Collection[Area] = ALL_AREAS,
    ) -> None:
        self._router = router
        self._rules = rules
        self._pages = pages
        self._limits = limits
        self._areas = areas
        self._guard = guard or OpenGuard()
        self._bodies = BodyReader(buffered_bytes=limits.buffered_bytes)
        self._services = services
        self._executor = Executor(services, limits)
        self._streams = EventStreams(self._read_events)
        self._n_running = 0
        self.n_requests = 0

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Answer one HTTP request."""
        exchange = Exchange(scope, receive, send)
        self._n_running += 1
        self.n_requests += 1
        try:
            await self._answer(exchange)
        except (Abandoned, ClientGone):
            give_up_answer(send)
        except Exception as error:  # noqa: BLE001 the request's boundary: every failure is an answer
            await self._answer_failure(exchange, error)
        finally:
            self._n_running -= 1

    def close(self) -> None:
        """Stop the threads."""
        self._executor.close()

    async def _answer(self, exchange: Exchange) -> None:
        scope, headers = exchange.scope, exchange.headers
        method, path = scope["method"], scope["path"]
        if len(headers) != len(scope["headers"]):
            _check_said_once(scope["headers"])
        if path not in _UNCHECKED_HOST:
            server = scope.get("server")
            is_public = self._pages.is_public(path)
            address = server[0] if server else None
            self._rules.check(method, headers, address, is_public=is_public)
            if b"origin" in headers and self._grant_origin(exchange, method):
                await exchange.send(204, b"", None)
                return
        if self._n_running > self._limits.n_waiting:
            raise TooManyRequests("The server is at its limit. Repeat the request later.")
        page = self._pages.find(method, path, headers)
        if page is not None:
            await exchange.send(page.status, page.body, page.content_type, page.headers)
            return
        found = self._router.find(method, path, scope.get("raw_path") or path.encode())
        await self._answer_endpoint(exchange, found)

    def _grant_origin(self, exchange: Exchange, method: str) -> bool:
        """Add what a page of an allowed origin needs; return whether this was only its preflight."""
        origin = exchange.headers[b"origin"]
        if not self._rules.is_allowed_origin(origin):
            return False
        exchange.extra_headers = (
            (b"access-control-allow-origin", origin),
            (b"access-control-allow-credentials", b"true"),
            (b"vary", b"Origin"),
        )
        if method != "OPTIONS":
            return False
        exchange.extra_headers += PREFLIGHT_HEADERS
        return True

    async def _answer_endpoint(self, exchange: Exchange, found: Found) -> None:
        route = found.route
        mode = route.mode
        if route.endpoint.area not in self._areas:
            _check_served(route.endpoint)
        if b"x-mlflow-workspace" in exchange.headers:
            _check_workspace(exchange, found)
        if mode is Mode.UPLOAD:
            await self._answer_upload(exchange, found)
            return
        request = await self._decode(exchange, found)
        self._guard.check(route.endpoint.permission, request, exchange.headers)
        if mode is Mode.DOWNLOAD:
            await self._answer_download(exchange, found, request)
            return
        if mode is Mode.FOLLOW:
            await self._answer_follower(exchange, found, request)
            return
        exact = exchange.headers.get(_EXACT) == b"1"
        answer = await self._executor.run(
            route, request, exact=exact, is_abandoned=exchange.is_abandoned
        )
        if is_browser(exchange.headers):
            await self._answer_browser(exchange, answer)
            return
        await exchange.send(200, answer.body, answer.content_type)

    async def _answer_browser(self, exchange: Exchange, answer: Answer) -> None:
        is_read = exchange.scope["method"] in {"GET", "HEAD"}
        packing = functools.partial(pack, answer.body, exchange.headers, is_read=is_read)
        is_small = len(answer.body) <= INLINE_BYTES
        packed: Packed = packing() if is_small else await self._executor.on_reader(packing)
        kind = answer.content_type if packed.status == 200 else None
        await exchange.send(packed.status, packed.body, kind, packed.headers)

    async def _decode(self, exchange: Exchange, found: Found) -> Request:
        endpoint = found.route.endpoint
        method = exchange.scope["method"]
        query: bytes = exchange.scope["query_string"]
        if method in {"GET", "HEAD"} and (query or declared_size(exchange.headers) in {None, 0}):
            asked: Request = decode_query(endpoint, _parse_query(query), found.path_values)
            return asked
        _check_content_type(method, endpoint.body, exchange.headers)
        body = await self._bodies.read(
            exchange.receive,
            declared=declared_size(exchange.headers),
            limit=endpoint.max_body_bytes,
        )
        decode: Callable[..., Request] = (
            decode_packed if endpoint.body is Body.BINARY else decode_body
        )
        arguments = (endpoint, body, found.path_values)
        if len(body) <= self._limits.inline_bytes:
            return decode(*arguments)
        decoded: Request = await self._executor.on_reader(decode, *arguments)
        return decoded

    async def _answer_upload(self, exchange: Exchange, found: Found) -> None:
        endpoint, headers = found.route.endpoint, exchange.headers
        request = decode_query(
            endpoint, _parse_query(exchange.scope["query_string"]), found.path_values
        )
        self._guard.check(endpoint.permission, request, headers)
        size = declared_size(headers)
        content_type = headers.get(b"content-type", b"").decode("latin-1")
        if size is not None and size <= _SMALL_UPLOAD:
            body = await self._bodies.read(exchange.receive, declared=size, limit=size)
            upload = Upload(iter((body,) if body else ()), size, content_type)
            value = await self._executor.upload(found.route, request, upload)
        else:
            value = await self._pipe(exchange, found, request, (size, content_type))
        if isinstance(value, Download):
            await self._send_download(exchange, value)
            return
        answer = encode_answer(value, exact=False)
        await exchange.send(200, answer.body, answer.content_type)

    async def _pipe(
        self,
        exchange: Exchange,
        found: Found,
        request: Request,
        described: tuple[int | None, str],
    ) -> object:
        """Run an upload while its body still arrives; neither outlives the other."""
        size, content_type = described
        pipe = BodyPipe(asyncio.get_running_loop())
        storing = self._executor.upload(
            found.route, request, Upload(pipe.read(), size, content_type)
        )
        feeding = asyncio.create_task(pipe.feed(exchange.receive))
        try:
            return await storing
        finally:
            feeding.cancel()
            pipe.stop()
            with contextlib.suppress(asyncio.CancelledError):
                await feeding

    async def _answer_download(self, exchange: Exchange, found: Found, request: Request) -> None:
        headers = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in exchange.headers.items()
        }
        value = await self._executor.download(found.route, request, headers)
        if not isinstance(value, Download):
            answer = encode_answer(value, exact=False)
            await exchange.send(200, answer.body, answer.content_type)
            return
        try:
            await self._send_download(exchange, value)
        finally:
            close = getattr(value.content, "close", None)
            if close is not None:
                await self._executor.on_reader(close)

    async def _send_download(self, exchange: Exchange, download: Download) -> None:
        headers = tuple(
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in download.headers
        )
        await exchange.start(download.status, headers)
        pieces = iter(download.content)
        if exchange.scope["method"] != "HEAD":
            while (piece := await self._executor.on_reader(next, pieces, None)) is not None:
                await exchange.send_piece(piece)
        await exchange.end()

    async def _answer_follower(self, exchange: Exchange, found: Found, request: Request) -> None:
        """Send events for as long as the client listens and the server runs."""
        last_event_id = exchange.headers.get(b"last-event-id", b"").decode("latin-1")
        wanted = found.route.function(self._services, request, last_event_id)
        if self._streams.n_open >= self._limits.n_streams:
            raise TooManyRequests("Too many event streams are open. Try again later, or poll.")
        await exchange.start(200, STREAM_HEADERS)
        if exchange.scope["method"] == "HEAD":
            await exchange.end()
            return
        # It waits for long; that must not keep others from being answered.
        self._n_running -= 1
        sending = asyncio.create_task(exchange.send_all(self._streams.follow(wanted)))
        leaving = asyncio.create_task(exchange.wait_for_leave())
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._n_running += 1
            for task in (sending, leaving):
                task.cancel()
            ended = await asyncio.gather(sending, leaving, return_exceptions=True)
        if isinstance(ended[0], Exception):
            raise ended[0]
        if ended[0] is None:
            await exchange.end()

    async def _read_events(self, place: LogPlace | None) -> EventPage:
        page: EventPage = await self._executor.on_reader(_read_events, self._services, place)
        return page

    def stop_streams(self) -> None:
        """End the answers that would go on for ever."""
        self._streams.close()

    async def _answer_failure(self, exchange: Exchange, error: Exception) -> None:
        failure = to_failure(error)
        if exchange.is_started:
            _log.warning("An answer broke off: %s", error)
            return
        extra = ((b"retry-after", b"1"),) if failure.status in {429, 503} else ()
        with contextlib.suppress(ClientGone):
            await exchange.send(failure.status, failure.body, failure.content_type, extra)


def _read_events(services: Services, place: LogPlace | None) -> EventPage:
    with services.database.read() as conn:
        return read_events(conn, place)


def _check_said_once(headers: list[tuple[bytes, bytes]]) -> None:
    """Raise when a header that decides something comes twice: others may heed another of them."""
    names = [name for name, _ in headers]
    for name in _SAID_ONCE:
        if names.count(name) > 1:
            raise InvalidParameter(f"The request has more than one {name.decode()} header.")


def _check_content_type(method: str, body: Body, headers: Mapping[bytes, bytes]) -> None:
    """Raise unless the content has the type that the endpoint takes.

    A browser cannot send JSON to another site without asking first, so this also keeps foreign pages
    out. PATCH and DELETE always ask first, and compatible clients send them without a type.
    """
    if method not in {"POST", "PUT"}:
        return
    given = headers.get(b"content-type")
    if given is None:
        raise InvalidParameter("Bad Request. Content-Type header is missing.")
    kind = given.partition(b";")[0].strip().lower()
    if body is Body.BINARY:
        if kind not in _PACKED_TYPES:
            raise InvalidParameter("The Content-Type must be application/msgpack.")
    elif kind != b"application/json":
        raise InvalidParameter("Bad Request. Content-Type must be one of ['application/json'].")


def _parse_query(query: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            query.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MAX_QUERY_FIELDS,
        )
    except ValueError as error:
        raise InvalidParameter("The query string is not valid.") from error


def _check_served(endpoint: Endpoint[Any, Any]) -> None:
    """Raise unless the endpoint says what the server is; it answers even where files are all it has."""
    if endpoint.permission.level is not Level.PUBLIC:
        raise Unavailable(
            f"Endpoint: {endpoint.path} disabled due to the server running in `--artifacts-only` "
            "mode. Send this to the tracking server."
        )


def _check_workspace(exchange: Exchange, found: Found) -> None:
    endpoint = found.route.endpoint
    named = exchange.headers[b"x-mlflow-workspace"] not in {b"", b"default"}
    if named and endpoint.area is Area.TRACKING and endpoint.name != "get_server_info":
        raise BadRequest("This server has no workspaces.", "FEATURE_DISABLED")
