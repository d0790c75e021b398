"""Which function answers an endpoint, and which endpoint an address belongs to.

A route says in what way its function runs: with a read connection on a reader thread, inside the
writer's group transaction, as a `RunBatch` that the writer merges with others, without a database,
for long enough to need several transactions, or with a stream of bytes in or out. Dispatch and the in-process transport both follow that.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Final, NamedTuple, TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from sqlalchemy import Connection

from assay.entities.events import Topics
from assay.errors import EndpointNotFound, InvalidParameter, InvalidPath, MethodNotAllowed
from assay.server.services import Services
from assay.store.change_log import LogPlace
from assay.store.run_batch import RunBatch
from assay.wire.endpoint import Area, Endpoint, Request
from assay.wire.ingest import BatchReceipt

RequestT = TypeVar("RequestT", bound=Request)
ResponseT = TypeVar("ResponseT")


class Mode(Enum):
    """How the function of a route runs."""

    READ = "read"
    WRITE = "write"
    BATCH = "batch"
    PLAIN = "plain"
    WORK = "work"
    UPLOAD = "upload"
    DOWNLOAD = "download"
    FOLLOW = "follow"


class Subscription(NamedTuple):
    """Which events a client wants, and behind which place; None for those from now on."""

    topics: Topics
    after: LogPlace | None


class Upload(msgspec.Struct, frozen=True):
    """The bytes that a request carries; `content` may be read once, `size_bytes` is what it declared."""

    content: Iterator[bytes]
    size_bytes: int | None = None
    content_type: str = ""


class Download(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes to answer with; `headers` come before them, `content` is read piece by piece.

    Each piece is read on a reader thread when the client has taken the one before; 64 KB to 1 MB is
    a good size. An iterator with a `close` method is closed whatever happens.
    """

    content: Iterator[bytes] = iter(())
    headers: tuple[tuple[str, str], ...] = ()
    status: int = 200


class Route(msgspec.Struct, frozen=True):
    """An endpoint and the function that answers it; `finish` turns a batch's receipt into the answer."""

    endpoint: Endpoint[Any, Any]
    mode: Mode
    function: Callable[..., Any]
    finish: Callable[[BatchReceipt], Any] | None = None


def reads(
    endpoint: Endpoint[RequestT, ResponseT],
    function: Callable[[Services, Connection, RequestT], ResponseT],
) -> Route:
    """Route `endpoint` to a function that gets a read-only snapshot of the database."""
    return Route(endpoint, Mode.READ, function)


def writes(
    endpoint: Endpoint[RequestT, ResponseT],
    function: Callable[[Services, Connection, RequestT], ResponseT],
) -> Route:
    """Route `endpoint` to a function that runs in the writer's transaction."""
    return Route(endpoint, Mode.WRITE, function)


def batches(
    endpoint: Endpoint[RequestT, ResponseT],
    function: Callable[[Services, RequestT], RunBatch],
    finish: Callable[[BatchReceipt], ResponseT],
) -> Route:
    """Route `endpoint` to a function that makes a batch for the writer to merge with others."""
    return Route(endpoint, Mode.BATCH, function, finish)


def answers(
    endpoint: Endpoint[RequestT, ResponseT], function: Callable[[Services, RequestT], ResponseT]
) -> Route:
    """Route `endpoint` to a function that needs no thread: it neither waits nor reads a disk."""
    return Route(endpoint, Mode.PLAIN, function)


def works(
    endpoint: Endpoint[RequestT, ResponseT], function: Callable[[Services, RequestT], ResponseT]
) -> Route:
    """Route `endpoint` to a function that runs on a reader thread and opens transactions as it needs."""
    return Route(endpoint, Mode.WORK, function)


def receives(
    endpoint: Endpoint[RequestT, ResponseT],
    function: Callable[[Services, RequestT, Upload], ResponseT | Download],
) -> Route:
    """Route `endpoint` to a function that takes the request's bytes, on a thread of its own."""
    return Route(endpoint, Mode.UPLOAD, function)


def serves(
    endpoint: Endpoint[RequestT, Any],
    function: Callable[[Services, RequestT, Mapping[str, str]], Any],
) -> Route:
    """Route `endpoint` to a function that gets the request's headers and runs on a reader thread.

    It returns a `Download`, or a message to answer as JSON. Header names are in lower case. HEAD
    gets the headers alone.
    """
    return Route(endpoint, Mode.DOWNLOAD, function)


def follows(
    endpoint: Endpoint[RequestT, Any],
    function: Callable[[Services, RequestT, str], Subscription],
) -> Route:
    """Route `endpoint` to a function that says which events are wanted; they follow as they happen.

    It gets the header `Last-Event-ID`, or "".
    """
    return Route(endpoint, Mode.FOLLOW, function)


class Found(msgspec.Struct, frozen=True):
    """The route of a request and what its path says."""

    route: Route
    path_values: dict[str, str] | None = None


