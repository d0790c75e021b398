"""A lean HTTP client: many keep-alive connections over one epoll loop, requests encoded beforehand.

A full HTTP library would spend more time than the server that is measured. Each connection is
driven by a generator that yields one request's bytes and is given the answer's body.
"""

import base64
import selectors
import socket
import ssl
import time
from collections.abc import Generator, Iterable
from urllib.parse import unquote, urlsplit

import msgspec

from assay.errors import InvalidParameter, RemoteError

Flow = Generator[bytes, bytes, None]
ANSWER_TIMEOUT_S = 300.0


class Outcome(msgspec.Struct, frozen=True):
    """What a number of flows did: how many answers, in what time, how long each took."""

    requests: int
    seconds: float
    median_ms: float
    p99_ms: float


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """Where a server is: host, port, what stands before its paths, who asks."""

    host: str
    port: int
    is_encrypted: bool = False
    prefix: str = ""
    authorization: str = ""

    def post(self, path: str, body: bytes) -> bytes:
        """Return the bytes of a keep-alive POST of JSON to this server."""
        return post(self.prefix + path, body, host=self.host, authorization=self.authorization)

    def connect(self) -> socket.socket:
        """Return a connected socket."""
        plain = socket.create_connection((self.host, self.port), timeout=ANSWER_TIMEOUT_S)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if not self.is_encrypted:
            return plain
        return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def address_of(url: str) -> Address:
    """Return the address that `url` names; a user and password in it are sent along.

    Raises:
        InvalidParameter: It names no HTTP server.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidParameter(f"{url!r} is no server. Give its address, as in http://host:5000.")
    is_encrypted = parts.scheme == "https"
    pair = f"{unquote(parts.username or '')}:{unquote(parts.password or '')}".encode()
    return Address(
        host=parts.hostname,
        port=parts.port or (443 if is_encrypted else 80),
        is_encrypted=is_encrypted,
        prefix=parts.path.rstrip("/"),
        authorization=f"Basic {base64.b64encode(pair).decode()}" if parts.username else "",
    )


def post(path: str, body: bytes, *, host: str = "127.0.0.1", authorization: str = "") -> bytes:
    """Return the bytes of a keep-alive POST of JSON."""
    who = f"Authorization: {authorization}\r\n" if authorization else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {host}\r\n{who}Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection:
    """One socket, the flow that drives it, and the part of an answer that has come so far."""

    def __init__(self, address: Address, flow: Flow) -> None:
        self.socket = address.connect()
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
            raise RemoteError("The server closed the connection.", "TEMPORARILY_UNAVAILABLE", 503)
        self.received += data
        # What was decrypted already does not show on the socket.
        while isinstance(self.socket, ssl.SSLSocket) and self.socket.pending():
            self.received += self.socket.recv(1 << 18)
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator or not _is_whole(head, body):
            return None
        if b" 200 " not in head[:16]:
            raise _failure(head, body)
        self.received = b""
        return body


def drive(url: str, flows: Iterable[Flow]) -> Outcome:
    """Run `flows` to their ends, each on a connection of its own.

    Raises:
        RemoteError: A request was not answered with status 200.
        OSError: Nobody listens there.
    """
    address = address_of(url)
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


def _failure(head: bytes, body: bytes) -> RemoteError:
    line = head.split(b"\r\n", 1)[0].decode("latin-1")
    words = line.split(" ")
    status = int(words[1]) if len(words) > 1 and words[1].isdigit() else 500
    text = body[:500].decode("utf-8", "replace")
    return RemoteError(f"The server answered {line!r}: {text}", "INTERNAL_ERROR", status)


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
