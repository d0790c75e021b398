"""Which points of a metric a later attempt of the run supersedes, and where they are kept.

At a step t the default view has the points of the latest attempt that has logged the metric at t or
before: what earlier attempts logged from its first step on is superseded. So each attempt owns one
stretch of steps, and a number for each attempt and metric (`attempt_starts`) says which.

The superseded points of attempt a are moved, once, to a series of their own, whose model number is less
by a (-a for the run's own series; ranks have series too), in the transaction of the batch that
supersedes them. Nothing is deleted, and everything that reads series, from search to charts, has the
default view without knowing of attempts and for no cost. Runs with one attempt never come here. What
arrives late from an earlier attempt goes where it belongs at once. Points that were logged for a model
stay with their model; they count for the run's own series like others, but those that arrive late are
not taken out of it.

Chunks that lie wholly within the superseded steps change hands as they are; only those at a border
are cut. Points of an attempt that are superseded later come before those that were so already,
because an attempt is superseded from some step on and that step can only fall.
"""

import itertools
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec
import numpy as np
from sqlalchemy import Connection

from assay.errors import Unavailable
from assay.store.chunks import add_chunks, chunk_row, delete_chunks, split
from assay.store.compression import decompress
from assay.store.folding import apply_fold, plan_fold, read_pack, write_pack
from assay.store.inbox import Arrival, put_arrivals, summaries_of
from assay.store.points import Ints, Place, SeriesColumns, concatenate, no_points
from assay.store.ranks import OF_RANKS, with_rank
from assay.store.series import merge_summaries
from assay.store.series_ids import series_ids
from assay.store.statements import Statement
from assay.store.summaries import Points, SeriesId, summarise
from assay.wire.chunk import MetricColumns

FIRST: Final = -(2**63)
END: Final = 2**63
MAX_TRIES: Final = 100

_ID: Final = " AND ".join(f"{name} = ?" for name in SeriesId._fields)
_STARTS: Final = Statement(
    "SELECT key_id, attempt, first_step FROM attempt_starts"
    " WHERE run_number = ? AND key_id IN (?int...)"
)
_SET_START: Final = Statement(
    "INSERT INTO attempt_starts (run_number, key_id, attempt, first_step) VALUES (?, ?, ?, ?)"
    " ON CONFLICT (run_number, key_id, attempt) DO UPDATE SET first_step = excluded.first_step"
)
_SERIES: Final = Statement(
    f"SELECT n_logged, first_step, last_step, {', '.join(SeriesId._fields)} FROM series"  # noqa: S608 names of a class
    " WHERE run_number = ? AND key_id IN (?int...)"
    f" AND (model_number = 0 OR {OF_RANKS})"
)
_CHUNKS: Final = Statement(
    f"SELECT chunk_id, n_points, payload FROM chunks WHERE run_number = ? AND {_ID}"  # noqa: S608 names of a class
    " ORDER BY first_step, first_timestamp, first_rank"
)
_HAND_OVER: Final = Statement("UPDATE chunks SET model_number = ? WHERE chunk_id IN (?int...)")
_FORGET: Final = Statement(f"DELETE FROM series WHERE run_number = ? AND {_ID}")  # noqa: S608 names of a class
_COUNT_UP: Final = Statement(
    f"UPDATE series SET n_logged = n_logged + ? WHERE run_number = ? AND {_ID}"  # noqa: S608 names of a class
)

Starts = Mapping[int, int]
"""The first step of each attempt of a metric; the first attempt begins before all steps."""


class Stretch(NamedTuple):
    """Steps from `low` to before `high`, and which attempt owns them."""

    low: int
    high: int
    attempt: int


class AttemptBatch(NamedTuple):
    """What one request logs to a run that has several attempts."""

    run_number: int
    experiment_id: int
    attempt: int
    columns: MetricColumns
    rank: int | None = None


def stretches(starts: Starts) -> list[Stretch]:
    """Return which attempt owns which steps, in order and without gaps."""
    borders = sorted({FIRST, *starts.values()})
    found: list[Stretch] = []
    for low, high in zip(borders, [*borders[1:], END], strict=True):
        owner = max((one for one, first in starts.items() if first <= low), default=1)
        if found and found[-1].attempt == owner:
            found[-1] = found[-1]._replace(high=high)
        else:
            found.append(Stretch(low, high, owner))
    return found


