"""Running the server: uvicorn with our limits, in one process or several."""

import asyncio
import functools
import gc
import resource
import socket
import sys
from collections.abc import Callable
from typing import Final

import uvicorn

from assay.errors import Unavailable
from assay.server.app import Application, ServerSettings, create_app
from assay.server.protocol import SWEEP_SECONDS, limited_protocol, sweep
from assay.server.workers import Workers
from assay.store.abandonment import cancel_abandoned, has_abandoned

GRACEFUL_STOP_S: Final = 3
KEEP_ALIVE_S: Final = 75
BACKLOG: Final = 2048
SWITCH_INTERVAL_S: Final = 0.001
_TICKS_PER_SWEEP = int(SWEEP_SECONDS / 0.1)


class LimitedServer(uvicorn.Server):
    """A uvicorn server that closes connections of clients that are too slow."""

    def __init__(
        self, config: uvicorn.Config, *, on_ready: Callable[[], None] | None = None
    ) -> None:
        super().__init__(config)
        self._on_ready = on_ready

    async def on_tick(self, counter: int) -> bool:
        """Do what is due ten times a second; return whether to stop."""
        if counter % _TICKS_PER_SWEEP == 0:
            loop = asyncio.get_running_loop()
            sweep(self.server_state.connections, loop.time())
            if has_abandoned():
                loop.run_in_executor(None, cancel_abandoned)
        return await super().on_tick(counter)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let go of those who follow events, then wait for the other answers to end."""
        application = self.config.loaded_app
        if isinstance(application, Application):
            application.stop_streams()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the store, start listening, and say so."""
        await super().startup(sockets)
        if self.started and self._on_ready is not None:
            self._on_ready()


def run_server(
    settings: ServerSettings,
    *,
    host: str = "127.0.0.1",
    port: int = 5000,
    workers: int = 1,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; what was acknowledged is durable, what waits is written first.

    Args:
        settings: Which store, and who may ask.
        host: The address to listen on.
        port: The port; 0 for any that is free.
        workers: How many processes share the work.
        on_ready: Called with the server's address once it listens.

    Raises:
        Unavailable: The address cannot be listened on.
    """
    _raise_descriptor_limit()
    listener = listen(host, port)
    address = address_of(listener)
    ready = functools.partial(on_ready, address) if on_ready is not None else None
    if workers > 1:
        Workers(functools.partial(_serve, settings), listener, workers).run(ready)
    else:
        _serve(settings, listener, ready)


def _serve(
    settings: ServerSettings, listener: socket.socket, on_ready: Callable[[], None] | None
) -> None:
    _tune_interpreter()
    LimitedServer(server_config(settings), on_ready=on_ready).run(sockets=[listener])


def server_config(settings: ServerSettings) -> uvicorn.Config:
    """Return how uvicorn should run the application."""
    return uvicorn.Config(
        functools.partial(create_app, settings),
        factory=True,
        http=limited_protocol(settings.limits),
        ws="none",
        lifespan="on",
        access_log=False,
        log_level="warning",
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
        backlog=BACKLOG,
    )


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens on `host` and `port`.

    Raises:
        Unavailable: The address is taken or not ours.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host.strip("[]"), port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise Unavailable(
            f"The server cannot listen on {host}:{port}: {error.strerror}. Choose another --port."
        ) from error
    listener.set_inheritable(True)
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the address to give to clients, with `127.0.0.1` for a socket on all interfaces."""
    host, port = listener.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 compared, not bound
        host = "127.0.0.1"
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}"


def _tune_interpreter() -> None:
    """Suit the interpreter to a process that answers many small requests on few threads."""
    # What was loaded stays to the end, and requests leave no cycles: collect rarely.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    # The event loop and the writer take turns; 5 ms, the default, is longer than a group commit.
    sys.setswitchinterval(SWITCH_INTERVAL_S)


def _raise_descriptor_limit() -> None:
    """Allow as many open connections and files as the system grants; many shells allow only 1,024."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
