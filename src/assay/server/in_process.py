"""The transport of processes that log straight to a folder: dispatch without HTTP and JSON.

The same routes run with the same structs, on the caller's thread or the writer's. The store is
opened at the first call, so that making a transport costs nothing, and again after a fork: database
connections and threads do not survive one.
"""

import os
import threading
from pathlib import Path
from typing import Final

from assay.artifacts.schemes import open_artifact_store
from assay.artifacts.store import ArtifactStore
from assay.errors import AssayError, NotSupported
from assay.server.background import find_due, fold
from assay.server.errors import to_known
from assay.server.execution import run_here
from assay.server.route_table import ROUTE_BY_NAME
from assay.server.routing import Mode
from assay.server.services import Services, open_services
from assay.settings import TRUNCATE_LONG_VALUES
from assay.version import VERSION
from assay.wire.endpoint import Endpoint, RequestT, ResponseT
from assay.wire.ingest import Batch

DATABASE_NAME: Final = "assay.db"
ARTIFACT_FOLDER: Final = "artifacts"

_BATCHES_PER_FOLD: Final = 64
_FILE_MODES: Final = frozenset({Mode.UPLOAD, Mode.DOWNLOAD, Mode.FOLLOW})


class InProcessTransport:
    """Answers requests from the store in a folder; any number of threads and processes may share it.

    Args:
        root: The folder; `assay.db` and `artifacts` lie in it, and are made when missing.
        database_uri: Another database than `assay.db` in the folder.
        synchronous: SQLite's durability, FULL or NORMAL.
    """

    def __init__(
        self, root: Path | str, *, database_uri: str = "", synchronous: str = "FULL"
    ) -> None:
        self._root = Path(root)
        self._database_uri = database_uri
        self._synchronous = synchronous
        self._gate = threading.Lock()
        self._services: Services | None = None
        self._owner = os.getpid()
        self._n_batches = 0

    def call(self, endpoint: Endpoint[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Answer `request` as a server would.

        Raises:
            AssayError: As over HTTP.
        """
        route = ROUTE_BY_NAME[endpoint.name]
        if route.mode in _FILE_MODES:
            raise NotSupported(
                "Files are reached through `artifacts()` here, events with `list_events`."
            )
        services = self._services
        if services is None or self._owner != os.getpid():
            services = self._open()
        try:
            answer: ResponseT = run_here(services, route, request)
        except AssayError:
            raise
        except Exception as error:
            raise to_known(error) from error
        if isinstance(request, Batch):
            self._fold_after(services, request)
        return answer

    def artifacts(self) -> ArtifactStore:
        """Return the folder that artifacts lie in."""
        return open_artifact_store(str(self._root / ARTIFACT_FOLDER))

    def close(self) -> None:
        """Write down what is waiting, and close the database."""
        with self._gate:
            services, self._services = self._services, None
            if services is not None and self._owner == os.getpid():
                services.close()

    def _fold_after(self, services: Services, batch: Batch) -> None:
        """Fold what is due on the thread that delivers: there is no server to do it in the background."""
        self._n_batches += 1
        if batch.end is None and self._n_batches % _BATCHES_PER_FOLD:
            return
        for run_number in find_due(services):
            fold(services, run_number, is_stopping=lambda: self._services is not services)

    def _open(self) -> Services:
        if self._owner != os.getpid():
            self._forget_parent()
        with self._gate:
            if self._services is None:
                self._services = self._open_services()
            return self._services

    def _forget_parent(self) -> None:
        """Begin anew in a forked child: a lock may be held by a thread that is not there any more."""
        self._gate = threading.Lock()
        self._services = None
        self._owner = os.getpid()

    def _open_services(self) -> Services:
        self._root.mkdir(parents=True, exist_ok=True)
        return open_services(
            database_uri=self._database_uri or f"sqlite:///{self._root.absolute() / DATABASE_NAME}",
            artifact_root=self._root.absolute() / ARTIFACT_FOLDER,
            synchronous=self._synchronous,
            version=VERSION,
            truncates=TRUNCATE_LONG_VALUES.get(),
        )
