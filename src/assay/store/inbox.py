"""What has arrived and is not folded yet: one blob for each run and group commit.

A blob is a table of series in numbers and four columns: the version 1, then in 4 bytes each the
number of points and of series; key, model and data set of each series in 8 bytes each; then series
index, step, timestamp and value as `wire/columns.py` writes them. A point that was logged with a
model lies here once, under its model; reading and folding count it for the run's own series too.
"""

import itertools
import struct
from array import array
from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
from sqlalchemy import Connection

from assay.store.points import Ints, SeriesColumns, concatenate
from assay.store.statements import Row, Statement
from assay.store.summaries import Points, SeriesId, summarise
from assay.store.tables import NO_DATASET, NO_MODEL
from assay.wire.chunk import MetricColumns
from assay.wire.columns import decode_column, encode_column

_VERSION: Final = 1
_HEAD: Final = struct.Struct("<BII")
_FIELDS: Final = 3

_ADD: Final = Statement("INSERT INTO inbox (run_number, n_points, payload) VALUES (?, ?, ?)")


class Arrival:
    """What one group commit brings for one run; `series` numbers the series from 0."""

    __slots__ = ("experiment_id", "key_index", "run_number", "series", "step", "timestamp", "value")

    def __init__(self, run_number: int, experiment_id: int) -> None:
        self.run_number = run_number
        self.experiment_id = experiment_id
        self.series: dict[SeriesId, int] = {}
        self.key_index: array[int] = array("I")
        self.step: array[int] = array("q")
        self.timestamp: array[int] = array("q")
        self.value: array[float] = array("d")

    def add(self, columns: MetricColumns, ids: Sequence[SeriesId]) -> None:
        """Append a batch; `ids` are the numbers of its series."""
        index = columns.key_index
        if not self.series:
            self.series = dict(zip(dict.fromkeys(ids), itertools.count(), strict=False))
            is_same = len(self.series) == len(ids)
        else:
            is_same = len(ids) == len(self.series) and ids == list(self.series)
        if not is_same:
            place = self.series.setdefault
            places = [place(series, len(self.series)) for series in ids]
            index = array("I", list(map(places.__getitem__, index)))
        self.key_index.extend(index)
        self.step.extend(columns.step)
        self.timestamp.extend(columns.timestamp)
        self.value.extend(columns.value)

    def encode(self) -> bytes:
        """Return the blob."""
        table = array("q", list(itertools.chain.from_iterable(self.series)))
        return b"".join(
            (
                _HEAD.pack(_VERSION, len(self.value), len(self.series)),
                table.tobytes(),
                encode_column(self.key_index),
                encode_column(self.step),
                encode_column(self.timestamp),
                encode_column(self.value),
            )
        )


def put_arrivals(conn: Connection, arrivals: Iterable[Arrival]) -> None:
    """Store the blobs of one group commit, in one statement."""
    _ADD.run_many(
        conn,
        [(arrival.run_number, len(arrival.value), arrival.encode()) for arrival in arrivals],
    )


def summaries_of(arrivals: Iterable[Arrival]) -> list[Row]:
    """Return a row of the table `series` for each series, and for the run's own beside a model's."""
    rows = summarise(
        [
            Points(
                [(arrival.run_number, *series, arrival.experiment_id) for series in arrival.series],
                arrival.key_index,
                arrival.step,
                arrival.timestamp,
                arrival.value,
            )
            for arrival in arrivals
        ]
    )
    # With a model: the same points once more, for the run's own series.
    of_run = [(row[0], row[1], NO_MODEL, NO_DATASET, *row[4:]) for row in rows if row[2] > 0]
    return rows + of_run


def pending_points(blobs: Iterable[bytes]) -> dict[SeriesId, SeriesColumns]:
    """Return the points of all `blobs` by series, a model's points under the run's series too."""
    places: dict[SeriesId, int] = {}
    indexes: list[Ints] = []
    parts: list[SeriesColumns] = []
    for blob in blobs:
        series, index, points = _decode(blob)
        indexes.append(_places(places, series)[index])
        parts.append(points)
        if any(owner.model_number > 0 for owner in series):
            has_model = np.array([owner.model_number > 0 for owner in series])[index]
            of_run = _places(places, [SeriesId(owner.key_id) for owner in series])
            indexes.append(of_run[index][has_model])
            parts.append(points[has_model])
    if not parts:
        return {}
    return _split(tuple(places), np.concatenate(indexes), concatenate(parts))


def pending_points_of(blobs: Iterable[bytes], wanted: SeriesId) -> list[SeriesColumns]:
    """Return the points of one series in `blobs`, blob by blob."""
    found = []
    for blob in blobs:
        series, index, points = _decode(blob)
        is_wanted = np.array(
            [
                owner == wanted
                or (
                    not wanted.model_number
                    and owner.model_number > 0
                    and owner.key_id == wanted.key_id
                )
                for owner in series
            ]
        )
        if is_wanted.any():
            found.append(points if is_wanted.all() else points[is_wanted[index]])
    return found


def _decode(blob: bytes) -> tuple[list[SeriesId], Ints, SeriesColumns]:
    """Return the series of a blob, the place of each point's series among them, and the points."""
    view = memoryview(blob)
    _version, n_points, n_series = _HEAD.unpack_from(view)
    numbers = np.frombuffer(view, "<i8", _FIELDS * n_series, _HEAD.size)
    series = [SeriesId(*row) for row in numbers.reshape(n_series, _FIELDS).tolist()]
    start = _HEAD.size + numbers.nbytes
    columns: list[array[Any]] = []
    for typecode in "Iqqd":
        column: array[Any]
        column, size = decode_column(view[start:], typecode, n_points)
        columns.append(column)
        start += size
    index, steps, timestamps, values = columns
    points = SeriesColumns(
        np.frombuffer(steps, np.int64),
        np.frombuffer(timestamps, np.int64),
        np.frombuffer(values, np.float64),
    )
    return series, np.frombuffer(index, np.uint32).astype(np.int64), points


def _places(places: dict[SeriesId, int], series: Iterable[SeriesId]) -> Ints:
    return np.array([places.setdefault(owner, len(places)) for owner in series], np.int64)


def _split(
    series: Sequence[SeriesId], index: Ints, points: SeriesColumns
) -> dict[SeriesId, SeriesColumns]:
    order = np.argsort(index, kind="stable")
    index, points = index[order], points[order]
    starts = [0, *(np.flatnonzero(index[1:] != index[:-1]) + 1).tolist(), len(index)]
    return {
        series[int(index[start])]: points[start:end]
        for start, end in itertools.pairwise(starts)
        if start < end
    }
