"""Summing up the points of a batch, series by series, before they are stored.

`series.py` says what the parts of a summary mean and merges them in the database.
"""

from array import array
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assay.store.points import Floats, Ints, SeriesColumns, concatenate, ranks
from assay.store.statements import Row

SUM_LIMIT: Final = 1e300
"""What one batch may add to a sum; beyond, databases would overflow and refuse the row."""

_FEW: Final = 100
# NumPy adds in pairs, so that two halves could overflow to opposite infinities and their sum to NaN.
_SHRINK: Final = 2.0**-64


class SeriesId(NamedTuple):
    """A series of a run in numbers; without a model, the others are 0."""

    key_id: int
    model_number: int = 0
    dataset_id: int = 0


class Points(NamedTuple):
    """Points of one run as they arrive.

    Attributes:
        owners: Run, key, model, data set and experiment of each series.
        places: Which of `owners` each point belongs to, of type `I`.
        steps: Of type `q`.
        timestamps: Of type `q`.
        values: Of type `d`.
    """

    owners: Sequence[Row]
    places: "array[int]"
    steps: "array[int]"
    timestamps: "array[int]"
    values: "array[float]"


def summarise(parts: Sequence[Points]) -> list[Row]:
    """Return the rows of the table `series` for the points of several runs."""
    singles = [part for part in parts if _are_single(part)]
    others = [part for part in parts if not _are_single(part)]
    rows = [
        (*owner, *_single(step, timestamp, value))
        for part in singles
        for owner, step, timestamp, value in _points(part)
    ]
    if sum(len(part.values) for part in others) > _FEW:
        return rows + _summarise_many(others)
    for part in others:
        rows += _summarise_few(part)
    return rows


def finite_sum(values: Floats) -> float:
    """Return the sum of the finite values, within `SUM_LIMIT`."""
    return _limited(float((values[np.isfinite(values)] * _SHRINK).sum()) / _SHRINK)


class _Summary:
    """The sum of some points of one series."""

    __slots__ = (
        "first_step",
        "first_timestamp",
        "first_value",
        "last_step",
        "last_timestamp",
        "last_value",
        "max_step",
        "max_value",
        "min_step",
        "min_value",
        "n_finite",
        "n_points",
        "sum_value",
    )

    def __init__(self, step: int, timestamp: int, value: float) -> None:
        self.n_points = self.n_finite = 0
        self.first_step = self.last_step = step
        self.first_timestamp = self.last_timestamp = timestamp
        self.first_value = self.last_value = value
        self.min_value: float | None = None
        self.max_value: float | None = None
        self.min_step = self.max_step = step
        self.sum_value = 0.0

    def add(self, step: int, timestamp: int, value: float) -> None:
        self.n_points += 1
        here = (step, timestamp)
        last = (self.last_step, self.last_timestamp)
        if here > last or (here == last and _comes_before(self.last_value, value)):
            self.last_step, self.last_timestamp, self.last_value = step, timestamp, value
        first = (self.first_step, self.first_timestamp)
        if here < first or (here == first and _comes_before(value, self.first_value)):
            self.first_step, self.first_timestamp, self.first_value = step, timestamp, value
        # False for NaN and infinities, without a call.
        if value - value == 0.0:
            self._add_finite(step, value)

    def _add_finite(self, step: int, value: float) -> None:
        self.n_finite += 1
        self.sum_value += value
        low, high = self.min_value, self.max_value
        if low is None or value < low or (value == low and step < self.min_step):
            self.min_value, self.min_step = value, step
        if high is None or value > high or (value == high and step < self.max_step):
            self.max_value, self.max_step = value, step

    def row(self) -> Row:
        has_finite = self.n_finite > 0
        return (
            self.n_points,
            self.n_points,
            self.n_finite,
            self.last_step,
            self.last_timestamp,
            _nullable(self.last_value),
            self.first_step,
            _nullable(self.first_value),
            self.min_value,
            self.min_step if has_finite else None,
            self.max_value,
            self.max_step if has_finite else None,
            _limited(self.sum_value),
        )


def _are_single(points: Points) -> bool:
    """Return whether each series has one point."""
    n_points = len(points.values)
    return n_points == len(points.owners) and (n_points == 1 or len(set(points.places)) == n_points)


def _points(points: Points) -> Iterable[tuple[Row, int, int, float]]:
    owners = map(points.owners.__getitem__, points.places)
    return zip(owners, points.steps, points.timestamps, points.values, strict=True)


def _single(step: int, timestamp: int, value: float) -> Row:
    """Return the summary of one point."""
    # False for NaN and infinities, without a call.
    if value - value == 0.0:
        total = value if -SUM_LIMIT <= value <= SUM_LIMIT else _limited(value)
        return (1, 1, 1, step, timestamp, value, step, value, value, step, value, step, total)
    shown = _nullable(value)
    return (1, 1, 0, step, timestamp, shown, step, shown, None, None, None, None, 0.0)


