"""Everything between this process and one place where runs go.

A connection owns the transport, the sender and the runs that are open there. `connection_to` gives
one per target; a forked child starts with none, so that nothing is shared with its parent.
"""

import contextlib
import logging
import os
import pkgutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, cast

import msgspec

from assay import settings
from assay.client.delivery import Delivery, NativeDelivery
from assay.client.disk_sync import DiskSync
from assay.client.journal import Journal
from assay.client.location import Kind, Target, prepare_root
from assay.client.mlflow_server import MlflowDelivery
from assay.client.open_run import OpenRun
from assay.client.outbox import Outbox
from assay.client.probe import Probeable, ServerKind, probe
from assay.client.records import SpooledArtifact
from assay.client.remote_runs import RemoteRuns
from assay.client.sender import Sender
from assay.client.transport import Transport, open_transport
from assay.errors import AssayError
from assay.wire.endpoint import Endpoint, RequestT, ResponseT

_logger = logging.getLogger("assay")
# By name: files and leftovers are moved by code that stands above connections.
_DELIVER_FILES: Final = "assay.client.spool_delivery:deliver_files"
_START_RESCUE: Final = "assay.client.rescue:start_rescue"
FOREGROUND_PROBE_S: Final = 2.0
BACKGROUND_PROBE_S: Final = 10.0


