"""A relay between a client and a server that cuts one connection, once, and counts what it passes on."""

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

_PART = 1 << 16


class CuttingRelay:
    """Passes bytes on until so many went one way; then that connection ends, and later ones do not."""

    def __init__(
        self, url: str, *, cut_down_after: int | None = None, cut_up_after: int | None = None
    ) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._limits = {"down": cut_down_after, "up": cut_up_after}
        self._passed = {"down": 0, "up": 0}
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))

    @property
    def url(self) -> str:
        """Where clients ask instead of the server."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    @property
    def n_down(self) -> int:
        """How many bytes went to clients."""
        return self._passed["down"]

    @property
    def n_up(self) -> int:
        """How many bytes went to the server."""
        return self._passed["up"]

    def __enter__(self) -> Self:
        """Begin to listen."""
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Listen no more."""
        self._listener.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(self._server)
                for way, source, target in (("up", client, server), ("down", server, client)):
                    threading.Thread(
                        target=self._pass_on, args=(way, source, target), daemon=True
                    ).start()

    def _pass_on(self, way: str, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while part := source.recv(_PART):
                target.sendall(part)
                if self._is_cut(way, len(part)):
                    break
        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _is_cut(self, way: str, n_bytes: int) -> bool:
        with self._lock:
            self._passed[way] += n_bytes
            limit = self._limits[way]
            if limit is None or self._passed[way] < limit:
                return False
            self._limits[way] = None
            return True
