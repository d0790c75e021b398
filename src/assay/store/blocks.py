"""Aggregates of stretches of a series: a chunk's own, and those of a chart's buckets.

Minimum, maximum and mean are over finite values and NaN where there are none; NaN and the two
infinities are counted apart. A mean never overflows, however large the values are.
"""

from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.store.points import Floats, Ints, SeriesColumns, ranks

AGGREGATE: Final = np.dtype(
    [
        ("n", "<u4"),
        ("n_nan", "<u4"),
        ("n_posinf", "<u4"),
        ("n_neginf", "<u4"),
        ("min", "<f8"),
        ("max", "<f8"),
        ("mean", "<f8"),
        ("first", "<f8"),
        ("last", "<f8"),
    ]
)
"""How the aggregate of a chunk is stored."""

Aggregates = NDArray[np.void]

# Values beyond are made smaller before they are added up, so that their sum cannot overflow.
_LARGE: Final = 1e290
_SHRINK: Final = 2.0**-64


class Blocks(msgspec.Struct, frozen=True, eq=False):
    """Stretches of one series, each within one bucket.

    `firsts` and `lasts` are rows of (step, timestamp, rank) of a block's first and last point.
    """

    buckets: Ints
    firsts: Ints
    lasts: Ints
    aggregates: Aggregates

    def __len__(self) -> int:
        return len(self.buckets)


def encode_aggregate(values: Floats) -> bytes:
    """Return the stored aggregate of a chunk's values."""
    return aggregate(values, np.zeros(1, np.int64)).tobytes()


def decode_aggregates(payloads: list[bytes]) -> Aggregates:
    """Return the aggregates of several chunks."""
    return np.frombuffer(b"".join(payloads), AGGREGATE)


def aggregate(values: Floats, starts: Ints) -> Aggregates:
    """Return the aggregates of the stretches of `values` that begin at `starts`."""
    result = np.zeros(len(starts), AGGREGATE)
    if not len(starts):
        return result
    ends = np.append(starts[1:], len(values))
    result["n"] = ends - starts
    result["first"], result["last"] = values[starts], values[ends - 1]
    is_finite = np.isfinite(values)
    if is_finite.all():
        n_finite = ends - starts
        low = high = finite = values
    else:
        n_finite = np.add.reduceat(is_finite, starts, dtype=np.int64)
        result["n_nan"] = np.add.reduceat(np.isnan(values), starts, dtype=np.int64)
        result["n_posinf"] = np.add.reduceat(values == np.inf, starts, dtype=np.int64)
        result["n_neginf"] = np.add.reduceat(values == -np.inf, starts, dtype=np.int64)
        low = np.where(is_finite, values, np.inf)
        high = np.where(is_finite, values, -np.inf)
        finite = np.where(is_finite, values, 0.0)
    result["min"] = np.minimum.reduceat(low, starts)
    result["max"] = np.maximum.reduceat(high, starts)
    is_large = max(result["max"].max(), -result["min"].min()) > _LARGE
    shrink = _SHRINK if is_large else 1.0
    sums = np.add.reduceat(finite * shrink if is_large else finite, starts)
    result["mean"] = sums / np.maximum(n_finite, 1) / shrink
    _blank(result, n_finite)
    return result


def blocks_of_points(points: SeriesColumns, edges: Ints) -> Blocks:
    """Return one block for each bucket that has some of the ordered points.

    Args:
        points: Points at or behind the first edge.
        edges: The first step of each bucket.
    """
    starts = np.searchsorted(points.steps, edges, "left")
    ends = np.append(starts[1:], len(points))
    filled = np.flatnonzero(ends > starts)
    starts, ends = starts[filled], ends[filled]
    return Blocks(
        filled,
        _places(points[starts]),
        _places(points[ends - 1]),
        aggregate(points.values, starts),
    )


def combine(parts: list[Blocks]) -> Blocks:
    """Return one block for each bucket that occurs in `parts`, in the order of buckets."""
    blocks = Blocks(
        np.concatenate([part.buckets for part in parts]),
        np.concatenate([part.firsts for part in parts]),
        np.concatenate([part.lasts for part in parts]),
        np.concatenate([part.aggregates for part in parts]),
    )
    if not len(blocks):
        return blocks
    by_first = _order(blocks.buckets, blocks.firsts)
    by_last = _order(blocks.buckets, blocks.lasts)
    buckets = blocks.buckets[by_first]
    starts = np.flatnonzero(np.concatenate(([True], buckets[1:] != buckets[:-1])))
    ends = np.append(starts[1:], len(buckets)) - 1
    first, last = by_first[starts], by_last[ends]
    joined = _join(blocks.aggregates[by_first], starts)
    joined["first"] = blocks.aggregates["first"][first]
    joined["last"] = blocks.aggregates["last"][last]
    return Blocks(buckets[starts], blocks.firsts[first], blocks.lasts[last], joined)


def _join(aggregates: Aggregates, starts: Ints) -> Aggregates:
    """Return the aggregates of runs of aggregates, but for first and last."""
    result = np.zeros(len(starts), AGGREGATE)
    for name in ("n", "n_nan", "n_posinf", "n_neginf"):
        result[name] = np.add.reduceat(aggregates[name], starts)
    parts = _finite_counts(aggregates)
    n_finite = np.add.reduceat(parts, starts)
    result["min"] = np.fmin.reduceat(aggregates["min"], starts)
    result["max"] = np.fmax.reduceat(aggregates["max"], starts)
    lengths = np.diff(np.append(starts, len(aggregates)))
    shares = parts / np.repeat(np.maximum(n_finite, 1), lengths)
    means = np.where(parts > 0, aggregates["mean"], 0.0)
    result["mean"] = np.add.reduceat(shares * means, starts)
    _blank(result, n_finite)
    return result


def _finite_counts(aggregates: Aggregates) -> Ints:
    n_others = (aggregates[name].astype(np.int64) for name in ("n_nan", "n_posinf", "n_neginf"))
    return np.asarray(aggregates["n"].astype(np.int64) - sum(n_others), np.int64)


def _blank(result: Aggregates, n_finite: NDArray[Any]) -> None:
    """Write NaN where there is no finite value."""
    empty = n_finite == 0
    for name in ("min", "max", "mean"):
        result[name][empty] = np.nan


def _places(points: SeriesColumns) -> Ints:
    return np.stack((points.steps, points.timestamps, ranks(points.values)), axis=1)


def _order(buckets: Ints, places: Ints) -> Ints:
    return np.lexsort((places[:, 2], places[:, 1], places[:, 0], buckets))