class Connection:
    """The way to one target, and what this process does there."""

    def __init__(self, target: Target) -> None:
        self.target: Final = target
        self.server_kind: ServerKind | None = None
        self._has_probed = False
        self._has_reported = False
        self._lock = threading.RLock()
        self._transport: Transport | None = None
        self._sender: Sender | None = None
        self._open_runs: dict[str, OpenRun] = {}
        self._disk_sync = DiskSync()
        self._remote_runs = RemoteRuns(target.journals, target.uri)

    @property
    def is_offline(self) -> bool:
        """True when runs are only recorded, for a later `assay sync`."""
        return self.target.kind is Kind.OFFLINE

    def transport(self) -> Transport:
        """Return the transport, opened on first use."""
        with self._lock:
            if self._transport is None:
                self._transport = open_transport(self.target)
            return self._transport

    def call(self, endpoint: Endpoint[RequestT, ResponseT], request: RequestT) -> ResponseT:
        """Ask the store, after everything that this process logged there has arrived."""
        self.flush()
        return self.transport().call(endpoint, self._as_known_there(request))

    def is_reachable(self) -> bool:
        """Return whether the store answers; a server is asked once, for two seconds at most."""
        if self.target.kind is Kind.EMBEDDED:
            self.transport()
            return True
        if self.is_offline:
            return False
        with self._lock:
            if self.server_kind is None and not self._has_probed:
                self._has_probed = True
                with contextlib.suppress(AssayError):
                    self.learn_kind(FOREGROUND_PROBE_S)
        return self.server_kind is not None

    def find_run(self, run_id: str) -> OpenRun | None:
        """Return the open run with this id, if this process has it open."""
        return self._open_runs.get(run_id)

    def open_run(
        self,
        run_id: str,
        *,
        owns_run: bool,
        rank: int | None = None,
        params: dict[str, str] | None = None,
    ) -> OpenRun:
        """Begin a journal for a run and deliver it from now on."""
        with self._lock:
            journal = Journal(
                self.target.journals,
                run_id,
                tracking_uri=self.target.uri,
                owns_run=owns_run,
                rank=rank,
            )
            if self.target.journals.is_relative_to(self.target.address) or not self._open_runs:
                prepare_root(self.target.journals.parent)
            self._disk_sync.add(journal)
            if not self.is_offline:
                self._start_sender().add(journal)
            run = OpenRun(journal, params=params)
            self._open_runs[run_id] = run
            return run

    def close_run(self, run: OpenRun) -> None:
        """Let go of a run to which this process logs no more."""
        with self._lock:
            if self._open_runs.get(run.run_id) is run:
                del self._open_runs[run.run_id]
        run.journal.close()
        if self._sender is not None:
            self._sender.finish(run.journal)

    def open_runs(self) -> list[OpenRun]:
        """Return all runs that this process has open here."""
        with self._lock:
            return list(self._open_runs.values())

    def wake_sender(self) -> None:
        """Have what was just logged delivered at once."""
        if self._sender is not None:
            self._sender.wake()

    def flush(self, timeout_s: float | None = None, run: OpenRun | None = None) -> bool:
        """Wait until what was logged (to `run`) has arrived; False when it has not."""
        sender = self._sender
        if sender is None:
            return not self.is_offline
        limit_s = settings.FLUSH_TIMEOUT.get() if timeout_s is None else timeout_s
        return sender.flush(limit_s, None if run is None else (run.journal,))

    def trouble_of(self, run: OpenRun) -> AssayError | None:
        """Return why the last records of `run` did not arrive, if that is known."""
        for outbox in self.undelivered():
            if outbox.journal is run.journal:
                return outbox.trouble
        return None

    def undelivered(self) -> list[Outbox]:
        """Return what did not arrive yet."""
        if self._sender is None:
            return []
        return [outbox for outbox in self._sender.outboxes() if outbox.n_waiting]

    def report_undelivered(self) -> None:
        """Say once, in one line, what stays in the journals for `assay sync`."""
        waiting = self.undelivered()
        n_records = sum(outbox.n_waiting for outbox in waiting)
        if not n_records or self._has_reported:
            return
        self._has_reported = True
        trouble = next((outbox.trouble for outbox in waiting if outbox.trouble), None)
        _logger.warning(
            "%d records are not delivered to %s yet (%s). They are safe in %s; deliver them with: "
            "assay sync %s",
            n_records,
            self.target.uri,
            trouble or "it took too long",
            self.target.journals,
            self.target.journals.parent,
        )

    def finish(self, timeout_s: float) -> None:
        """Wait a moment until delivered journals are deleted."""
        if self._sender is not None:
            self._sender.wait_finished(timeout_s)

    def close(self, timeout_s: float = 5.0) -> None:
        """Stop the sender and let go of the transport."""
        if self._sender is not None:
            self._sender.close(timeout_s)
        if self._transport is not None:
            self._transport.close()

    def _as_known_there(self, request: RequestT) -> RequestT:
        """Return `request` with the id that a plain MLflow server gave to its run."""
        run_id = getattr(request, "run_id", None)
        if self.server_kind is not ServerKind.MLFLOW or not isinstance(run_id, str):
            return request
        return msgspec.structs.replace(request, run_id=self.remote_run_id(run_id))

    def _start_sender(self) -> Sender:
        if self._sender is None:
            self._sender = Sender(
                self._open_delivery,
                self._deliver_files,
                keeps_journals=settings.KEEP_JOURNAL.get(),
            )
        return self._sender

    def delivery(self, journals: Path | None = None) -> Delivery:
        """Return the way to hand records of `journals` to the store; its kind must be known."""
        if self.server_kind is not ServerKind.MLFLOW:
            return NativeDelivery(self.transport())
        if journals is None or journals == self.target.journals:
            return MlflowDelivery(self.transport(), self._remote_runs)
        return MlflowDelivery(self.transport(), RemoteRuns(journals, self.target.uri))

    def remote_run_id(self, run_id: str, journals: Path | None = None) -> str:
        """Return the id under which the store knows a run that has its journal in `journals`."""
        if self.server_kind is not ServerKind.MLFLOW:
            return run_id
        if journals is None or journals == self.target.journals:
            return self._remote_runs.id_of(run_id)
        return RemoteRuns(journals, self.target.uri).id_of(run_id)

    def learn_kind(self, timeout_s: float) -> None:
        """Ask a server what it is, unless that is known.

        Raises:
            ServerUnreachable: No answer came.
        """
        if self.target.kind is Kind.SERVER and self.server_kind is None:
            # Servers are only reached through HttpTransport, which can probe.
            self.server_kind = probe(cast(Probeable, self.transport()), timeout_s)

    def _open_delivery(self) -> Delivery:
        self.learn_kind(BACKGROUND_PROBE_S)
        delivery = self.delivery()
        start_rescue: Any = pkgutil.resolve_name(_START_RESCUE)
        start_rescue(self)
        return delivery

    def _deliver_files(self, run_id: str, files: Sequence[SpooledArtifact]) -> None:
        deliver: Any = pkgutil.resolve_name(_DELIVER_FILES)
        deliver(self, self.target.journals.parent, run_id, files)


_connections: dict[Target, Connection] = {}
_of_parent: list[Connection] = []
_lock = threading.Lock()


def connection_to(target: Target) -> Connection:
    """Return this process's connection to `target`."""
    connection = _connections.get(target)
    if connection is None:
        with _lock:
            connection = _connections.setdefault(target, Connection(target))
    return connection


def all_connections() -> list[Connection]:
    """Return every connection that this process has used."""
    with _lock:
        return list(_connections.values())


def close_all(each: Callable[[Connection], object] = Connection.close) -> None:
    """Close every connection; later calls make new ones."""
    with _lock:
        connections = list(_connections.values())
        _connections.clear()
    for connection in connections:
        each(connection)


def _start_afresh() -> None:
    """After a fork: nothing of the parent's is used, and nothing of it is closed either.

    Closing an inherited database handle would take the parent's locks and its log with it, so the
    old connections are kept, untouched, until the child ends.
    """
    global _lock  # noqa: PLW0603 the old one may have been held while forking
    _lock = threading.Lock()
    _of_parent.extend(_connections.values())
    _connections.clear()


os.register_at_fork(after_in_child=_start_afresh)
