"""What the server has beside the API: the web UI, and the API as a page and as a document.

The latter stand as files in `static/`; no other host is asked for anything, and no script stands in a page.
"""

import functools
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Final

import msgspec

from assay.server.web_ui import WebFile, WebUi
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
    "/docs": ("docs.html", _HTML),
    "/static-files/pages.css": ("pages.css", b"text/css; charset=utf-8"),
    "/static-files/docs.js": ("docs.js", b"text/javascript; charset=utf-8"),
    "/static-files/icon.svg": ("icon.svg", b"image/svg+xml"),
}


class Pages:
    """Finds the page of an address."""

    def __init__(self, *, version: str, static_prefix: str = "") -> None:
        self._version = version
        self._static_prefix = static_prefix
        self._ui = WebUi(version=version, static_prefix=static_prefix)
        self._makers: dict[str, Callable[[], WebFile]] = {
            static_prefix + path: functools.partial(_file_page, *file)
            for path, file in _FILES.items()
        }
        self._makers[f"{static_prefix}/openapi.json"] = self._document
        self._made: dict[str, WebFile] = {}

    def is_public(self, path: str) -> bool:
        """Return whether `path` is a file of the built UI, which says nothing about anybody's runs."""
        return path.startswith(f"{self._static_prefix}/static-files/ui/")

    def find(self, method: str, path: str, headers: Mapping[bytes, bytes]) -> WebFile | None:
        """Return the page at `path`; None when there is none, which is what most requests want."""
        if method not in {"GET", "HEAD"} or path.startswith(("/api/", "/ajax-api/")):
            return None
        if path not in self._makers:
            return self._ui.find(path, headers)
        page = self._made.get(path)
        if page is None:
            page = self._made[path] = self._makers[path]()
        return page

    def _document(self) -> WebFile:
        document = openapi_document(
            ENDPOINTS.values(), version=self._version, server=self._static_prefix
        )
        return WebFile(200, msgspec.json.encode(document), b"application/json", _FILE_HEADERS)


def _file_page(name: str, content_type: bytes) -> WebFile:
    content = resources.files("assay.server").joinpath("static", name).read_bytes()
    headers = _HTML_HEADERS if content_type == _HTML else _FILE_HEADERS
    return WebFile(200, content, content_type, headers)
