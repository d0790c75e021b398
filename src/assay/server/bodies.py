"""Reading what a client sends: into memory up to a limit, or piece by piece into a thread."""

import asyncio
import queue
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

from assay.errors import InvalidParameter, PayloadTooLarge, TooManyRequests

Receive = Callable[[], Awaitable[Any]]

N_PIECES_AHEAD: Final = 16


class ClientGone(Exception):
    """The connection ended before its request was whole; nobody waits for an answer."""


class BodyReader:
    """Reads bodies into memory, and knows how much of them there is in all."""

    def __init__(self, *, buffered_bytes: int) -> None:
        self._room = buffered_bytes

    async def read(self, receive: Receive, *, declared: int | None, limit: int) -> bytes:
        """Return the whole body.

        Args:
            receive: Gives the next piece.
            declared: The size that the request's head states, if it does.
            limit: Most bytes that this endpoint takes.

        Raises:
            PayloadTooLarge: It is longer than `limit`.
            TooManyRequests: Bodies of other requests fill the room.
            ClientGone: The client went away.
        """
        if declared is not None and declared > limit:
            raise _too_large(limit)
        message = await receive()
        body: bytes = _piece(message)
        if not message.get("more_body"):
            if len(body) > limit:
                raise _too_large(limit)
            return body
        return await self._read_rest(receive, body, limit)

    async def _read_rest(self, receive: Receive, first: bytes, limit: int) -> bytes:
        pieces = [first]
        size = len(first)
        self._take(size)
        try:
            has_more = True
            while has_more:
                message = await receive()
                piece = _piece(message)
                has_more = message.get("more_body", False)
                size += len(piece)
                self._take(len(piece), of=size)
                if size > limit:
                    raise _too_large(limit)
                pieces.append(piece)
            return b"".join(pieces)
        finally:
            self._room += size

    def _take(self, n_bytes: int, of: int = 0) -> None:
        self._room -= n_bytes
        if self._room < 0 and of:
            raise TooManyRequests("Too many large requests arrive at once. Repeat this one later.")


class BodyPipe:
    """Carries a body from the event loop to a thread that reads it, a few pieces ahead at most."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pieces: queue.SimpleQueue[bytes | ClientGone | None] = queue.SimpleQueue()
        self._slots = asyncio.Semaphore(N_PIECES_AHEAD)

    async def feed(self, receive: Receive) -> None:
        """Pass everything on; the reader learns of the end, or of what went wrong."""
        try:
            await self._feed(receive)
        except ClientGone as error:
            self._pieces.put(error)
        else:
            self._pieces.put(None)

    def stop(self) -> None:
        """End the reader's wait: the server stops or nobody feeds any more."""
        self._pieces.put(ClientGone())

    def read(self) -> Iterator[bytes]:
        """Yield the pieces; to be called on one thread that is not the event loop's.

        Raises:
            ClientGone: The connection ended early.
        """
        while (piece := self._pieces.get()) is not None:
            if isinstance(piece, ClientGone):
                raise piece
            yield piece
            self._loop.call_soon_threadsafe(self._slots.release)

    async def _feed(self, receive: Receive) -> None:
        has_more = True
        while has_more:
            await self._slots.acquire()
            message = await receive()
            piece = _piece(message)
            has_more = message.get("more_body", False)
            if piece:
                self._pieces.put(piece)
            else:
                self._slots.release()


def declared_size(headers: Mapping[bytes, bytes]) -> int | None:
    """Return what Content-Length says; None when the body's length is not known ahead.

    Raises:
        InvalidParameter: It is no number.
    """
    text = headers.get(b"content-length")
    if text is None:
        return None
    if not text.isdigit() or len(text) > 18:
        raise InvalidParameter("The Content-Length header is not a number.")
    return int(text)


def _piece(message: Mapping[str, Any]) -> bytes:
    if message["type"] == "http.disconnect":
        raise ClientGone
    body: bytes = message.get("body", b"")
    return body


def _too_large(limit: int) -> PayloadTooLarge:
    return PayloadTooLarge(f"The body is longer than the {limit} bytes that this endpoint takes.")
