"""A run that this process logs to: its journal, and what is known of it without asking."""

import os
import time
from collections.abc import Mapping, Sequence
from typing import Final

from assay import settings
from assay.client import records
from assay.client.journal import Journal
from assay.client.writer_identity import host_name
from assay.entities.datasets import DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.entities.media import MediaFile
from assay.entities.metrics import Metric
from assay.entities.names import MAX_NATIVE_VALUE, check_key, check_length
from assay.entities.runs import RUN_NAME_TAG, RunStatus
from assay.entities.typed_values import type_of
from assay.errors import ParamConflict
from assay.wire.ingest import RunAttempt, RunCreation, RunEnd


class OpenRun:
    """Checks what a caller logs, at the call, and writes it to the journal."""

    def __init__(self, journal: Journal, *, params: Mapping[str, str] | None = None) -> None:
        self.run_id: Final = journal.run_id
        self.journal: Final = journal
        self.is_ended = False
        self.models_by_step: dict[int, str] = {}
        self.is_plain = not settings.ENABLE_ASYNC_LOGGING.get()
        self._params: dict[str, str] = dict(params or {})

    def create(self, creation: RunCreation) -> None:
        """Record that the run begins."""
        self.journal.append(records.CREATE, creation)

    def resume(self, launch: str = "") -> None:
        """Record that this process takes up a run that another one began."""
        self.join(launch)
        self.journal.append(records.END, RunEnd(RunStatus.RUNNING))

    def join(self, launch: str) -> None:
        """Record that this process takes part in the run, started by a launch of its launcher's."""
        attempt = RunAttempt(
            started_ms=time.time_ns() // 1_000_000,
            host=host_name(),
            process=os.getpid(),
            launch=launch,
        )
        self.journal.append(records.ATTEMPT, attempt)

    def end(self, status: RunStatus, end_time_ms: int, reason: str | None = None) -> None:
        """Record that the run is over."""
        self.journal.append(records.END, RunEnd(status, end_time_ms, reason))
        self.is_ended = status.is_terminated

    def set_status(self, status: RunStatus) -> None:
        """Record another status without an end time."""
        self.journal.append(records.END, RunEnd(status))

    def log_metric(self, metric: Metric) -> None:
        """Record one value of a metric; of the run, and of the model and data set that it names."""
        if metric.model_id is None and metric.dataset_name is None:
            self.journal.append_metric(metric.key, metric.value, metric.step, metric.timestamp)
            return
        self.journal.append(
            records.MODEL_METRIC,
            metric.key,
            _exact(metric.value),
            metric.step,
            metric.timestamp,
            metric.model_id,
            metric.dataset_name,
            metric.dataset_digest,
        )

    def log_param(self, key: str, value: object) -> None:
        """Record a param.

        Raises:
            ParamConflict: It was logged before with another value, as far as this process knows.
        """
        text = str(value)
        check_key(key, what="Param key")
        check_length(text, what="Param value", limit=MAX_NATIVE_VALUE)
        old = self._params.setdefault(key, text)
        if old != text:
            raise ParamConflict(key=key, old=old, new=text, run_id=self.run_id)
        kind = type_of(value)
        self.journal.append(records.PARAM, key, text, *([] if kind is None else [kind]))

    def amend_param(
        self, key: str, value: object, *, timestamp_ms: int, reason: str | None = None
    ) -> None:
        """Record that a param should have had another value."""
        text = str(value)
        check_key(key, what="Param key")
        check_length(text, what="Param value", limit=MAX_NATIVE_VALUE)
        check_length(reason or "", what="Reason", limit=MAX_NATIVE_VALUE)
        self._params[key] = text
        self.journal.append(records.AMEND_PARAM, key, text, type_of(value), timestamp_ms, reason)

    def log_media(self, file: MediaFile) -> None:
        """Record which artifact lies at a key and step."""
        self.journal.append(records.MEDIA, file)

    def set_tag(self, key: str, value: object) -> None:
        """Record a tag."""
        text = str(value)
        check_key(key, what="Tag key")
        check_length(text, what="Tag value", limit=MAX_NATIVE_VALUE)
        self.journal.append(records.TAG, key, text)

    def delete_tag(self, key: str) -> None:
        """Record that a tag is taken off."""
        check_key(key, what="Tag key")
        self.journal.append(records.DELETE_TAG, key)

    def rename(self, name: str) -> None:
        """Record a new name."""
        self.set_tag(RUN_NAME_TAG, name)

    def log_inputs(
        self, datasets: Sequence[DatasetInput], models: Sequence[LoggedModelInput] = ()
    ) -> None:
        """Record data sets and models that the run used."""
        self.journal.append(records.INPUTS, datasets, models)

    def log_outputs(self, models: Sequence[LoggedModelOutput]) -> None:
        """Record models that the run produced."""
        for model in models:
            self.models_by_step[model.step] = model.model_id
            self.is_plain = False
        self.journal.append(records.OUTPUTS, models)

    def log_artifact(self, spooled: records.SpooledArtifact) -> None:
        """Record a file that waits in the journal's root to be uploaded."""
        self.journal.append(records.ARTIFACT, spooled)


def _exact(value: float) -> float | str:
    if value - value == 0.0:
        return value
    return records.encode_value(value).strip('"')
