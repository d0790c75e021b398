"""Assembling the server: settings in, an ASGI application out."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec

from assay.errors import AssayError
from assay.server.background import Background
from assay.server.browser_rules import BrowserRules
from assay.server.dispatch import ALL_AREAS, FILES_ONLY, Dispatch
from assay.server.guard import Guard, OpenGuard
from assay.server.limits import Limits
from assay.server.pages import Pages
from assay.server.route_table import ROUTES
from assay.server.routing import Router
from assay.server.services import Services, open_services
from assay.version import VERSION

_log = logging.getLogger("assay.server")

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


class ServerSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What a server is started with.

    Attributes:
        database_uri: `sqlite:///FILE` or `postgresql://...`.
        artifact_root: A folder, or an object store's address.
        is_artifacts_only: Whether files are all that is served.
        allowed_hosts: Host names that the server answers to, beside loopback. `*` for all.
        allowed_origins: Origins of foreign pages that may call.
        static_prefix: Path prefix of the pages behind a proxy, such as `/assay`.
        synchronous: SQLite's durability, FULL or NORMAL.
        truncates: Cut long param and tag values of compatible clients instead of refusing them.
        limits: How much one request or peer may take.
    """

    database_uri: str
    artifact_root: str
    is_artifacts_only: bool = False
    allowed_hosts: tuple[str, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    static_prefix: str = ""
    synchronous: str = "FULL"
    truncates: bool = True
    limits: Limits = Limits()


class Application:
    """The ASGI application: opens the store when the server starts and closes it when it stops."""

    def __init__(self, settings: ServerSettings, guard: Guard) -> None:
        self._settings = settings
        self._guard = guard
        self._services: Services | None = None
        self._background: Background | None = None
        self._dispatch: Dispatch | None = None

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer a request, or follow the server's start and stop."""
        if scope["type"] == "http" and self._dispatch is not None:
            await self._dispatch(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            raise RuntimeError(f"This server takes no {scope['type']} connections.")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            self._open()
        except Exception as error:  # noqa: BLE001 whatever it is, the server must say that it did not start
            is_foreseen = isinstance(error, AssayError)
            _log.error("The server cannot start.", exc_info=None if is_foreseen else error)
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._close()
        await send({"type": "lifespan.shutdown.complete"})

    def _open(self) -> None:
        settings = self._settings
        self._services = open_services(
            database_uri=settings.database_uri,
            artifact_root=settings.artifact_root,
            synchronous=settings.synchronous,
            version=VERSION,
            truncates=settings.truncates,
        )
        dispatch = self._dispatch = Dispatch(
            services=self._services,
            router=Router(ROUTES, static_prefix=settings.static_prefix),
            rules=BrowserRules(
                allowed_hosts=settings.allowed_hosts, allowed_origins=settings.allowed_origins
            ),
            pages=Pages(version=VERSION, static_prefix=settings.static_prefix),
            limits=settings.limits,
            areas=FILES_ONLY if settings.is_artifacts_only else ALL_AREAS,
            guard=self._guard,
        )
        self._background = Background(self._services, count_requests=lambda: dispatch.n_requests)

    def stop_streams(self) -> None:
        """End the answers that would go on for ever, so that the server can stop."""
        if self._dispatch is not None:
            self._dispatch.stop_streams()

    def _close(self) -> None:
        if self._background is not None:
            self._background.close()
        if self._dispatch is not None:
            self._dispatch.close()
        if self._services is not None:
            self._services.close()


def create_app(settings: ServerSettings, *, guard: Guard | None = None) -> Application:
    """Return the server as an ASGI application; it opens the store at its startup event.

    Raises:
        RuntimeError: An endpoint has no route.
    """
    return Application(settings, guard or OpenGuard())
