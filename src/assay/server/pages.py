"""The few pages that the server itself has: what it is, and its API as a page and as a document.

They stand as files in `static/`; no other host is asked for anything, and no script stands in a page.
"""

import functools
from collections.abc import Callable
from importlib import resources
from typing import Final

import msgspec

from assay.wire.openapi import openapi_document
from assay.wire.table import ENDPOINTS

_CONTENT_POLICY: Final = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    b"connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
_HTML_HEADERS: Final = (
    (b"content-security-policy", _CONTENT_POLICY),
    (b"referrer-policy", b"same-origin"),
    (b"cache-control", b"no-cache"),
)
_FILE_HEADERS: Final = ((b"cache-control", b"no-cache"),)

_HTML: Final = b"text/html; charset=utf-8"
_FILES: Final = {
    "/": ("index.html", _HTML),
    "/docs": ("docs.html", _HTML),
    "/static-files/pages.css": ("pages.css", b"text/css; charset=utf-8"),
    "/static-files/docs.js": ("docs.js", b"text/javascript; charset=utf-8"),
    "/static-files/index.js": ("index.js", b"text/javascript; charset=utf-8"),
    "/static-files/icon.svg": ("icon.svg", b"image/svg+xml"),
}


class Page(msgspec.Struct, frozen=True):
    """A file to answer with."""

    body: bytes
    content_type: bytes
    headers: tuple[tuple[bytes, bytes], ...]


class Pages:
    """Finds the page of an address."""

    def __init__(self, *, version: str, static_prefix: str = "") -> None:
        self._version = version
        self._static_prefix = static_prefix
        self._makers: dict[str, Callable[[], Page]] = {
            static_prefix + path: functools.partial(_file_page, *file)
            for path, file in _FILES.items()
        }
        self._makers[f"{static_prefix}/openapi.json"] = self._document
        if static_prefix:
            self._makers[static_prefix] = self._makers[f"{static_prefix}/"]
        self._made: dict[str, Page] = {}

    def find(self, method: str, path: str) -> Page | None:
        """Return the page at `path`; None when there is none, which is what most requests want."""
        if path not in self._makers or method not in {"GET", "HEAD"}:
            return None
        page = self._made.get(path)
        if page is None:
            page = self._made[path] = self._makers[path]()
        return page

    def _document(self) -> Page:
        document = openapi_document(
            ENDPOINTS.values(), version=self._version, server=self._static_prefix
        )
        return Page(msgspec.json.encode(document), b"application/json", _FILE_HEADERS)


def _file_page(name: str, content_type: bytes) -> Page:
    content = resources.files("assay.server").joinpath("static", name).read_bytes()
    return Page(content, content_type, _HTML_HEADERS if content_type == _HTML else _FILE_HEADERS)