class _Template(msgspec.Struct, frozen=True):
    pattern: re.Pattern[str]
    methods: dict[str, Route]


_PLACEHOLDER: Final = re.compile(r"\\{(\w+)(:path)?\\}")


class Router:
    """Finds the route of a method and path."""

    def __init__(self, routes: Iterable[Route], *, static_prefix: str = "") -> None:
        self._fixed: dict[str, dict[str, Found]] = {}
        templates: dict[str, dict[str, Route]] = {}
        for route in routes:
            for address in _addresses(route.endpoint, static_prefix):
                for method in _methods(route):
                    if "{" in address:
                        templates.setdefault(address, {})[method] = route
                    else:
                        self._fixed.setdefault(address, {})[method] = Found(route)
        self._templates = tuple(
            _Template(_compile(address), methods)
            for address, methods in sorted(templates.items(), key=_by_preciseness)
        )

    def find(self, method: str, path: str, raw_path: bytes) -> Found:
        """Return the route for a request; `path` is decoded, `raw_path` is as it was sent.

        Raises:
            EndpointNotFound: No endpoint has this address.
            MethodNotAllowed: One has, but not for this method.
        """
        methods = self._fixed.get(path)
        if methods is None:
            return self._find_unusual(method, path, raw_path)
        found = methods.get(method)
        if found is None:
            raise _wrong_method(method, path)
        return found

    def _find_unusual(self, method: str, path: str, raw_path: bytes) -> Found:
        """Return the route of an address with parameters, or with doubled slashes."""
        raw = "/" + raw_path.decode("latin-1").lstrip("/")
        is_known = False
        for template in self._templates:
            match = template.pattern.fullmatch(raw)
            if match is None:
                continue
            route = template.methods.get(method)
            if route is not None:
                return Found(route, _decode_values(match.groupdict()))
            is_known = True
        if "//" in path:
            return self.find(method, re.sub("/+", "/", path), b"/")
        if is_known:
            raise _wrong_method(method, path)
        raise EndpointNotFound(f"This server has nothing at {path!r}.")


def check_routes(routes: Iterable[Route], endpoints: Mapping[str, Endpoint[Any, Any]]) -> None:
    """Raise RuntimeError unless each endpoint has exactly one route.

    A server with an endpoint that nothing answers, or that two functions claim, must not start.
    """
    names = [route.endpoint.name for route in routes]
    missing = sorted(set(endpoints) - set(names))
    doubled = sorted({name for name in names if names.count(name) > 1})
    if missing or doubled:
        raise RuntimeError(f"Endpoints without a route: {missing}; with several: {doubled}.")


def _addresses(endpoint: Endpoint[Any, Any], static_prefix: str) -> list[str]:
    """Return every path of an endpoint; a proxy's prefix goes before what pages ask for."""
    prefixes: tuple[str, ...] = endpoint.area.value
    if endpoint.area is Area.ROOT:
        plain = f"/{endpoint.path}"
        return list(dict.fromkeys((plain, static_prefix + plain)))
    addresses = [
        f"{static_prefix if prefix.startswith('/ajax-api') else ''}{prefix}{endpoint.path}"
        for prefix in prefixes
    ]
    if endpoint.area is Area.ASSAY:
        addresses.append(f"{static_prefix}{prefixes[0]}{endpoint.path}")
    return list(dict.fromkeys(addresses))


def _methods(route: Route) -> tuple[str, ...]:
    methods = (route.endpoint.method, *route.endpoint.also)
    if "GET" in methods:
        return (*methods, "HEAD")
    return methods


def _by_preciseness(item: tuple[str, dict[str, Route]]) -> tuple[bool, int, str]:
    """Order templates so that one which takes the whole rest of a path comes last."""
    address = item[0]
    return ":path}" in address, -len(address), address


def _compile(address: str) -> re.Pattern[str]:
    def group(match: re.Match[str]) -> str:
        return f"(?P<{match[1]}>{'.+' if match[2] else '[^/]+'})"

    return re.compile(_PLACEHOLDER.sub(group, re.escape(address)), re.DOTALL)


def _decode_values(values: dict[str, str]) -> dict[str, str]:
    """Undo percent encoding, once.

    Raises:
        InvalidPath: A path is not UTF-8.
        InvalidParameter: Another value is not UTF-8.
    """
    decoded = {}
    for name, value in values.items():
        try:
            decoded[name] = unquote_to_bytes(value).decode("utf-8")
        except UnicodeDecodeError as error:
            if name in {"path", "directory"}:
                raise InvalidPath(value) from error
            raise InvalidParameter(f"The {name} in the address is not valid UTF-8.") from error
    return decoded


def _wrong_method(method: str, path: str) -> MethodNotAllowed:
    return MethodNotAllowed(f"The address {path!r} does not take {method}.")