def _summarise_few(points: Points) -> list[Row]:
    found: dict[Row, _Summary] = {}
    for owner, step, timestamp, value in _points(points):
        summary = found.get(owner)
        if summary is None:
            summary = found[owner] = _Summary(step, timestamp, value)
        summary.add(step, timestamp, value)
    return [owner + summary.row() for owner, summary in found.items()]


def _joined(parts: Sequence[Points]) -> tuple[list[Row], Ints, SeriesColumns]:
    """Return all owners, the place of each point's owner among them, and the points."""
    owners: list[Row] = []
    indexes = []
    for part in parts:
        indexes.append(np.frombuffer(part.places, np.uint32) + np.int64(len(owners)))
        owners += part.owners
    points = concatenate(
        [
            SeriesColumns(
                np.frombuffer(part.steps, np.int64),
                np.frombuffer(part.timestamps, np.int64),
                np.frombuffer(part.values, np.float64),
            )
            for part in parts
        ]
    )
    return owners, np.concatenate(indexes), points


def _grouped(index: Ints, points: SeriesColumns) -> tuple[Ints, SeriesColumns]:
    """Return the points sorted by owner, and in the order of histories within each."""
    # NumPy sorts 16 bits by radix, several times faster than 64.
    is_small = int(index.max()) < 2**16
    order = np.argsort(index.astype(np.uint16) if is_small else index, kind="stable")
    near, steps, timestamps = index[order], points.steps[order], points.timestamps[order]
    is_later = (steps[1:] > steps[:-1]) | (
        (steps[1:] == steps[:-1]) & (timestamps[1:] > timestamps[:-1])
    )
    # Nearly always points arrive in order, and one look is cheaper than to sort by four columns.
    if (is_later | (near[1:] != near[:-1])).all():
        return near, points[order]
    order = np.lexsort((ranks(points.values), points.timestamps, points.steps, index))
    return index[order], points[order]


def _summarise_many(parts: Sequence[Points]) -> list[Row]:
    owners, unsorted, points = _joined(parts)
    index, points = _grouped(unsorted, points)
    steps, values = points.steps, points.values
    starts = np.flatnonzero(np.concatenate(([True], index[1:] != index[:-1])))
    ends = np.append(starts[1:], len(index)) - 1
    n_points = ends - starts + 1
    is_finite = np.isfinite(values)
    shrunk = np.add.reduceat(np.where(is_finite, values, 0.0) * _SHRINK, starts)
    sums = np.clip(shrunk, -SUM_LIMIT * _SHRINK, SUM_LIMIT * _SHRINK) / _SHRINK
    low_values, low_steps = _extremes(values, steps, is_finite, starts, n_points)
    high_values, high_steps = _extremes(-values, steps, is_finite, starts, n_points)
    counts = n_points.tolist()
    columns = zip(
        counts,
        counts,
        np.add.reduceat(is_finite, starts, dtype=np.int64).tolist(),
        steps[ends].tolist(),
        points.timestamps[ends].tolist(),
        _nullables(values[ends]),
        steps[starts].tolist(),
        _nullables(values[starts]),
        _nullables(low_values),
        low_steps,
        _nullables(-high_values),
        high_steps,
        sums.tolist(),
        strict=True,
    )
    return [owners[place] + row for place, row in zip(index[starts].tolist(), columns, strict=True)]


def _extremes(
    values: Floats, steps: Ints, is_finite: NDArray[np.bool_], starts: Ints, n_points: Ints
) -> tuple[Floats, list[int | None]]:
    """Return the lowest finite value of each stretch and its lowest step; NaN and None for none."""
    finite = np.where(is_finite, values, np.inf)
    lowest = np.minimum.reduceat(finite, starts)
    is_lowest = is_finite & (finite == np.repeat(lowest, n_points))
    stretch = np.repeat(np.arange(len(starts)), n_points)[is_lowest]
    # Steps ascend within a stretch, so writing backwards leaves the first.
    first_steps = np.zeros(len(starts), np.int64)
    first_steps[stretch[::-1]] = steps[is_lowest][::-1]
    has_finite = np.zeros(len(starts), np.bool_)
    has_finite[stretch] = True
    chosen_steps: list[int | None] = list(first_steps.tolist())
    for empty in np.flatnonzero(~has_finite).tolist():
        lowest[empty] = np.nan
        chosen_steps[empty] = None
    return lowest, chosen_steps


def _nullables(values: Floats) -> list[float | None]:
    found: list[float | None] = list(values.tolist())
    for missing in np.flatnonzero(np.isnan(values)).tolist():
        found[missing] = None
    return found


def _nullable(value: float) -> float | None:
    return value if value == value else None


def _limited(total: float) -> float:
    return min(max(total, -SUM_LIMIT), SUM_LIMIT)


def _comes_before(value: float, other: float) -> bool:
    """Return whether `value` is below `other`, where NaN is above all numbers."""
    return value < other or (other != other and value == value)
