"""What runs log, many requests at once: a fixed number of statements for a whole group.

A `RunBatch` is what one request logs to one run. Without a writer (the compatible API) it is kept
whole or not at all. With one (a client's journal) its records are applied exactly once: the last
applied sequence number of each (run, writer) is kept in the transaction of the records, and a param
that conflicts is refused alone. All conflicts are found before anything of a batch is written.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from assay.entities.events import Changed
from assay.entities.runs import END_REASON_TAG, RUN_NAME_TAG
from assay.errors import (
    AssayError,
    InactiveRun,
    InvalidParameter,
    ParamConflict,
    RunNotFound,
    SequenceGap,
)
from assay.store.attempts import GroupAttempts
from assay.store.change_log import note
from assay.store.datasets import RunInputsToAdd, add_inputs
from assay.store.histories import append_metrics
from assay.store.keys import find_key_ids, key_ids
from assay.store.media import RunMedia, add_media
from assay.store.params import ParamChanges, TypedText, amend_params, write_amendments
from assay.store.ranks import GroupRanks
from assay.store.run_batch import RunBatch, WriterSpan
from assay.store.run_creation import create_missing_runs
from assay.store.runs import STATUS_OF, RunPlace, find_run
from assay.store.statements import Statement
from assay.store.superseding import AttemptBatch, append_of_attempt
from assay.store.tables import ACTIVE, PURGING
from assay.wire.chunk import MetricColumns, SeriesKey
from assay.wire.ingest import (
    BatchReceipt,
    RefusedRecord,
    RunEnd,
)

_RUNS = Statement(
    "SELECT run_id, run_number, experiment_id, lifecycle, n_attempts FROM runs "
    "WHERE run_id IN (?text...) "
    "ORDER BY run_number FOR WRITING"
)
_MARKS = Statement(
    "SELECT run_number, writer_id, applied_seq, attempt FROM writers WHERE run_number IN (?int...)"
)
_MARK = Statement("SELECT applied_seq FROM writers WHERE run_number = ? AND writer_id = ?")
_PARAMS = Statement(
    "SELECT run_number, key_id, value, type FROM params WHERE run_number IN (?int...) "
    "AND key_id IN (?int...)"
)
_MODELS = Statement("SELECT model_id FROM logged_models WHERE model_id IN (?text...)")
_ADD_PARAM = Statement(
    "INSERT INTO params (run_number, key_id, experiment_id, value, type) VALUES (?, ?, ?, ?, ?)"
)
_SET_TAG = Statement(
    "INSERT INTO tags (run_number, key_id, experiment_id, value) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (run_number, key_id) DO UPDATE SET value = excluded.value"
)
_DELETE_TAG = Statement("DELETE FROM tags WHERE run_number = ? AND key_id = ?")
_RENAME = Statement("UPDATE runs SET name = ? WHERE run_number = ?")
_END = Statement("UPDATE runs SET status = ?, end_time = ?, end_reason = ? WHERE run_number = ?")
_SET_MARK = Statement(
    "INSERT INTO writers (run_number, writer_id, applied_seq, attempt) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (run_number, writer_id) DO UPDATE SET applied_seq = excluded.applied_seq"
)
_NO_REFUSALS: Final[tuple[RefusedRecord, ...]] = ()


class _Group:
    """What is known before a group is written, and what of it is to be written."""

    def __init__(self) -> None:
        self.places: dict[str, RunPlace | AssayError] = {}
        self.marks: dict[tuple[int, str], int] = {}
        self.params: dict[tuple[int, int], TypedText] = {}
        self.keys: dict[str, int] = {}
        self.models: set[str] = set()
        self.new_params: list[tuple[int, int, int, str, str | None]] = []
        self.changes = ParamChanges()
        self.media: list[RunMedia] = []
        self.new_tags: dict[tuple[int, int], tuple[int, str | None]] = {}
        self.new_names: dict[int, str] = {}
        self.new_marks: dict[tuple[int, str], int] = {}
        self.ends: dict[int, RunEnd] = {}
        self.attempts = GroupAttempts()
        self.ranks = GroupRanks()
        self.changed: list[tuple[RunPlace, Changed]] = []
        self.metrics: list[AttemptBatch] = []
        self.inputs: list[RunInputsToAdd] = []


def apply_batches(conn: Connection, batches: Sequence[RunBatch]) -> list[BatchReceipt | AssayError]:
    """Write a group of batches; return for each its receipt, or the error that refused it whole."""
    group = _Group()
    _find_runs(conn, group, batches)
    _find_marks(conn, group, batches)
    _find_params(conn, group, batches)
    _find_models(conn, group, batches)
    answers: list[BatchReceipt | AssayError] = []
    for batch in batches:
        try:
            answers.append(_accept(group, batch))
        except AssayError as error:
            answers.append(error)
    _write(conn, group)
    return answers


def get_mark(conn: Connection, run_id: str, writer_id: str) -> int:
    """Return the last sequence number of a writer that the store has, 0 before the first."""
    try:
        row = _MARK.row(conn, find_run(conn, run_id).run_number, writer_id)
    except RunNotFound:
        return 0
    return 0 if row is None else int(row[0])


def _find_runs(conn: Connection, group: _Group, batches: Sequence[RunBatch]) -> None:
    announced = [batch for batch in batches if batch.create is not None]
    if announced:
        wanted = {batch.run_id: batch.create for batch in announced if batch.create is not None}
        root = announced[0].artifact_root
        group.places.update(create_missing_runs(conn, wanted, artifact_root=root))
    run_ids = sorted({batch.run_id for batch in batches})
    for run_id, number, experiment, lifecycle, n_attempts in _RUNS.rows(conn, run_ids):
        active = lifecycle == ACTIVE
        group.places[run_id] = (
            RunPlace(number, experiment) if active else _refusal(run_id, lifecycle)
        )
        group.attempts.note_run(number, n_attempts)


def _refusal(run_id: str, lifecycle: int) -> AssayError:
    return RunNotFound(run_id) if lifecycle == PURGING else InactiveRun(run_id)


def _numbers(group: _Group, batches: Iterable[RunBatch]) -> list[int]:
    places = {group.places.get(batch.run_id) for batch in batches}
    return sorted(place.run_number for place in places if isinstance(place, RunPlace))


def _find_marks(conn: Connection, group: _Group, batches: Sequence[RunBatch]) -> None:
    numbers = _numbers(group, (batch for batch in batches if batch.writer is not None))
    if numbers:
        for number, writer_id, seq, attempt in _MARKS.rows(conn, numbers):
            group.marks[number, writer_id] = seq
            group.attempts.of_writers[number, writer_id] = attempt
    taken_up = _numbers(group, (batch for batch in batches if batch.attempt is not None))
    if taken_up:
        group.attempts.open_books(conn, taken_up)


def _find_params(conn: Connection, group: _Group, batches: Sequence[RunBatch]) -> None:
    names = {param.key for batch in batches for param in batch.params}
    names |= {amendment.key for batch in batches for amendment in batch.amendments}
    numbers = _numbers(group, (batch for batch in batches if batch.params or batch.amendments))
    others = {tag.key for batch in batches for tag in batch.tags}
    others |= {file.key for batch in batches for file in batch.media}
    if names or others:
        group.keys = key_ids(conn, names | others)
    deleted = {key for batch in batches for key in batch.deleted_tags}
    if deleted:
        group.keys |= find_key_ids(conn, deleted)
    if names and numbers:
        rows = _PARAMS.rows(conn, numbers, sorted(group.keys[name] for name in names))
        group.params = {(number, key_id): (*typed,) for number, key_id, *typed in rows}


def _find_models(conn: Connection, group: _Group, batches: Sequence[RunBatch]) -> None:
    wanted = {model_id for batch in batches for model_id in _model_ids(batch)}
    if wanted:
        group.models = {row[0] for row in _MODELS.rows(conn, sorted(wanted))}


def _model_ids(batch: RunBatch) -> set[str]:
    if batch.metrics is None:
        return set()
    return {key.model_id for key in batch.metrics.keys if key.model_id}


def _accept(group: _Group, batch: RunBatch) -> BatchReceipt:
    """Put a batch among what is to be written, or raise before any of it is."""
    place = group.places.get(batch.run_id)
    if place is None:
        raise RunNotFound(batch.run_id)
    if isinstance(place, AssayError):
        raise place
    seq = 0
    if batch.writer is not None:
        mark = group.marks.get((place.run_number, batch.writer.writer_id), 0)
        if batch.writer.last_seq <= mark:
            return BatchReceipt(applied_seq=mark, experiment_id=str(place.experiment_id))
        _check_sequence(batch.writer, mark)
        seq = batch.writer.last_seq
    attempt = _attempt(group, batch, place)
    metrics, homeless = _known_metrics(group, batch)
    refused = batch.refused + homeless + _take_params(group, batch, place)
    if batch.amendments:
        refused += tuple(
            amend_params(batch.amendments, place, group.keys, group.params, group.changes)
        )
    if metrics is not None and metrics.n_points:
        group.metrics.append(AttemptBatch(*place, attempt, metrics, batch.rank))
    _take_the_rest(group, batch, place, attempt)
    group.changed.append((place, batch.changed))
    return BatchReceipt(applied_seq=seq, experiment_id=str(place.experiment_id), refused=refused)


def _attempt(group: _Group, batch: RunBatch, place: RunPlace) -> int:
    return group.attempts.number_of(
        place.run_number,
        None if batch.writer is None else batch.writer.writer_id,
        batch.attempt,
        creates=batch.create is not None,
    )


def _check_sequence(writer: WriterSpan, mark: int) -> None:
    if writer.first_seq != mark + 1:
        raise SequenceGap(
            writer_id=writer.writer_id, expected_seq=mark + 1, got_seq=writer.first_seq
        )


def _known_metrics(
    group: _Group, batch: RunBatch
) -> tuple[MetricColumns | None, tuple[RefusedRecord, ...]]:
    """Return the metrics that can be kept; with a writer, those of unknown models go to the run."""
    unknown = _model_ids(batch) - group.models
    if batch.metrics is None or not unknown:
        return batch.metrics, _NO_REFUSALS
    errors = [
        InvalidParameter(f"Logged model with ID '{model_id}' not found, so it has no metrics.")
        for model_id in sorted(unknown)
    ]
    if batch.writer is None:
        raise errors[0]
    keys = [SeriesKey(key.key) if key.model_id in unknown else key for key in batch.metrics.keys]
    last_seq = batch.writer.last_seq
    return (
        msgspec.structs.replace(batch.metrics, keys=keys),
        tuple(refused_record(last_seq, error) for error in errors),
    )


def _take_params(group: _Group, batch: RunBatch, place: RunPlace) -> tuple[RefusedRecord, ...]:
    """Take the new params; refuse those that conflict, or the whole batch when it has no writer."""
    if not batch.params:
        return _NO_REFUSALS
    new: dict[tuple[int, int], TypedText] = {}
    types = batch.param_types or (None,) * len(batch.params)
    refused: list[RefusedRecord] = []
    for index, param in enumerate(batch.params):
        spot = (place.run_number, group.keys[param.key])
        old = group.params.get(spot, new.get(spot))
        if old is None:
            new[spot] = (param.value, types[index])
        elif old[0] != param.value:
            error = ParamConflict(key=param.key, old=old[0], new=param.value, run_id=batch.run_id)
            if batch.writer is None:
                raise error
            refused.append(refused_record(batch.param_seqs[index], error))
    group.params |= new
    group.new_params += [
        (number, key_id, place.experiment_id, *typed) for (number, key_id), typed in new.items()
    ]
    return tuple(refused)


def refused_record(seq: int, error: AssayError) -> RefusedRecord:
    """Return what a receipt says of a record that was refused for `error`."""
    return RefusedRecord(seq=seq, error_code=error.error_code, message=error.message)


def _take_tags(group: _Group, batch: RunBatch, place: RunPlace, *, is_earlier: bool) -> None:
    number, experiment = place
    for key in batch.deleted_tags:
        if key in group.keys:
            group.new_tags[number, group.keys[key]] = (experiment, None)
    for tag in batch.tags:
        if is_earlier and tag.key == END_REASON_TAG:
            continue
        group.new_tags[number, group.keys[tag.key]] = (experiment, tag.value)
        if tag.key == RUN_NAME_TAG and tag.value:
            group.new_names[number] = tag.value


def _take_the_rest(group: _Group, batch: RunBatch, place: RunPlace, attempt: int) -> None:
    number, experiment = place
    is_earlier = group.attempts.is_earlier(number, attempt)
    _take_tags(group, batch, place, is_earlier=is_earlier)
    if batch.dataset_inputs or batch.model_inputs or batch.model_outputs:
        inputs = (batch.dataset_inputs, batch.model_inputs, batch.model_outputs)
        group.inputs.append(RunInputsToAdd(number, experiment, *inputs))
    if batch.media:
        group.media.append(RunMedia(place, batch.media))
    if batch.rank is not None and batch.attempt is not None:
        group.ranks.begin(number, attempt, batch.rank, batch.attempt)
    if batch.end is not None:
        _take_end(group, number, attempt, batch.end, batch.rank)
    if batch.writer is not None:
        spot = (number, batch.writer.writer_id)
        group.marks[spot] = group.new_marks[spot] = batch.writer.last_seq


def _take_end(group: _Group, number: int, attempt: int, end: RunEnd, rank: int | None) -> None:
    """Take in how a process ended: the run ends with its first rank, the others for themselves."""
    if rank is not None:
        group.ranks.end(number, attempt, rank, end)
    if rank:
        return
    if group.attempts.is_earlier(number, attempt):
        group.attempts.end_earlier(number, attempt, end)
    else:
        group.ends[number] = end


def _write(conn: Connection, group: _Group) -> None:
    _ADD_PARAM.run_many(conn, sorted(group.new_params, key=lambda row: row[:2]))
    write_amendments(conn, group.changes)
    add_media(conn, group.media, group.keys)
    _SET_TAG.run_many(
        conn,
        (
            (*spot, experiment, value)
            for spot, (experiment, value) in sorted(group.new_tags.items())
            if value is not None
        ),
    )
    _DELETE_TAG.run_many(conn, (spot for spot, new in group.new_tags.items() if new[1] is None))
    _RENAME.run_many(conn, ((name, number) for number, name in group.new_names.items()))
    group.attempts.write(conn)
    group.ranks.write(conn)
    _write_metrics(conn, group)
    if group.inputs:
        add_inputs(conn, group.inputs)
    _END.run_many(
        conn,
        (
            (STATUS_OF[end.status], end.end_time, end.reason, number)
            for number, end in group.ends.items()
        ),
    )
    for place, changed in group.changed:
        if changed:
            note(conn, place.experiment_id, place.run_number, changed)
    attempts = group.attempts.of_writers
    _SET_MARK.run_many(
        conn, ((*spot, seq, attempts[spot]) for spot, seq in group.new_marks.items())
    )


def _write_metrics(conn: Connection, group: _Group) -> None:
    """Store metrics all together, but those of runs with several attempts one batch after another."""
    has_several = group.attempts.has_several
    plain = [
        (batch.run_number, batch.experiment_id, batch.columns, batch.rank)
        for batch in group.metrics
        if not has_several(batch.run_number)
    ]
    if plain:
        append_metrics(conn, plain)
    for batch in group.metrics:
        if has_several(batch.run_number):
            append_of_attempt(conn, batch)
