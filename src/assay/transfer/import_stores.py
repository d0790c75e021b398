"""Stores as imports need them: which runs are there, and creating others, each once and whole.

Each run is one batch of a writer that is always called the same, so that a store of ours applies it
once, whole or not at all, however often it comes; some hundred travel in a request. A plain MLflow
server gets a tag with the run's id when a run begins and another one when it is complete, and is asked
for both before anything is sent.
"""

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec

from assay.client import experiments, search
from assay.client.connection import Connection
from assay.client.delivery import batch_of
from assay.client.merging import MergedRecords
from assay.client.mlflow_server import MlflowDelivery
from assay.client.records import METRIC
from assay.client.remote_runs import RemoteRuns
from assay.client.run_query import RunQuery
from assay.client.run_rows import TextColumn, is_mlflow, iter_run_rows
from assay.entities.lifecycle import ViewType
from assay.entities.runs import END_REASON_TAG, Param, RunStatus, RunTag
from assay.errors import AssayError, RequestTimeout, TooManyRequests, Unavailable
from assay.transfer.imported_rows import ImportedRun
from assay.wire import runs as runs_wire
from assay.wire.ingest import (
    INGEST_RUNS,
    Batch,
    Batches,
    RunCreation,
    RunEnd,
    SequencedParam,
)

Answer = TypeVar("Answer")

WRITER_ID: Final = "import"
ID_TAG: Final = "assay.import_id"
DONE_TAG: Final = "assay.import_done"
_MAX_TEXT: Final = 16 * 1024 * 1024
_MAX_TRIES: Final = 6
_FIRST_PAUSE_S: Final = 0.2


class Destination(msgspec.Struct, frozen=True, kw_only=True):
    """What a run gets that its row does not say."""

    experiment_name: str
    experiment_id: str | None
    stem: str
    now_ms: int
    has_end_times: bool


class ImportStore(Protocol):
    """A store, as imports need it: how many runs travel together, and how many senders there are."""

    n_together: int
    n_senders: int

    def present(self, run_ids: Sequence[str]) -> set[str]:
        """Return which of these runs are there, complete."""
        ...

    def send(self, runs: Sequence[ImportedRun], destination: Destination) -> int:
        """Create runs and return how many of their records were refused."""
        ...


@contextmanager
def opened_store(connection: Connection) -> Iterator[ImportStore]:
    """Give the store at the other end of a connection."""
    if not is_mlflow(connection):
        yield _OwnStore(connection)
        return
    with tempfile.TemporaryDirectory(prefix="assay-import-") as folder:
        yield _MlflowServer(connection, Path(folder))


class _OwnStore:
    """A store of ours: a run that is there is complete."""

    n_together = 200
    n_senders = 2

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._experiment_ids = tuple(_all_experiments(connection))

    def present(self, run_ids: Sequence[str]) -> set[str]:
        """Return which of these runs are there, in whichever experiment, deleted or not."""
        listed = ", ".join(f"'{run_id}'" for run_id in run_ids)
        query = RunQuery(
            experiment_ids=self._experiment_ids,
            filter_string=f"attributes.run_id IN ({listed})",
            run_view_type=ViewType.ALL,
            columns=(),
        )
        found: set[str] = set()
        for page in iter_run_rows(self._connection, query):
            column = page.columns["run_id"]
            if isinstance(column, TextColumn):
                found.update(column.values)
        return found

    def send(self, runs: Sequence[ImportedRun], destination: Destination) -> int:
        """Create runs, in as few requests as their texts allow."""
        n_refused = n_bytes = 0
        waiting: list[Batch] = []
        for run in runs:
            waiting.append(batch_of(_merged(run, destination)))
            n_bytes += sum(len(text) for text, _ in run.params.values())
            n_bytes += sum(map(len, run.tags.values()))
            if n_bytes > _MAX_TEXT:
                n_refused += self._send(waiting)
                n_bytes, waiting = 0, []
        return n_refused + (self._send(waiting) if waiting else 0)

    def _send(self, batches: Sequence[Batch]) -> int:
        request = Batches(run_ids=tuple(batch.run_id for batch in batches), batches=tuple(batches))
        transport = self._connection.transport()
        answer = _patiently(lambda: transport.call(INGEST_RUNS, request))
        return sum(len(receipt.refused) for receipt in answer.receipts)