def newly_superseded(starts: Starts, attempt: int, first_step: int) -> list[Stretch]:
    """Return the steps, by their owners so far, that an attempt takes over when it logs a step."""
    return [
        Stretch(max(low, first_step), high, owner)
        for low, high, owner in stretches(starts)
        if owner < attempt and high > first_step
    ]


def append_of_attempt(conn: Connection, batch: AttemptBatch) -> None:
    """Take in metrics of a run that has several attempts: supersede what they supersede, and store them."""
    run_number, experiment_id, attempt, columns, rank = batch
    if not columns.value:
        return
    ids = series_ids(conn, [(experiment_id, columns)])[0]
    if rank is not None:
        columns, ids = with_rank(columns, ids, rank)
    index = np.frombuffer(columns.key_index, np.uint32).astype(np.int64)
    steps = np.frombuffer(columns.step, np.int64)
    firsts = _first_steps([series.key_id for series in ids], index, steps)
    starts = read_starts(conn, run_number, sorted(firsts))
    versions: dict[SeriesId, int] = {}
    if attempt > 1:
        new = {key: low for key, low in firsts.items() if low < starts[key].get(attempt, END)}
        taken = {key: newly_superseded(starts[key], attempt, low) for key, low in new.items()}
        versions = _Move(conn, run_number, experiment_id).apply(taken)
        _SET_START.run_many(conn, [(run_number, key, attempt, low) for key, low in new.items()])
    arrival = Arrival(run_number, experiment_id)
    arrival.add(*_sorted_out(columns, ids, index, steps, attempt, starts))
    put_arrivals(conn, [arrival])
    merge_summaries(conn, summaries_of([arrival]))
    # Versions of a history must never come twice, also when it has become shorter.
    _COUNT_UP.run_many(conn, [(n, run_number, *series) for series, n in versions.items()])


def read_starts(
    conn: Connection, run_number: int, key_ids: Sequence[int]
) -> dict[int, dict[int, int]]:
    """Return the first step of each attempt, by metric."""
    starts: dict[int, dict[int, int]] = {key_id: {} for key_id in key_ids}
    for key_id, attempt, first_step in _STARTS.rows(conn, run_number, list(key_ids)):
        starts[key_id][attempt] = first_step
    return starts


def _first_steps(key_ids: Sequence[int], index: Ints, steps: Ints) -> dict[int, int]:
    """Return the lowest step of each metric in a batch."""
    lowest = np.full(len(key_ids), END - 1, np.int64)
    np.minimum.at(lowest, index, steps)
    found: dict[int, int] = {}
    for place in np.unique(index).tolist():
        key_id, step = key_ids[place], int(lowest[place])
        found[key_id] = min(step, found.get(key_id, step))
    return found


def _sorted_out(
    columns: MetricColumns,
    ids: Sequence[SeriesId],
    index: Ints,
    steps: Ints,
    attempt: int,
    starts: Mapping[int, Starts],
) -> tuple[MetricColumns, list[SeriesId]]:
    """Return the columns, and the series of each: the attempt's own for what is superseded already."""
    ends = [_end_of(starts[one.key_id], attempt) for one in ids]
    is_cut = np.array(
        [end < END and one.model_number <= 0 for end, one in zip(ends, ids, strict=True)]
    )
    limits = np.array([min(end, END - 1) for end in ends], np.int64)
    is_hidden = is_cut[index] & (steps >= limits[index])
    hidden = [_hidden(one, attempt) for one in ids]
    used, places = np.unique(index + is_hidden * len(ids), return_inverse=True)
    owners = [*ids, *hidden]
    key_index = array("I", places.astype(np.uint32).tobytes())
    return (
        msgspec.structs.replace(columns, key_index=key_index),
        [owners[place] for place in used.tolist()],
    )


def _end_of(starts: Starts, attempt: int) -> int:
    """Return the step from which on an attempt is superseded; END when it is nowhere."""
    return min((first for later, first in starts.items() if later > attempt), default=END)


