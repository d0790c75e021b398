"""What browsers get beside an answer: less to transfer, and nothing at all when they have it already.

Programs are answered plainly: they are mostly near, and compressing costs the server more than it saves.
"""

import gzip
import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

LEAST_BYTES: Final = 1400
"""Shorter answers fit into one packet as they are."""

INLINE_BYTES: Final = 32 * 1024
"""Up to how much is compressed without a thread of its own: about half a millisecond."""


class Packed(NamedTuple):
    """An answer as it is sent."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...]


def is_browser(headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a page asks: only browsers say what a request is for."""
    return b"sec-fetch-mode" in headers


def pack(body: bytes, headers: Mapping[bytes, bytes], *, is_read: bool) -> Packed:
    """Return an answer compressed where that is taken and helps, or as not modified.

    Args:
        body: The whole answer.
        headers: Of the request, by lower-case name.
        is_read: Whether the browser may keep the answer to ask later whether it is still true.
    """
    answer_headers: list[tuple[bytes, bytes]] = []
    if is_read:
        etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()
        answer_headers = [(b"etag", etag), (b"cache-control", b"private, no-cache")]
        if headers.get(b"if-none-match") == etag:
            return Packed(304, b"", tuple(answer_headers))
    if len(body) >= LEAST_BYTES and b"gzip" in headers.get(b"accept-encoding", b""):
        smaller = gzip.compress(body, compresslevel=1, mtime=0)
        if len(smaller) < len(body):
            body = smaller
            answer_headers += [(b"content-encoding", b"gzip"), (b"vary", b"Accept-Encoding")]
    return Packed(200, body, tuple(answer_headers))
