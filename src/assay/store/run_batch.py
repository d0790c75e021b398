"""What one request logs to one run, as the store takes it."""

from collections.abc import Sequence

import msgspec

from assay.entities.datasets import DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.entities.events import Changed
from assay.entities.media import MediaFile
from assay.entities.runs import Param, RunTag
from assay.wire.chunk import MetricColumns
from assay.wire.ingest import (
    RefusedRecord,
    RunAttempt,
    RunCreation,
    RunEnd,
    SequencedAmendment,
)


class WriterSpan(msgspec.Struct, frozen=True):
    """Which records of which journal a batch holds, both ends included."""

    writer_id: str
    first_seq: int
    last_seq: int


class RunBatch(msgspec.Struct, frozen=True, kw_only=True):
    """What one request logs to one run; names and sizes are checked already.

    `param_seqs` has one number for each of `params` when there is a `writer`, and `param_types` the
    type of each value where it is known. `refused` are records
    that were found wrong before the batch was made, and go into the receipt.
    """

    run_id: str
    metrics: MetricColumns | None = None
    params: Sequence[Param] = ()
    tags: Sequence[RunTag] = ()
    deleted_tags: Sequence[str] = ()
    dataset_inputs: Sequence[DatasetInput] = ()
    model_inputs: Sequence[LoggedModelInput] = ()
    model_outputs: Sequence[LoggedModelOutput] = ()
    create: RunCreation | None = None
    attempt: RunAttempt | None = None
    end: RunEnd | None = None
    writer: WriterSpan | None = None
    rank: int | None = None
    param_seqs: Sequence[int] = ()
    param_types: Sequence[str | None] = ()
    amendments: Sequence[SequencedAmendment] = ()
    media: Sequence[MediaFile] = ()
    refused: tuple[RefusedRecord, ...] = ()
    artifact_root: str = "mlflow-artifacts:"

    @property
    def n_points(self) -> int:
        """How many metric values there are."""
        return 0 if self.metrics is None else self.metrics.n_points

    @property
    def changed(self) -> Changed:
        """What it changes of its run."""
        parts = (
            (Changed.CREATED, self.create),
            (Changed.STATUS, self.end or self.attempt),
            (Changed.METRICS, self.n_points),
            (Changed.PARAMS, self.params or self.amendments),
            (Changed.TAGS, self.tags or self.deleted_tags),
            (Changed.MEDIA, self.media),
            (Changed.INPUTS, self.dataset_inputs or self.model_inputs or self.model_outputs),
        )
        return Changed(sum(part for part, content in parts if content))
