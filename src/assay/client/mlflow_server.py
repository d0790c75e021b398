"""Delivering journals to a plain MLflow server, which knows neither batches of ours nor marks.

Everything that is sent twice after a lost answer is the same the second time: identical metric
values, params and tags count once at the server. Limits of its log-batch are kept.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from assay.client.merging import MergedRecords
from assay.client.remote_runs import RemoteRuns
from assay.client.transport import Transport
from assay.entities.metrics import Metric
from assay.entities.names import MAX_BATCH_METRICS, MAX_BATCH_PARAMS, MAX_BATCH_TAGS
from assay.entities.runs import PARENT_RUN_TAG, Param, RunTag
from assay.errors import AlreadyExists, InvalidParameter, NotFound, NotSupported
from assay.wire import datasets, experiments, runs
from assay.wire.chunk import metrics_of
from assay.wire.ingest import (
    BatchReceipt,
    RefusedRecord,
    RunCreation,
    RunEnd,
    SequencedAmendment,
    SequencedParam,
)

Item = TypeVar("Item")
_DEFAULT_EXPERIMENT: Final = "0"


class MlflowDelivery:
    """Delivers through the API that every MLflow server has."""

    def __init__(self, transport: Transport, remote_runs: RemoteRuns) -> None:
        self._transport = transport
        self._remote_runs = remote_runs

    def deliver(self, merged: MergedRecords) -> BatchReceipt:
        """Send `merged` in as many requests as it takes; the run is created if it begins here."""
        if merged.create is not None and self._remote_runs.find(merged.run_id) is None:
            self._remote_runs.keep(merged.run_id, self._create(merged.create))
        run_id = self._remote_runs.id_of(merged.run_id)
        refused = self._log_params(run_id, merged.params)
        refused += [_unamendable(amendment) for amendment in merged.amendments]
        self._log_values(run_id, merged)
        self._log_links(run_id, merged)
        if merged.end is not None and not merged.rank:
            self._end(run_id, merged.end)
        self._remote_runs.keep_mark(merged.run_id, merged.writer_id, merged.last_seq)
        return BatchReceipt(applied_seq=merged.last_seq, experiment_id="", refused=tuple(refused))

    def mark(self, run_id: str, writer_id: str) -> int:
        """Return the last record of a writer that was sent, as noted beside the journal."""
        known = self._remote_runs.find(run_id)
        return 0 if known is None else known.marks.get(writer_id, 0)

    def heartbeat(self, run_id: str) -> None:
        """Do nothing: an MLflow server does not ask whether a run is alive."""

    def _create(self, creation: RunCreation) -> str:
        request = runs.CreateRun(
            experiment_id=self._find_experiment(creation),
            user_id=creation.user_id,
            run_name=creation.run_name,
            start_time=creation.start_time,
            tags=self._as_known_there(creation.tags),
        )
        return self._transport.call(runs.CREATE, request).run.info.run_id

    def _as_known_there(self, tags: tuple[RunTag, ...]) -> tuple[RunTag, ...]:
        """Return `tags` with a parent run named by its id at the server."""
        return tuple(
            RunTag(tag.key, self._remote_runs.id_of(tag.value))
            if tag.key == PARENT_RUN_TAG
            else tag
            for tag in tags
        )

    def _find_experiment(self, creation: RunCreation) -> str:
        name = creation.experiment_name
        if not name:
            return creation.experiment_id or _DEFAULT_EXPERIMENT
        by_name = experiments.GetExperimentByName(experiment_name=name)
        try:
            return self._transport.call(experiments.GET_BY_NAME, by_name).experiment.experiment_id
        except NotFound:
            pass
        try:
            request = experiments.CreateExperiment(name=name)
            return self._transport.call(experiments.CREATE, request).experiment_id
        except AlreadyExists:
            return self._transport.call(experiments.GET_BY_NAME, by_name).experiment.experiment_id

    def _log_params(self, run_id: str, params: Sequence[SequencedParam]) -> list[RefusedRecord]:
        refused: list[RefusedRecord] = []
        for part in _parts(params, MAX_BATCH_PARAMS):
            try:
                self._log_batch(run_id, params=[item.param for item in part])
            except InvalidParameter:
                # One bad param spoils its batch: find out which.
                refused += self._log_one_by_one(run_id, part)
        return refused

    def _log_one_by_one(
        self, run_id: str, params: Sequence[SequencedParam]
    ) -> Iterator[RefusedRecord]:
        for item in params:
            try:
                self._log_batch(run_id, params=[item.param])
            except InvalidParameter as error:
                yield RefusedRecord(
                    seq=item.seq, error_code=error.error_code, message=error.message
                )

    def _log_values(self, run_id: str, merged: MergedRecords) -> None:
        for metrics in _parts(metrics_of(merged.metrics.columns()), MAX_BATCH_METRICS):
            self._log_batch(run_id, metrics=metrics)
        for tags in _parts(self._as_known_there(merged.set_tags()), MAX_BATCH_TAGS):
            self._log_batch(run_id, tags=tags)
        for key in merged.deleted_tags():
            try:
                self._transport.call(runs.DELETE_TAG, runs.DeleteTag(run_id=run_id, key=key))
            except NotFound:
                continue

    def _log_links(self, run_id: str, merged: MergedRecords) -> None:
        if merged.dataset_inputs or merged.model_inputs:
            self._transport.call(
                datasets.LOG_INPUTS,
                datasets.LogInputs(
                    run_id=run_id,
                    datasets=tuple(merged.dataset_inputs),
                    models=tuple(merged.model_inputs),
                ),
            )
        if merged.model_outputs:
            self._transport.call(
                datasets.LOG_OUTPUTS,
                datasets.LogOutputs(run_id=run_id, models=tuple(merged.model_outputs)),
            )

    def _end(self, run_id: str, end: RunEnd) -> None:
        self._transport.call(
            runs.UPDATE,
            runs.UpdateRun(run_id=run_id, status=end.status, end_time=end.end_time),
        )

    def _log_batch(
        self,
        run_id: str,
        *,
        metrics: Sequence[Metric] = (),
        params: Sequence[Param] = (),
        tags: Sequence[RunTag] = (),
    ) -> None:
        self._transport.call(
            runs.LOG_BATCH,
            runs.LogBatch(
                run_id=run_id, metrics=tuple(metrics), params=tuple(params), tags=tuple(tags)
            ),
        )


def _unamendable(amendment: SequencedAmendment) -> RefusedRecord:
    error = NotSupported(
        f"Param {amendment.key!r} keeps its first value: an MLflow server cannot amend params."
    )
    return RefusedRecord(seq=amendment.seq, error_code=error.error_code, message=error.message)


def _parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
