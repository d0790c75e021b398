"""The transport to a server: one pool of connections, errors turned back into exceptions.

Requests that change nothing when repeated are repeated a bounded number of times. The server is not
trusted: answers are decoded into the endpoint's own message types, and redirects are not followed.
"""

import base64
import os
import random
import threading
import time
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlencode

import urllib3

from assay import settings
from assay.artifacts.store import ArtifactStore
from assay.client.answers import error_of, made_precise
from assay.client.proxied_store import ProxiedStore
from assay.errors import (
    EndpointNotFound,
    NotSupported,
    RemoteError,
    ServerUnreachable,
    TooManyRequests,
    Unavailable,
)
from assay.version import __version__
from assay.wire.dialect import EXACT_HEADER, decode_message, encode_body, query_pairs
from assay.wire.endpoint import Body, Endpoint, NoInput, Request, RequestT, ResponseT
from assay.wire.system import INFO, ServerInfo

CONNECT_TIMEOUT_S: Final = 5.0
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 10.0
_N_CONNECTIONS: Final = 16

# Beside GET: repeating these changes nothing more. Ingest has the sender's own, endless retries.
_REPEATABLE: Final = frozenset({"search_runs", "search_experiments", "search_logged_models"})


class HttpTransport:
    """Sends requests to the server at `address`."""

    def __init__(self, address: str) -> None:
        self.address: Final = address.rstrip("/")
        self._pool: urllib3.PoolManager | None = None
        self._pool_pid = 0
        self._lock = threading.Lock()

    def call(self, endpoint: Endpoint[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Send `request` to `endpoint` and return the answer.

        Raises:
            ServerUnreachable: No answer came.
            AssayError: The server's error, as its class here; RemoteError when there is none.
        """
        is_repeatable = endpoint.method == "GET" or endpoint.name in _REPEATABLE
        n_tries = 1 + max(0, settings.HTTP_REQUEST_MAX_RETRIES.get()) if is_repeatable else 1
        for attempt in range(n_tries):
            try:
                return self._call_once(endpoint, request, settings.HTTP_REQUEST_TIMEOUT.get())
            except (Unavailable, TooManyRequests):
                if attempt == n_tries - 1:
                    raise
            pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0**attempt)
            time.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311 jitter
        raise ServerUnreachable(f"The tracking server at {self.address} gave no answer.")

    def server_info(self, timeout_s: float) -> ServerInfo | None:
        """Return what the server says of itself; None when it does not know the question."""
        try:
            return self._call_once(INFO, NoInput(), timeout_s)
        except (EndpointNotFound, NotSupported):
            return None
        except RemoteError as error:
            if error.http_status in {404, 405, 501}:
                return None
            raise

    def artifacts(self) -> ArtifactStore:
        """Return the server's artifact space."""
        return ProxiedStore(self.send)

    def close(self) -> None:
        """Close all connections."""
        if self._pool is not None and self._pool_pid == os.getpid():
            self._pool.clear()
        self._pool = None

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        is_streamed: bool = False,
    ) -> urllib3.BaseHTTPResponse:
        """Send one request and return the raw answer, whatever its status; never tries again.

        Raises:
            ServerUnreachable: No answer came.
        """
        limit_s = settings.HTTP_REQUEST_TIMEOUT.get() if timeout_s is None else timeout_s
        try:
            return self._current_pool().request(
                method,
                self.address + path,
                body=body,
                headers={**_standing_headers(), **(headers or {})},
                timeout=urllib3.Timeout(connect=min(CONNECT_TIMEOUT_S, limit_s), read=limit_s),
                preload_content=not is_streamed,
                decode_content=True,
                retries=False,
                redirect=False,
            )
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise ServerUnreachable(
                f"The tracking server at {self.address} gave no answer: {error}"
            ) from error

    def _call_once(
        self, endpoint: Endpoint[RequestT, ResponseT], request: RequestT, timeout_s: float
    ) -> ResponseT:
        path, body, headers = _prepare(endpoint, request)
        response = self.send(endpoint.method, path, body=body, headers=headers, timeout_s=timeout_s)
        if response.status >= 300:
            raise made_precise(error_of(response.status, response.data), request)
        return _decode(endpoint, response.data)

    def _current_pool(self) -> urllib3.PoolManager:
        """Return this process's pool; a forked child must not share its parent's sockets."""
        if self._pool is None or self._pool_pid != os.getpid():
            with self._lock:
                self._pool = _new_pool()
                self._pool_pid = os.getpid()
        return self._pool


def _new_pool() -> urllib3.PoolManager:
    options: dict[str, Any] = {"maxsize": _N_CONNECTIONS, "retries": False}
    certificates = settings.TRACKING_SERVER_CERT_PATH.get()
    if settings.TRACKING_INSECURE_TLS.get():
        options["cert_reqs"] = "CERT_NONE"
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
    elif certificates:
        options["ca_certs"] = certificates
    return urllib3.PoolManager(**options)


def _standing_headers() -> dict[str, str]:
    headers = {"User-Agent": f"assay-python/{__version__}", EXACT_HEADER: "1"}
    token, name = settings.TRACKING_TOKEN.get(), settings.TRACKING_USERNAME.get()
    if token:
        headers["Authorization"] = f"Bearer {token}"
    elif name:
        pair = f"{name}:{settings.TRACKING_PASSWORD.get()}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode('ascii')}"
    return headers


def _prepare(
    endpoint: Endpoint[RequestT, ResponseT], request: RequestT
) -> tuple[str, bytes | None, dict[str, str]]:
    path = _fill(endpoint.address, request)
    if endpoint.method == "GET":
        query = urlencode(query_pairs(request))
        return (f"{path}?{query}" if query else path), None, {}
    kind = "application/msgpack" if endpoint.body is Body.BINARY else "application/json"
    return path, encode_body(endpoint, request), {"Content-Type": kind}


def _fill(address: str, request: Request) -> str:
    """Put the request's fields into the placeholders of an address."""
    if "{" not in address:
        return address
    parts = []
    for part in address.split("/"):
        if part.startswith("{"):
            name, _, kind = part.strip("{}").partition(":")
            parts.append(quote(str(getattr(request, name)), safe="/" if kind == "path" else ""))
        else:
            parts.append(part)
    return "/".join(parts)


def _decode(endpoint: Endpoint[Any, ResponseT], content: bytes) -> ResponseT:
    if endpoint.response is bytes:
        return content  # type: ignore[return-value]  # ResponseT is bytes here
    if endpoint.response is str:
        return content.decode("utf-8", errors="replace")  # type: ignore[return-value]  # is str here
    return decode_message(content, endpoint.response)
