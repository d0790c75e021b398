"""What keeps a web page that a user happens to visit from talking to the server (SECURITY R3).

A browser sends requests for any page. So the Host must be one of ours as a whole, which defeats DNS
rebinding, and what changes state must not come from a foreign page. Programs that are no browsers
send neither Origin nor Sec-Fetch-Site and notice nothing of this.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Final

from assay.errors import AssayError

_HOST = re.compile(
    r"(?P<name>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?)(?::(?P<port>\d{1,5}))?",
    re.ASCII,
)
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "[::1]", "0.0.0.0"})  # noqa: S104 a name that clients use
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITES: Final = frozenset({None, b"same-origin", b"none"})
_ORIGIN_SCHEMES: Final = ("http://", "https://")
_REMEMBERED_HOSTS = 1000
_LAST_PORT: Final = 65_535

PREFLIGHT_HEADERS: Final = (
    (b"access-control-allow-methods", b"GET, POST, PUT, DELETE, OPTIONS, PATCH"),
    (b"access-control-allow-headers", b"content-type, authorization"),
    (b"access-control-max-age", b"600"),
)


class ForeignHost(AssayError):
    """The Host header names no host that this server answers to; answered as plain text."""

    code = "PERMISSION_DENIED"
    status = 403

    def __init__(self) -> None:
        super().__init__("Invalid Host header - possible DNS rebinding attack detected")


class ForeignOrigin(AssayError):
    """Another site's page sent the request; answered as plain text."""

    code = "PERMISSION_DENIED"
    status = 403

    def __init__(self) -> None:
        super().__init__("Cross-origin request blocked")


class BrowserRules:
    """Decides which Host and Origin a request may have.

    Args:
        allowed_hosts: `host` or `host:port`; a host without port is allowed with any. `*` allows all.
        allowed_origins: Origins of foreign pages that may call the server, `https://host[:port]`.
    """

    def __init__(
        self, *, allowed_hosts: Iterable[str] = (), allowed_origins: Iterable[str] = ()
    ) -> None:
        hosts = {host.strip().lower() for host in allowed_hosts if host.strip()}
        self._allows_any_host = "*" in hosts
        self._hosts = _LOOPBACK | hosts
        self._origins = frozenset(
            origin.strip().lower().rstrip("/").encode() for origin in allowed_origins
        )
        self._good_hosts: set[bytes | None] = set()

    def check(
        self,
        method: str,
        headers: Mapping[bytes, bytes],
        local_address: str | None,
        *,
        is_public: bool = False,
    ) -> None:
        """Raise unless the request may be answered.

        Args:
            method: The HTTP method.
            headers: By lower-case name.
            local_address: The address on which the connection came in.
            is_public: Whether every page may have the answer, as the scripts of frames without an
                origin of their own must.

        Raises:
            ForeignHost: The Host is not ours.
            ForeignOrigin: A foreign page sent it.
        """
        host = headers.get(b"host")
        if host not in self._good_hosts:
            self._check_host(host, local_address)
        if is_public and method in _SAFE_METHODS:
            return
        origin = headers.get(b"origin")
        if origin is None and b"sec-fetch-site" not in headers:
            return
        self._check_page(method, headers, origin)

    def is_allowed_origin(self, origin: bytes | None) -> bool:
        """Return whether the operator has named `origin` as one whose pages may call."""
        return origin is not None and origin.lower() in self._origins

    def _check_host(self, host: bytes | None, local_address: str | None) -> None:
        if self._allows_any_host:
            return
        match = _match_host((host or b"").decode("latin-1"))
        if match is None:
            raise ForeignHost
        name = match["name"].lower()
        if name in self._hosts or match[0].lower() in self._hosts:
            if len(self._good_hosts) < _REMEMBERED_HOSTS:
                self._good_hosts.add(host)
            return
        # A literal address cannot be rebound: the page would have to come from this very server.
        if local_address is None or name.strip("[]") != local_address.lower():
            raise ForeignHost

    def _check_page(
        self, method: str, headers: Mapping[bytes, bytes], origin: bytes | None
    ) -> None:
        if self.is_allowed_origin(origin):
            return
        is_own = headers.get(b"sec-fetch-site") in _OWN_SITES
        if not is_own and not _is_followed_link(method, headers):
            raise ForeignOrigin
        if origin is None or method in _SAFE_METHODS:
            return
        if not self._is_own_origin(origin, headers.get(b"host")):
            raise ForeignOrigin

    def _is_own_origin(self, origin: bytes, host: bytes | None) -> bool:
        scheme, separator, place = origin.decode("latin-1").lower().partition("://")
        match = _match_host(place)
        if match is None or scheme + separator not in _ORIGIN_SCHEMES:
            return False
        return match["name"] in _LOOPBACK or place == (host or b"").decode("latin-1").lower()


def split_names(text: str) -> tuple[str, ...]:
    """Return the entries of a comma-separated setting."""
    return tuple(entry.strip() for entry in text.split(",") if entry.strip())


def _match_host(text: str) -> re.Match[str] | None:
    """Return the name and the port of `host[:port]`; None when it is no such text."""
    match = _HOST.fullmatch(text)
    return None if match is None or int(match["port"] or 0) > _LAST_PORT else match


def _is_followed_link(method: str, headers: Mapping[bytes, bytes]) -> bool:
    """Return whether a user opened a page of ours from another site, which is no call by that site."""
    return (
        method in {"GET", "HEAD"}
        and headers.get(b"sec-fetch-mode") == b"navigate"
        and headers.get(b"sec-fetch-dest") == b"document"
    )