class _MlflowServer:
    """A plain MLflow server, which chooses ids itself and keeps parts of runs."""

    n_together = 20
    n_senders = 8

    def __init__(self, connection: Connection, folder: Path) -> None:
        self._transport = connection.transport()
        self._remote_runs = RemoteRuns(folder, connection.target.uri)
        self._delivery = MlflowDelivery(self._transport, self._remote_runs)
        self._done: set[str] = set()
        self._learn(connection)

    def present(self, run_ids: Sequence[str]) -> set[str]:
        """Return which of these runs an earlier import has completed."""
        return self._done.intersection(run_ids)

    def send(self, runs: Sequence[ImportedRun], destination: Destination) -> int:
        """Create runs, or complete them."""
        return sum(self._send(run, destination) for run in runs)

    def _send(self, run: ImportedRun, destination: Destination) -> int:
        merged = _merged(run, destination, (RunTag(ID_TAG, run.run_id),))
        receipt = _patiently(lambda: self._delivery.deliver(merged))
        remote_id = self._remote_runs.id_of(run.run_id)
        done = runs_wire.SetTag(run_id=remote_id, key=DONE_TAG, value="true")
        _patiently(lambda: self._transport.call(runs_wire.SET_TAG, done))
        return len(receipt.refused)

    def _learn(self, connection: Connection) -> None:
        """Note which runs earlier imports have begun and completed there."""
        ids = _all_experiments(connection)
        token: str | None = None
        while ids:
            page = search.search_runs(
                connection,
                ids,
                filter_string=f"tags.`{ID_TAG}` LIKE '%'",
                run_view_type=ViewType.ALL,
                page_token=token,
            )
            for run in page:
                own_id = run.data.tags[ID_TAG]
                self._remote_runs.keep(own_id, run.info.run_id)
                if DONE_TAG in run.data.tags:
                    self._done.add(own_id)
            token = page.token
            if not token:
                return


def _all_experiments(connection: Connection) -> list[str]:
    found: list[str] = []
    token: str | None = None
    while True:
        page = experiments.search_experiments(
            connection, ViewType.ALL, experiments.SEARCH_PAGE, None, None, token
        )
        found += [experiment.experiment_id for experiment in page]
        token = page.token
        if not token:
            return found


def _patiently(send: Callable[[], Answer]) -> Answer:
    """Return what `send` returns; try again when what kept it may have passed."""
    for attempt in range(_MAX_TRIES):
        try:
            return send()
        except (Unavailable, TooManyRequests, RequestTimeout) as error:
            failure: AssayError = error
        time.sleep(_FIRST_PAUSE_S * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311 jitter
    raise Unavailable(
        f"The import stopped: {failure.message} Repeat it: what has arrived is not written twice."
    ) from failure


def _merged(
    run: ImportedRun, destination: Destination, tags: tuple[RunTag, ...] = ()
) -> MergedRecords:
    """Return a run as records of one writer."""
    start_ms = _start_of(run, destination)
    end_ms = run.end_ms
    if end_ms is None and not destination.has_end_times and run.status.is_terminated:
        end_ms = start_ms
    merged = MergedRecords(run.run_id, WRITER_ID)
    merged.create = RunCreation(
        experiment_name=run.experiment or destination.experiment_name,
        experiment_id=None if run.experiment else destination.experiment_id,
        run_name=run.name or run.tags.get("mlflow.runName") or f"{destination.stem}-{run.row}",
        user_id=run.user,
        start_time=start_ms,
        tags=tags,
    )
    logged_ms = max(0, start_ms if end_ms is None else end_ms)
    merged.params = [
        SequencedParam(seq, Param(key, text), kind)
        for seq, (key, (text, kind)) in enumerate(run.params.items(), start=2)
    ]
    merged.tags = dict(run.tags)
    if run.metrics:
        merged.metrics.add_plain(
            [(METRIC, 0, key, value, 0, logged_ms, 0) for key, value in run.metrics.items()]
        )
    if run.status is not RunStatus.RUNNING or end_ms is not None:
        merged.end = RunEnd(run.status, end_ms, run.tags.get(END_REASON_TAG))
    merged.first_seq = 1
    merged.last_seq = 2 + len(run.params) + len(run.metrics) + len(run.tags)
    return merged


def _start_of(run: ImportedRun, destination: Destination) -> int:
    if run.start_ms is not None:
        return run.start_ms
    return destination.now_ms if run.end_ms is None else run.end_ms
