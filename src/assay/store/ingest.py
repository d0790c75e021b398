"""From what a journal delivers to a batch for the store: checked, the wrong records set aside."""

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar

import msgspec
from sqlalchemy import Connection

from assay.artifacts.paths import checked_path
from assay.entities.batches import check_dataset_inputs, check_text, checked_param, checked_tag
from assay.entities.media import KINDS, MediaFile
from assay.entities.names import (
    MAX_NATIVE_VALUE,
    check_experiment_name,
    check_int64,
    check_key,
    check_run_id,
)
from assay.entities.ranks import check_rank
from assay.entities.runs import Param, RunTag
from assay.entities.typed_values import known_type
from assay.errors import AssayError, InvalidParameter, InvalidPath
from assay.store.batches import apply_batches, refused_record
from assay.store.run_batch import RunBatch, WriterSpan
from assay.wire.chunk import MetricColumns, decode_chunk
from assay.wire.ingest import (
    MAX_RUNS,
    Batch,
    Batches,
    BatchReceipts,
    RefusedRecord,
    RunAttempt,
    RunCreation,
    SequencedAmendment,
    SequencedParam,
)

MAX_WRITER_ID: Final = 256
MAX_ATTEMPT_TEXT: Final = 1000

Item = TypeVar("Item")


def journal_batch(request: Batch, *, artifact_root: str = "mlflow-artifacts:") -> RunBatch:
    """Return what `request` asks the store to apply.

    A param or tag that breaks a rule is refused alone, so that it never blocks what comes after it.

    Raises:
        InvalidParameter: The request as a whole cannot be understood.
    """
    check_run_id(request.run_id)
    check_rank(request.rank)
    refused: list[RefusedRecord] = []
    params: list[Param] = []
    kept_items: list[SequencedParam] = []
    for item in request.params:
        kept = _kept(partial(_checked_param, item.param), item.seq, refused)
        if kept is not None:
            params.append(kept)
            kept_items.append(item)
    amendments = [
        _kept(partial(_checked_amendment, item), item.seq, refused) for item in request.amendments
    ]
    media = [
        _kept(partial(_checked_media, file), request.last_seq, refused) for file in request.media
    ]
    tags = [_kept(partial(_checked_tag, tag), request.last_seq, refused) for tag in request.tags]
    check_dataset_inputs(request.dataset_inputs)
    if request.create is not None:
        _check_creation(request.create)
    if request.attempt is not None:
        _check_attempt(request.attempt)
    return RunBatch(
        run_id=request.run_id,
        metrics=_columns(request.metrics),
        params=params,
        param_seqs=[item.seq for item in kept_items],
        param_types=[known_type(item.type) for item in kept_items],
        amendments=[item for item in amendments if item is not None],
        media=[file for file in media if file is not None],
        tags=[tag for tag in tags if tag is not None],
        deleted_tags=request.deleted_tags,
        dataset_inputs=request.dataset_inputs,
        model_inputs=request.model_inputs,
        model_outputs=request.model_outputs,
        create=request.create,
        attempt=request.attempt,
        end=request.end,
        writer=_span(request),
        rank=request.rank,
        refused=tuple(refused),
        artifact_root=artifact_root,
    )


def ingest_runs(conn: Connection, request: Batches) -> BatchReceipts:
    """Apply the batches of many runs and return their receipts.

    Raises:
        InvalidParameter: There are too many, they are not those that are named, or one is wrong.
        AssayError: The store cannot take one of them, so it takes none.
    """
    if len(request.batches) > MAX_RUNS:
        raise InvalidParameter(
            f"At most {MAX_RUNS} batches travel together. Got {len(request.batches)}."
        )
    if request.run_ids != tuple(batch.run_id for batch in request.batches):
        raise InvalidParameter("'run_ids' must name the run of each batch, in their order.")
    receipts = []
    for answer in apply_batches(conn, [journal_batch(batch) for batch in request.batches]):
        if isinstance(answer, AssayError):
            raise answer
        receipts.append(answer)
    return BatchReceipts(receipts=tuple(receipts))


def _check_creation(creation: RunCreation) -> None:
    if creation.experiment_name is not None:
        check_experiment_name(creation.experiment_name)
    check_text(creation.run_name, where="create.run_name", limit=MAX_NATIVE_VALUE)
    check_text(creation.user_id, where="create.user_id", limit=MAX_NATIVE_VALUE)
    for tag in creation.tags:
        _checked_tag(tag)


def _check_attempt(attempt: RunAttempt) -> None:
    check_int64(attempt.started_ms, where="attempt.started_ms")
    check_int64(attempt.process, where="attempt.process")
    check_text(attempt.host, where="attempt.host", limit=MAX_ATTEMPT_TEXT)
    check_text(attempt.launch, where="attempt.launch", limit=MAX_ATTEMPT_TEXT)


def _span(request: Batch) -> WriterSpan:
    if not 0 < len(request.writer_id) <= MAX_WRITER_ID:
        raise InvalidParameter("'writer_id' must have 1 to 256 characters.")
    if not 1 <= request.first_seq <= request.last_seq:
        raise InvalidParameter("Sequence numbers begin at 1, and the first is not after the last.")
    check_int64(request.last_seq, where="last_seq")
    return WriterSpan(request.writer_id, request.first_seq, request.last_seq)


def _columns(chunk: bytes) -> MetricColumns | None:
    if not chunk:
        return None
    columns = decode_chunk(chunk)
    for key in columns.keys:
        check_key(key.key, what="Metric name", where="metrics.name")
    return columns


def _kept(check: Callable[[], Item], seq: int, refused: list[RefusedRecord]) -> Item | None:
    try:
        return check()
    except InvalidParameter as error:
        refused.append(refused_record(seq, error))
        return None


def _checked_param(param: Param) -> Param:
    return checked_param(param, truncate=False, limit=MAX_NATIVE_VALUE)


def _checked_amendment(amendment: SequencedAmendment) -> SequencedAmendment:
    checked = _checked_param(Param(amendment.key, amendment.value))
    check_text(amendment.reason or "", where="amendments.reason", limit=MAX_NATIVE_VALUE)
    check_int64(amendment.timestamp, where="amendments.timestamp")
    return msgspec.structs.replace(
        amendment, key=checked.key, value=checked.value, type=known_type(amendment.type)
    )


def _checked_media(file: MediaFile) -> MediaFile:
    check_key(file.key, what="Media key", where="media.key")
    for name in ("step", "timestamp", "size_bytes"):
        check_int64(getattr(file, name), where=f"media.{name}")
    if file.kind not in KINDS:
        raise InvalidParameter(f"Media are of kind {', '.join(KINDS)}, not {file.kind!r}.")
    check_text(file.details or "", where="media.details", limit=MAX_NATIVE_VALUE)
    try:
        return msgspec.structs.replace(file, path=checked_path(file.path))
    except InvalidPath as error:
        raise InvalidParameter(error.message) from error


def _checked_tag(tag: RunTag) -> RunTag:
    return checked_tag(tag, truncate=False, limit=MAX_NATIVE_VALUE)
