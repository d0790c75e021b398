"""The built web UI: its files as they lie in `static/ui`, and its page for every address of the UI.

The build (`ui/`) gives files whose names contain a digest of their content, which browsers may keep for
ever, and puts a `.br` and a `.gz` beside what becomes smaller. The table of files is made once, so that
no path of a request is ever looked up on the disk.
"""

import functools
import hashlib
import html
import re
import secrets
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import PurePosixPath
from typing import Final, NamedTuple

import msgspec

ADDRESSES: Final = frozenset(
    {
        *("", "experiments", "e", "runs", "r", "compare", "models", "m", "datasets"),
        *("projects", "jobs", "v", "settings", "admin"),
    }
)
"""First parts of the addresses of the UI's pages."""

_TYPES: Final = {
    ".js": b"text/javascript; charset=utf-8",
    ".mjs": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".json": b"application/json",
    ".svg": b"image/svg+xml",
    ".wasm": b"application/wasm",
    ".woff2": b"font/woff2",
    ".txt": b"text/plain; charset=utf-8",
}
_ENCODINGS: Final = ((b"br", ".br"), (b"gzip", ".gz"))
_HASHED: Final = re.compile(r"-[A-Za-z0-9_-]{8}\.\w+$|/vendor/")
_KEPT: Final = (b"cache-control", b"public, max-age=31536000, immutable")
_CHECKED: Final = (b"cache-control", b"no-cache")
_SANDBOX: Final = "static-files/ui/sandbox.html"
# Figures compile their own code. The page has an origin of its own and no network, so that this harms
# nobody; its scripts are our vendored libraries and what the artifact brings along.
_SANDBOX_POLICY: Final = (
    b"sandbox allow-scripts; default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
    b"style-src 'self' 'unsafe-inline' data:; img-src data: blob:; font-src data:; media-src data: blob:; "
    b"worker-src blob:; connect-src 'none'; form-action 'none'; frame-ancestors 'self'"
)
_NOT_BUILT: Final = (
    "<!doctype html><html lang='en'><title>assay</title><h1>The web UI is not built</h1>"
    "<p>This is a source checkout. Build it once with <code>make ui</code>, then load this page again. "
    "The API works as it is: <a href='docs'>all endpoints</a>."
)


class WebFile(NamedTuple):
    """What to answer with."""

    status: int
    body: bytes
    content_type: bytes | None
    headers: tuple[tuple[bytes, bytes], ...]


class WebUi:
    """Finds what the UI has at an address.

    Args:
        version: The server's version, for the page.
        static_prefix: Path under which a proxy serves us, such as `/assay`.
        folder: Where the build lies; the package's own when None.
    """

    def __init__(
        self, *, version: str, static_prefix: str = "", folder: Traversable | None = None
    ) -> None:
        self._folder = folder or resources.files("assay.server").joinpath("static", "ui")
        self._prefix = static_prefix
        self._version = version
        self._files = _files_below(self._folder)

    def find(self, path: str, headers: Mapping[bytes, bytes]) -> WebFile | None:
        """Return the answer to GET `path`; None when the UI has nothing there."""
        if not path.startswith(self._prefix):
            return None
        inner = path[len(self._prefix) :].lstrip("/")
        if inner in self._files and inner != "index.html":
            return self._file(inner, headers)
        return self._page() if inner.partition("/")[0] in ADDRESSES else None

    def _file(self, name: str, headers: Mapping[bytes, bytes]) -> WebFile:
        encoding, ending = _best_encoding(headers.get(b"accept-encoding", b""), self._files[name])
        body, etag = self._read(name + ending)
        answer_headers = [
            (b"etag", etag),
            (b"vary", b"Accept-Encoding"),
            _KEPT if _HASHED.search(name) else _CHECKED,
        ]
        if name == _SANDBOX:
            answer_headers.append((b"content-security-policy", _SANDBOX_POLICY))
        elif name.startswith("static-files/ui/"):
            # Frames without an origin of their own load scripts and fonts from here.
            answer_headers.append((b"access-control-allow-origin", b"*"))
            answer_headers.append((b"cross-origin-resource-policy", b"cross-origin"))
        if headers.get(b"if-none-match") == etag:
            return WebFile(304, b"", None, tuple(answer_headers))
        if encoding:
            answer_headers.append((b"content-encoding", encoding))
        kind = _TYPES.get(PurePosixPath(name).suffix, b"application/octet-stream")
        return WebFile(200, body, kind, tuple(answer_headers))

    def _page(self) -> WebFile:
        nonce = secrets.token_urlsafe(16)
        # WebAssembly unpacks the columns of Parquet files; text still never becomes a script.
        policy = (
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; "
            f"style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; media-src 'self' blob:; "
            "font-src 'self'; worker-src 'self' blob:; frame-src 'self' blob:; base-uri 'none'; "
            "form-action 'none'; frame-ancestors 'self'"
        )
        headers = (
            (b"content-security-policy", policy.encode()),
            (b"referrer-policy", b"same-origin"),
            (b"cache-control", b"no-cache"),
        )
        if "index.html" not in self._files:
            return WebFile(200, _NOT_BUILT.encode(), _TYPES[".html"], headers)
        said = {"prefix": self._prefix, "version": self._version, "nonce": nonce}
        # `<` is escaped so that no text can end the element that it stands in.
        bootstrap = msgspec.json.encode(said).decode().replace("<", "\\u003c")
        page = self._template.replace("{bootstrap}", bootstrap)
        return WebFile(200, page.encode(), _TYPES[".html"], headers)

    @functools.cached_property
    def _template(self) -> str:
        text = self._folder.joinpath("index.html").read_text()
        prefixed = text.replace('="./', f'="{html.escape(self._prefix)}/')
        return re.sub(r'(id="bootstrap">)[^<]*(</script>)', r"\1{bootstrap}\2", prefixed)

    @functools.cache  # noqa: B019 there is one of these for as long as the process lives
    def _read(self, name: str) -> tuple[bytes, bytes]:
        body = self._folder.joinpath(*name.split("/")).read_bytes()
        return body, b'"%s"' % hashlib.sha256(body).hexdigest()[:32].encode()


def _files_below(folder: Traversable, path: str = "") -> dict[str, frozenset[str]]:
    """Return every file below a folder, with the endings of the compressed ones beside it."""
    names: set[str] = set()
    waiting = [(folder, path)] if folder.is_dir() else []
    while waiting:
        place, prefix = waiting.pop()
        for entry in place.iterdir():
            if entry.is_dir():
                waiting.append((entry, f"{prefix}{entry.name}/"))
            elif not entry.name.startswith("."):
                names.add(prefix + entry.name)
    return {
        name: frozenset(ending for _, ending in _ENCODINGS if name + ending in names)
        for name in names
        if not name.endswith((".br", ".gz"))
    }


def _best_encoding(accepted: bytes, endings: frozenset[str]) -> tuple[bytes, str]:
    words = {part.partition(b";")[0].strip() for part in accepted.split(b",")}
    for word, ending in _ENCODINGS:
        if word in words and ending in endings:
            return word, ending
    return b"", ""
