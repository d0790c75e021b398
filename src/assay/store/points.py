"""Points of one series as NumPy columns: their order, and joining them without duplicates.

Histories are ordered by (step, timestamp, value). Values are ordered by their *rank*, a 64-bit
integer that sorts all doubles: -0.0 comes before 0.0 and NaN after everything; all NaNs are the
same value. Points whose step, timestamp and rank agree are one point.
"""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

_NAN_RANK = np.iinfo(np.int64).max
_SIGN = np.int64(63)
_MAGNITUDE = np.int64(0x7FFF_FFFF_FFFF_FFFF)


class Place(NamedTuple):
    """Where a point stands in its history."""

    step: int
    timestamp: int
    rank: int


class SeriesColumns(msgspec.Struct, frozen=True, eq=False):
    """Points of one series; the arrays have equal lengths."""

    steps: Ints
    timestamps: Ints
    values: Floats

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, chosen: "slice | Ints | NDArray[np.bool_]") -> "SeriesColumns":
        return SeriesColumns(self.steps[chosen], self.timestamps[chosen], self.values[chosen])

    def place(self, index: int) -> Place:
        """Return where point `index` stands."""
        rank = ranks(self.values[index : index + 1] if index >= 0 else self.values[index:][:1])
        return Place(int(self.steps[index]), int(self.timestamps[index]), int(rank[0]))


def no_points() -> SeriesColumns:
    """Return a history without points."""
    return SeriesColumns(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float64))


def ranks(values: Floats) -> Ints:
    """Return the rank of each value."""
    bits = np.ascontiguousarray(values).view(np.int64)
    order = bits ^ ((bits >> _SIGN) & _MAGNITUDE)
    missing = np.isnan(values)
    if missing.any():
        order[missing] = _NAN_RANK
    return order


def concatenate(parts: Sequence[SeriesColumns]) -> SeriesColumns:
    """Return all points of `parts`, one part after the other."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return no_points()
    return SeriesColumns(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.timestamps for part in parts]),
        np.concatenate([part.values for part in parts]),
    )


def ordered(points: SeriesColumns) -> SeriesColumns:
    """Return the points in the order of histories, each once."""
    if _is_ordered(points):
        return points
    order = ranks(points.values)
    points = points[np.lexsort((order, points.timestamps, points.steps))]
    return points[_is_new(points)]


def by_time(points: SeriesColumns) -> SeriesColumns:
    """Return ordered points in the order of timestamp, step and value."""
    timestamps = points.timestamps
    if (timestamps[1:] >= timestamps[:-1]).all():
        return points
    return points[np.argsort(timestamps, kind="stable")]


def within(points: SeriesColumns, start_step: int | None, end_step: int | None) -> SeriesColumns:
    """Return those ordered points whose step lies in the range, both ends included."""
    start = 0 if start_step is None else int(np.searchsorted(points.steps, start_step, "left"))
    end = None if end_step is None else int(np.searchsorted(points.steps, end_step, "right"))
    return points[start:end]


def _is_ordered(points: SeriesColumns) -> bool:
    """Return whether each point comes strictly after the one before it."""
    steps = points.steps
    later, earlier = steps[1:], steps[:-1]
    if (later > earlier).all():
        return True
    if (later < earlier).any():
        return False
    same = np.flatnonzero(later == earlier)
    before, after = points.timestamps[same], points.timestamps[same + 1]
    if (after > before).all():
        return True
    if (after < before).any():
        return False
    same = same[after == before]
    return bool((ranks(points.values[same + 1]) > ranks(points.values[same])).all())


def _is_new(points: SeriesColumns) -> NDArray[np.bool_]:
    """Return for each sorted point whether it differs from the one before it."""
    new = np.ones(len(points), np.bool_)
    order = ranks(points.values)
    steps, timestamps = points.steps, points.timestamps
    new[1:] = (
        (steps[1:] != steps[:-1]) | (timestamps[1:] != timestamps[:-1]) | (order[1:] != order[:-1])
    )
    return new
