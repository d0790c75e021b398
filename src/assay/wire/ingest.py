"""How a journal's records travel: merged into one batch, applied exactly once.

The body is a msgpack `Batch`. The store keeps, for each (run, writer), the last sequence number it
has applied, in the same transaction as the records, so that sending a batch again changes nothing.
"""

from typing import Final

import msgspec

from assay.entities.datasets import DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.entities.media import MediaFile
from assay.entities.runs import Param, RunStatus, RunTag
from assay.wire.endpoint import (
    EDIT_RUN,
    EDIT_RUNS,
    Area,
    Body,
    Effect,
    Empty,
    Endpoint,
    Message,
    Request,
)

MAX_RUNS: Final = 1000
"""Of how many runs one request may bring batches: others wait while they are written."""
LOST_WRITER: Final = "-lost"
"""Ends the id of the writer under which others record the death of a writer."""


class RunCreation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a run is created from when the client chose its id.

    The experiment is found by name; when there is none, it is created with `experiment_id` if that
    is free, else with an id of the server's.
    """

    experiment_name: str | None = None
    experiment_id: str | None = None
    run_name: str
    user_id: str = ""
    start_time: int
    tags: tuple[RunTag, ...] = ()


class RunEnd(msgspec.Struct, frozen=True):
    """How and when a run ended; RUNNING and no time when it was resumed."""

    status: RunStatus
    end_time: int | None = None
    reason: str | None = None


class RunAttempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A process takes a run up: when, where, and started by which launch of its launcher.

    Whether it begins a new attempt or joins the present one, the store decides.
    """

    started_ms: int
    host: str = ""
    process: int = 0
    launch: str = ""


class SequencedParam(msgspec.Struct, frozen=True, array_like=True):
    """A param with the sequence number of the record that logged it, and the type of its value."""

    seq: int
    param: Param
    type: str | None = None


class SequencedAmendment(msgspec.Struct, frozen=True, array_like=True):
    """A correction of a param: the number of its record, the new value, its type, when and why."""

    seq: int
    key: str
    value: str
    type: str | None
    timestamp: int
    reason: str | None = None


class Batch(Request, frozen=True, kw_only=True):
    """Records `first_seq` to `last_seq` of one writer of one run, merged by kind.

    `metrics` is a metric chunk (`wire/chunk.py`). Tags and deletions are already merged: the last
    word on each key counts. `run_name` is set when the run was renamed. With a `rank`, the writer is one of
    several processes that a launcher started together; all but rank 0 end for themselves alone.
    """

    run_id: str
    writer_id: str
    first_seq: int
    last_seq: int
    create: RunCreation | None = None
    attempt: RunAttempt | None = None
    rank: int | None = None
    metrics: bytes = b""
    params: tuple[SequencedParam, ...] = ()
    amendments: tuple[SequencedAmendment, ...] = ()
    media: tuple[MediaFile, ...] = ()
    tags: tuple[RunTag, ...] = ()
    deleted_tags: tuple[str, ...] = ()
    dataset_inputs: tuple[DatasetInput, ...] = ()
    model_inputs: tuple[LoggedModelInput, ...] = ()
    model_outputs: tuple[LoggedModelOutput, ...] = ()
    end: RunEnd | None = None


class RefusedRecord(Message, frozen=True, kw_only=True):
    """A record that the store could not take, and why; the rest of its batch is kept."""

    seq: int
    error_code: str
    message: str


class BatchReceipt(Message, frozen=True, kw_only=True):
    """What the store has of this writer now; `experiment_id` where the run lies."""

    applied_seq: int
    experiment_id: str
    refused: tuple[RefusedRecord, ...] = ()


class Batches(Request, frozen=True, kw_only=True):
    """Batches of many runs, applied together or not at all; `run_ids` are their runs, in this order."""

    run_ids: tuple[str, ...]
    batches: tuple[Batch, ...]


class BatchReceipts(Message, frozen=True, kw_only=True):
    """What the store has of each batch's writer now."""

    receipts: tuple[BatchReceipt, ...] = ()


class GetMark(Request, frozen=True, kw_only=True):
    """Which writer of which run."""

    run_id: str
    writer_id: str


class Mark(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The last sequence number of a writer that the store has; 0 before the first."""

    applied_seq: int


class Heartbeat(Request, frozen=True, kw_only=True):
    """A run says that it is alive."""

    run_id: str


INGEST = Endpoint(
    name="ingest_batch",
    method="POST",
    area=Area.ASSAY,
    path="ingest",
    request=Batch,
    response=BatchReceipt,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    body=Body.BINARY,
    max_body_bytes=64 * 1024 * 1024,
    summary="Apply records of a journal, exactly once.",
)
INGEST_RUNS = Endpoint(
    name="ingest_runs",
    method="POST",
    area=Area.ASSAY,
    path="ingest/runs",
    request=Batches,
    response=BatchReceipts,
    permission=EDIT_RUNS,
    effect=Effect.WRITE,
    body=Body.BINARY,
    max_body_bytes=64 * 1024 * 1024,
    summary="Apply records of the journals of many runs, exactly once.",
)
GET_MARK = Endpoint(
    name="get_writer_mark",
    method="GET",
    area=Area.ASSAY,
    path="ingest/mark",
    request=GetMark,
    response=Mark,
    permission=EDIT_RUN,
    effect=Effect.READ,
    summary="Get how much of a writer's journal the store has.",
)
HEARTBEAT = Endpoint(
    name="heartbeat",
    method="POST",
    area=Area.ASSAY,
    path="runs/heartbeat",
    request=Heartbeat,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Note that a run is alive.",
)
ENDPOINTS = (INGEST, INGEST_RUNS, GET_MARK, HEARTBEAT)