class _Move:
    """Moves superseded points of one run to series of their own."""

    def __init__(self, conn: Connection, run_number: int, experiment_id: int) -> None:
        self._conn = conn
        self._run_number = run_number
        self._experiment_id = experiment_id
        self._packed: dict[SeriesId, SeriesColumns] = {}
        self._tails: dict[SeriesId, Place] = {}

    def apply(self, taken: Mapping[int, Sequence[Stretch]]) -> dict[SeriesId, int]:
        """Move what lies in the stretches, by metric; return the old versions of what was changed."""
        wanted = sorted(key_id for key_id, found in taken.items() if found)
        rows = _SERIES.rows(self._conn, self._run_number, wanted) if wanted else []
        changed: dict[SeriesId, int] = {}
        for version, first_step, last_step, *numbers in rows:
            series = SeriesId(*numbers)
            found = taken[series.key_id]
            if any(low <= last_step and first_step < high for low, high, _owner in found):
                changed[series] = version
        if not changed:
            return {}
        _fold_whole(self._conn, self._run_number)
        pack_version, self._packed, self._tails = read_pack(self._conn, self._run_number)
        for series in changed:
            self._move(series, taken[series.key_id])
        if not write_pack(self._conn, self._run_number, pack_version, self._packed, self._tails):
            raise Unavailable("The run is being folded at this moment. Repeat the request.")
        return changed

    def _move(self, series: SeriesId, taken: Sequence[Stretch]) -> None:
        kept: list[SeriesColumns] = []
        gone: dict[int, list[SeriesColumns]] = {one.attempt: [] for one in taken}
        had_tail = {owner: _hidden(series, owner) in self._tails for owner in gone}
        self._tails.pop(series, None)
        for chunk_id, n_points, payload in _CHUNKS.rows(self._conn, self._run_number, *series):
            points = decompress([payload], n_points)
            pieces = list(_pieces(points, taken))
            owner = pieces[0][0]
            if len(pieces) > 1:
                delete_chunks(self._conn, [chunk_id])
                self._add_chunks(series, pieces)
            elif owner:
                _HAND_OVER.run(self._conn, _hidden(series, owner).model_number, [chunk_id])
            for owner, piece in pieces:
                (gone[owner] if owner else kept).append(piece)
                self._note_tail(_hidden(series, owner), piece)
        for owner, piece in _pieces(self._packed.pop(series, no_points()), taken):
            (gone[owner] if owner else kept).append(piece)
            home = _hidden(series, owner)
            if owner and had_tail[owner]:
                self._add_chunks(series, [(owner, piece)])
            else:
                self._packed[home] = concatenate([piece, self._packed.get(home, no_points())])
        _FORGET.run(self._conn, self._run_number, *series)
        self._summarise(series, kept)
        for owner, pieces_of_owner in gone.items():
            self._summarise(_hidden(series, owner), pieces_of_owner)

    def _note_tail(self, series: SeriesId, points: SeriesColumns) -> None:
        end = points.place(-1)
        self._tails[series] = max(end, self._tails.get(series, end))

    def _add_chunks(self, series: SeriesId, pieces: Iterable[tuple[int, SeriesColumns]]) -> None:
        rows = [
            chunk_row(self._run_number, _hidden(series, owner), part)
            for owner, piece in pieces
            for part in split(piece)
        ]
        add_chunks(self._conn, rows)

    def _summarise(self, series: SeriesId, pieces: Sequence[SeriesColumns]) -> None:
        points = concatenate(pieces)
        if not len(points):
            return
        owner = (self._run_number, *series, self._experiment_id)
        columns = Points(
            [owner],
            array("I", bytes(4 * len(points))),
            array("q", points.steps.tobytes()),
            array("q", points.timestamps.tobytes()),
            array("d", points.values.tobytes()),
        )
        merge_summaries(self._conn, summarise([columns]))


def _hidden(series: SeriesId, owner: int) -> SeriesId:
    """Return the series that has what was superseded of an attempt; the series itself for none."""
    return series._replace(model_number=series.model_number - owner)


def _pieces(points: SeriesColumns, taken: Sequence[Stretch]) -> Iterator[tuple[int, SeriesColumns]]:
    """Cut ordered points where stretches begin and end; with each its owner, 0 for what stays."""
    borders = sorted({border for one in taken for border in (one.low, one.high) if border < END})
    cuts = np.searchsorted(points.steps, np.array(borders, np.int64), "left").tolist()
    ends = [0, *cuts, len(points)]
    for start, end in itertools.pairwise(ends):
        if start < end:
            step = int(points.steps[start])
            yield (
                next((one.attempt for one in taken if one.low <= step < one.high), 0),
                points[start:end],
            )


def _fold_whole(conn: Connection, run_number: int) -> None:
    """Fold all of a run's inbox, also when another server folds it at the same time."""
    for _ in range(MAX_TRIES):
        plan = plan_fold(conn, run_number)
        if plan is None:
            return
        apply_fold(conn, plan)
    raise Unavailable("The run is being folded at this moment. Repeat the request.")
