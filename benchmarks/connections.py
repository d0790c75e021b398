"""A lean HTTP client: many keep-alive connections over one epoll loop, requests encoded beforehand.

A full HTTP library would spend more time than the server that is measured. Each connection is
driven by a generator that yields one request's bytes and is given the answer's body.
"""

import selectors
import socket
import time
from collections.abc import Generator, Iterable
from urllib.parse import urlsplit

import msgspec

Flow = Generator[bytes, bytes, None]
ANSWER_TIMEOUT_S = 300.0


class Outcome(msgspec.Struct, frozen=True):
    """What a number of flows did: how many answers, in what time, how long each took."""

    requests: int
    seconds: float
    median_ms: float
    p99_ms: float


class RequestFailed(Exception):
    """The server answered with something other than success."""


def post(path: str, body: bytes, *, host: str = "127.0.0.1") -> bytes:
    """Return the bytes of a keep-alive POST of JSON."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection:
    """One socket, the flow that drives it, and the part of an answer that has come so far."""

    def __init__(self, address: tuple[str, int], flow: Flow) -> None:
        self.socket = socket.create_connection(address, timeout=ANSWER_TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.flow = flow
        self.received = b""
        self.sent_at = 0.0

    def send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Return the body of the answer once it is whole, else None."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise RequestFailed(f"The server closed the connection after {self.received[:300]!r}.")
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator or not _is_whole(head, body):
            return None
        if b" 200 " not in head[:16]:
            raise RequestFailed(f"{head[:100]!r} {body[:500]!r}")
        self.received = b""
        return body


def drive(url: str, flows: Iterable[Flow]) -> Outcome:
    """Run `flows` to their ends, each on a connection of its own.

    Raises:
        RequestFailed: A request was not answered with status 200.
    """
    parts = urlsplit(url)
    address = (parts.hostname or "127.0.0.1", parts.port or 80)
    selector = selectors.DefaultSelector()
    took: list[float] = []
    began = time.perf_counter()
    open_connections = 0
    for flow in flows:
        connection = _Connection(address, flow)
        connection.send(next(flow))
        selector.register(connection.socket, selectors.EVENT_READ, connection)
        open_connections += 1
    while open_connections:
        for key, _ in selector.select(ANSWER_TIMEOUT_S):
            open_connections -= _advance(key.data, selector, took)
    return _outcome(took, time.perf_counter() - began)


def _advance(connection: _Connection, selector: selectors.BaseSelector, took: list[float]) -> int:
    """Take in what came on `connection` and send its next request; return 1 when it is through."""
    body = connection.receive()
    if body is None:
        return 0
    took.append(time.perf_counter() - connection.sent_at)
    try:
        connection.send(connection.flow.send(body))
    except StopIteration:
        selector.unregister(connection.socket)
        connection.socket.close()
        return 1
    return 0


def _is_whole(head: bytes, body: bytes) -> bool:
    lowered = head.lower()
    _, found, rest = lowered.partition(b"content-length:")
    if found:
        return len(body) >= int(rest.split(b"\r\n", 1)[0])
    return b"chunked" in lowered and body.endswith(b"0\r\n\r\n")


def _outcome(took: list[float], seconds: float) -> Outcome:
    took.sort()
    last = len(took) - 1
    return Outcome(
        requests=len(took),
        seconds=seconds,
        median_ms=took[last // 2] * 1e3,
        p99_ms=took[int(last * 0.99)] * 1e3,
    )
