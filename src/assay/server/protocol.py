"""HTTP connections with time and size limits that uvicorn itself does not have (SECURITY R11).

A client that opens connections and says nothing, or drips a head or a body byte by byte, or never
takes its answer, holds memory and a file descriptor. Timers for each request would cost more than
most requests; so each connection only notes what happened when, and `sweep` looks at all of them
once a second.
"""

import asyncio
import http
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from assay.errors import (
    AssayError,
    InvalidParameter,
    PayloadTooLarge,
    RequestTimeout,
    TooManyRequests,
)
from assay.server.errors import ErrorAnswer
from assay.server.limits import Limits

SWEEP_SECONDS: Final = 1.0
COMMON_HEADERS: Final = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"SAMEORIGIN"),
)
_WHOLE: Final = (
    b"HTTP/1.1 200 OK\r\n%b"
    + b"".join(b"%b: %b\r\n" % header for header in COMMON_HEADERS)
    + b"content-type: %b\r\ncontent-length: %d\r\n\r\n%b"
)


class LimitedProtocol(HttpToolsProtocol):
    """One connection; `limits` is set on the class that `limited_protocol` makes."""

    limits: Limits = Limits()

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.n_received = 0
        self._head_bytes = 0
        self._n_arrived = 0
        self._head_since: float | None = None
        self._is_in_body = False
        self._drain_since: float | None = None
        self._body_mark = (0.0, 0)
        self._answer_mark = (0.0, 0)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn narrows it
        """Take a new connection, unless its peer has too many."""
        super().connection_made(transport)
        self._head_since = self.loop.time()
        peer = self.client[0] if self.client else None
        n_open = sum(1 for other in self.connections if _peer(other) == peer)
        if n_open > self.limits.connections_per_peer:
            self._refuse(TooManyRequests("Too many connections from this address."))

    def data_received(self, data: bytes) -> None:
        """Parse what arrived; refuse a head that is too long."""
        self._n_arrived = len(data)
        self.n_received += self._n_arrived
        super().data_received(data)
        if self._head_since is not None:
            self._head_bytes += self._n_arrived
            if self._head_bytes > self.limits.head_bytes:
                self._refuse_head()
        elif not self._is_in_body and (self.cycle is None or self.cycle.response_complete):
            # Bytes that belong to no request, such as blank lines.
            self._head_since = self.loop.time()

    def on_message_begin(self) -> None:
        """Note that a head begins."""
        super().on_message_begin()
        self._head_since = self.loop.time()

    def on_headers_complete(self) -> None:
        """Note that the head is whole."""
        self._head_since = None
        self._body_mark = (self.loop.time(), self.n_received)
        if self._is_head_too_long():
            self._refuse_head()
            # Ends the parsing; there is nothing more to answer.
            raise ValueError("head too long")
        self._head_bytes = 0
        self._is_in_body = True
        super().on_headers_complete()
        self.headers = _Trailers()

    def on_message_complete(self) -> None:
        """Note that the body is whole."""
        self._is_in_body = False
        self._drain_since = None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no HTTP in the same form as every other mistake."""
        self._refuse(InvalidParameter(msg))

    def check_progress(self, now: float) -> None:
        """Close the connection when its client is too slow."""
        if self.transport is None or self.transport.is_closing():
            return
        if self._head_since is not None and now - self._head_since > self.limits.head_s:
            self._refuse(RequestTimeout("The request's head did not arrive in time."))
        elif self._is_awaiting_body():
            self._check_body(now)
        elif self._is_in_body and self.cycle is not None and self.cycle.response_complete:
            self._check_drain(now)
        self._check_answer(now)

    def _is_awaiting_body(self) -> bool:
        cycle = self.cycle
        return (
            cycle is not None
            and cycle.more_body
            and not cycle.response_complete
            and not self.flow.read_paused
        )

    def _check_body(self, now: float) -> None:
        since, received = self._body_mark
        if now - since < self.limits.body_window_s:
            return
        if self.n_received - received < self.limits.body_bytes_per_s * (now - since):
            self._refuse(RequestTimeout("The request's body arrives too slowly."))
        self._body_mark = (now, self.n_received)

    def _check_drain(self, now: float) -> None:
        """Let a client finish a body that was refused: it reads the answer only then."""
        if self._drain_since is None:
            self._drain_since = now
        elif now - self._drain_since > self.limits.head_s:
            self.transport.close()

    def _check_answer(self, now: float) -> None:
        waiting = self.transport.get_write_buffer_size()
        since, waited = self._answer_mark
        if waiting == 0 or waiting != waited:
            self._answer_mark = (now, waiting)
        elif now - since > self.limits.answer_window_s:
            self.transport.abort()

    def _is_head_too_long(self) -> bool:
        # What arrived in all bounds the head; only near the limit is it worth counting.
        limit = self.limits.head_bytes
        if self._head_bytes + self._n_arrived <= limit:
            return False
        return len(self.url) + sum(len(name) + len(value) for name, value in self.headers) > limit

    def _refuse_head(self) -> None:
        self._refuse(PayloadTooLarge("The request's head is too long."), status=431)

    def _refuse(self, error: AssayError, status: int | None = None) -> None:
        """Answer with an error and close, unless an answer has begun."""
        if self.transport.is_closing():
            return
        if self.cycle is None or not self.cycle.response_started or self.cycle.response_complete:
            self.transport.write(_response(error, status or error.get_http_status_code()))
        self.transport.close()


class _Trailers(list[tuple[bytes, bytes]]):
    """Where headers go that come after a body: nowhere, else they could replace the Host."""

    def append(self, _header: tuple[bytes, bytes], /) -> None:
        """Pass it over."""


def limited_protocol(limits: Limits) -> type[LimitedProtocol]:
    """Return a protocol class with these limits."""
    return type("LimitedProtocol", (LimitedProtocol,), {"limits": limits})


def give_up_answer(send: object) -> None:
    """Tell uvicorn that nobody waits for the answer that `send` belongs to, so that it logs nothing."""
    cycle = getattr(send, "__self__", None)
    if isinstance(cycle, RequestResponseCycle):
        cycle.disconnected = True


def has_gone(send: object) -> bool:
    """Whether the client that waits for the answer through `send` has closed its connection."""
    cycle = getattr(send, "__self__", None)
    return isinstance(cycle, RequestResponseCycle) and bool(cycle.disconnected)


def send_whole(send: object, content_type: bytes, body: bytes) -> bool:
    """Send an answer with status 200 through uvicorn's `send` in one write, if that can be done now.

    Most answers are a few bytes, and uvicorn would look at each of their headers with two patterns.
    """
    cycle = getattr(send, "__self__", None)
    if (
        not isinstance(cycle, RequestResponseCycle)
        or cycle.response_started
        or cycle.disconnected
        or not cycle.keep_alive
        or cycle.access_log
        or cycle.flow.write_paused
        or cycle.scope["method"] == "HEAD"
    ):
        return False
    cycle.response_started = True
    cycle.waiting_for_100_continue = False
    dated = b"".join([b"%b: %b\r\n" % header for header in cycle.default_headers])
    cycle.transport.write(_WHOLE % (dated, content_type, len(body), body))
    cycle.response_complete = True
    cycle.message_event.set()
    cycle.on_response()
    return True


def sweep(connections: Iterable[Any], now: float) -> None:
    """Close the connections whose clients are too slow."""
    for connection in list(connections):
        if isinstance(connection, LimitedProtocol):
            connection.check_progress(now)


def _peer(connection: Any) -> str | None:
    return connection.client[0] if connection.client else None


def _response(error: AssayError, status: int) -> bytes:
    body = msgspec.json.encode(ErrorAnswer(error.error_code, error.message))
    return b"".join(
        (
            f"HTTP/1.1 {status} {http.HTTPStatus(status).phrase}\r\n".encode(),
            b"content-type: application/json\r\nx-content-type-options: nosniff\r\n",
            f"content-length: {len(body)}\r\nconnection: close\r\n\r\n".encode(),
            body,
        )
    )
