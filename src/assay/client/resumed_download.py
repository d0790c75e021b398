"""One file on its way here, over as many requests as it takes.

When the connection breaks, the next request asks for the rest of the same version. A server that
does not know ranges answers with the whole file, of which the wanted part is cut out here.
"""

import base64
import hashlib
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from urllib3 import BaseHTTPResponse
from urllib3.exceptions import HTTPError

from assay.artifacts.store import CHUNK_BYTES, check_digest
from assay.errors import ServerUnreachable

OUT_OF_RANGE: Final = 416
PARTIAL: Final = 206
MAX_BREAKS: Final = 4

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")

Request = Callable[[Mapping[str, str]], BaseHTTPResponse]


class Download:
    """The bytes from `start` up to and without `end` of the file that `request` asks for.

    Raises:
        ArtifactNotFound: There is no such file; raised at once.
    """

    def __init__(self, request: Request, path: str, *, start: int, end: int | None) -> None:
        self._request = request
        self._path = path
        self._position = start
        self._end = end
        self._etag: str | None = None
        self._response = self._ask()
        self._etag = self._response.headers.get("etag")
        is_whole = start == 0 and end is None
        self._expected = announced_digest(self._response.headers) if is_whole else None

    def chunks(self) -> Iterator[bytes]:
        """Yield the content.

        Raises:
            ServerUnreachable: The connection broke again and again.
            InvalidParameter: The content does not have the digest that the server named.
        """
        digest = hashlib.sha256()
        n_breaks = 0
        while True:
            try:
                for chunk in self._wanted():
                    n_breaks = 0
                    self._position += len(chunk)
                    digest.update(chunk)
                    yield chunk
                break
            except (HTTPError, OSError) as error:
                n_breaks += 1
                if n_breaks > MAX_BREAKS or self._etag is None:
                    raise ServerUnreachable(f"The download of {self._path!r} broke off.") from error
                time.sleep(0.05 * 4**n_breaks * random.uniform(0.5, 1.0))  # noqa: S311 jitter
                self._resume()
        check_digest(expected=self._expected, actual=digest.hexdigest(), path=self._path)

    def _ask(self) -> BaseHTTPResponse:
        headers = {"Accept-Encoding": "identity"}
        if self._position or self._end is not None:
            last = "" if self._end is None else max(self._end - 1, self._position)
            headers["Range"] = f"bytes={self._position}-{last}"
        if self._etag is not None:
            headers["If-Range"] = self._etag
        return self._request(headers)

    def _resume(self) -> None:
        self._response.close()
        self._response = self._ask()
        if self._response.headers.get("etag") != self._etag:
            raise ServerUnreachable(
                f"{self._path!r} changed while it was downloaded. Download it again."
            )

    def _wanted(self) -> Iterator[bytes]:
        response = self._response
        if response.status == OUT_OF_RANGE or self._position == self._end:
            response.close()
            return
        at = self._position if response.status == PARTIAL else 0
        end = self._end
        for chunk in response.stream(CHUNK_BYTES):
            piece = chunk[max(0, self._position - at) : None if end is None else end - at]
            at += len(chunk)
            if piece:
                yield piece
            if end is not None and at >= end:
                break
        response.release_conn()


def announced_digest(headers: Mapping[str, str]) -> str | None:
    """Return the SHA-256 that a `Repr-Digest` header names, in hexadecimal."""
    match = _DIGEST.search(headers.get("repr-digest", ""))
    return base64.b64decode(match[1]).hex() if match else None
