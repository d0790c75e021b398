"""One request and what was sent of its answer."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from assay.server.bodies import ClientGone
from assay.server.protocol import COMMON_HEADERS, has_gone, send_whole

Scope = dict[str, Any]


class Exchange:
    """One request and what was sent of its answer."""

    __slots__ = ("_send", "extra_headers", "headers", "is_started", "receive", "scope")

    def __init__(self, scope: Scope, receive: Any, send: Any) -> None:
        self.scope = scope
        self.receive = receive
        self._send = send
        self.headers: Mapping[bytes, bytes] = dict(scope["headers"])
        self.extra_headers: tuple[tuple[bytes, bytes], ...] = ()
        self.is_started = False

    async def send(
        self,
        status: int,
        body: bytes,
        content_type: bytes | None,
        headers: tuple[tuple[bytes, bytes], ...] = (),
    ) -> None:
        """Send a whole response."""
        if status == 200 and content_type is not None and not (headers or self.extra_headers):
            self.is_started = send_whole(self._send, content_type, body)
            if self.is_started:
                return
        length = (b"content-length", b"%d" % len(body))
        kind = ((b"content-type", content_type),) if content_type is not None else ()
        await self.start(status, (*kind, *(() if status == 204 else (length,)), *headers))
        await self._pass_on({"type": "http.response.body", "body": body})

    def is_abandoned(self) -> bool:
        """Whether the client has gone; may be asked on any thread."""
        return has_gone(self._send)

    async def start(self, status: int, headers: tuple[tuple[bytes, bytes], ...]) -> None:
        """Send the response's head."""
        self.is_started = True
        given = {name for name, _ in headers}
        common = tuple(header for header in COMMON_HEADERS if header[0] not in given)
        await self._pass_on(
            {
                "type": "http.response.start",
                "status": status,
                "headers": [*headers, *common, *self.extra_headers],
            }
        )

    async def send_piece(self, piece: bytes) -> None:
        """Send some of the response's body."""
        await self._pass_on({"type": "http.response.body", "body": piece, "more_body": True})

    async def send_all(self, pieces: AsyncIterator[bytes]) -> None:
        """Send pieces of the response's body as they come."""
        async for piece in pieces:
            await self.send_piece(piece)

    async def wait_for_leave(self) -> None:
        """Return when the client has closed the connection."""
        while (await self.receive())["type"] != "http.disconnect":
            continue

    async def end(self) -> None:
        """Say that the response is whole."""
        await self._pass_on({"type": "http.response.body", "body": b""})

    async def _pass_on(self, message: dict[str, Any]) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:
            # Between a client's leaving and its notice, writing to the connection fails.
            raise ClientGone from error
