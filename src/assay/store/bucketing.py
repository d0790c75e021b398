"""Points over equal stretches of any x, for charts: nothing is left out and no extreme is hidden.

`store/buckets.py` does this for steps with what is stored of chunks; here x may be a time, another
metric, or the step of values that were smoothed, so the points are given.
"""

from typing import Final

import msgspec
import numpy as np

from assay.store.blocks import AGGREGATE, Aggregates, aggregate
from assay.store.grouping import Curve, Grouped
from assay.store.points import Floats, Ints

POINTS_PER_BUCKET: Final = 2
"""Up to how many points for each bucket are given as they are."""
# The ends of what a 64-bit float and a 64-bit integer can both be.
_LEAST: Final = -(2.0**63)
_GREATEST: Final = 2.0**63 - 1024


class Bucketed(msgspec.Struct, frozen=True, eq=False):
    """One entry for each bucket; an empty one has n = 0 and NaN for the rest."""

    x_first: Floats
    x_last: Floats
    aggregates: Aggregates


def even_edges(low: float, high: float, n_buckets: int) -> Floats:
    """Return the `n_buckets + 1` edges of equal stretches from `low` to `high`.

    A bucket holds what lies from its edge to before the next; the last one holds `high` as well.
    """
    shares = np.arange(n_buckets + 1) / n_buckets
    edges = np.clip(low * (1 - shares) + high * shares, low, high)
    edges[0], edges[-1] = low, high
    return np.maximum.accumulate(edges)


def step_edges(low: int, high: int, n_buckets: int) -> Floats:
    """Return the edges between the first steps of `n_buckets` buckets; fewer when there are fewer steps."""
    n_steps = high - low + 1
    n_buckets = min(n_buckets, n_steps)
    return np.array([low + n_steps * i // n_buckets for i in range(n_buckets + 1)], np.float64)


def cut(curve: Curve, low: float, high: float) -> Curve:
    """Return the points of a curve whose x lies in the range, both ends included."""
    x = curve.x
    if not len(x):
        return curve
    if curve.is_sorted:
        start = 0 if x[0] >= low else int(np.searchsorted(x, low, "left"))
        end = len(x) if x[-1] <= high else int(np.searchsorted(x, high, "right"))
        return Curve(x[start:end], curve.values[start:end], is_sorted=True)
    is_inside = (x >= low) & (x <= high)
    return curve if is_inside.all() else Curve(x[is_inside], curve.values[is_inside])


def bucket(curve: Curve, edges: Floats) -> Bucketed:
    """Return the points within the edges, bucket by bucket; first and last are by logging order."""
    n_buckets = len(edges) - 1
    if curve.is_sorted:
        x, values, bounds = curve.x, curve.values, _bounds(curve.x, edges)
    else:
        places = _places(curve.x, edges)
        order = np.argsort(places, kind="stable")
        x, values = curve.x[order], curve.values[order]
        bounds = np.searchsorted(places[order], np.arange(n_buckets + 1), "left")
    x, values = x[bounds[0] : bounds[-1]], values[bounds[0] : bounds[-1]]
    starts, ends = bounds[:-1] - bounds[0], bounds[1:] - bounds[0]
    filled = np.flatnonzero(ends > starts)
    starts, ends = starts[filled], ends[filled]
    result = np.zeros(n_buckets, AGGREGATE)
    for name in ("min", "max", "mean", "first", "last"):
        result[name] = np.nan
    x_first, x_last = np.full(n_buckets, np.nan), np.full(n_buckets, np.nan)
    result[filled] = aggregate(values, starts)
    x_first[filled], x_last[filled] = x[starts], x[ends - 1]
    return Bucketed(x_first, x_last, result)


def _bounds(x: Floats | Ints, edges: Floats) -> Ints:
    """Return where each bucket begins in sorted `x`, and where the last one ends."""
    if not len(x):
        return np.zeros(len(edges), np.int64)
    # As 64-bit integers where x is: else all of x would be converted for each search.
    wanted = np.clip(edges, _LEAST, _GREATEST).astype(x.dtype) if x.dtype == np.int64 else edges
    bounds = np.searchsorted(x, wanted, "left")
    bounds[-1] = len(x) if x[-1] <= edges[-1] else np.searchsorted(x, wanted[-1], "right")
    return bounds


def _places(x: Floats | Ints, edges: Floats) -> Ints:
    """Return the bucket of each point; -1 before all, the number of buckets behind them."""
    places = np.searchsorted(edges, x, "right") - 1
    places[x == edges[-1]] = len(edges) - 2
    return places


def bucket_group(grouped: Grouped, edges: Floats) -> Grouped:
    """Return a group's curve with one entry for each bucket that has some of its x.

    Line and band are means over the bucket; `n` is the largest number of runs, and `min` and `max`
    the extremes of all runs' values, so no spike is hidden. `x` is the first x of each bucket. All x
    must lie within the edges.
    """
    bounds = _bounds(grouped.x, edges)
    starts = bounds[:-1][bounds[1:] > bounds[:-1]]
    if not len(starts):
        return grouped
    return Grouped(
        x=grouped.x[starts],
        n=np.maximum.reduceat(grouped.n, starts),
        center=_means(grouped.center, starts),
        low=_means(grouped.low, starts),
        high=_means(grouped.high, starts),
        min=np.fmin.reduceat(grouped.min, starts),
        max=np.fmax.reduceat(grouped.max, starts),
    )


def _means(numbers: Floats, starts: Ints) -> Floats:
    """Return the mean of each stretch without its NaN; NaN where there is nothing else."""
    is_number = ~np.isnan(numbers)
    counts = np.add.reduceat(is_number, starts, dtype=np.int64)
    lengths = np.diff(np.append(starts, len(numbers)))
    shares = 1.0 / np.repeat(np.maximum(counts, 1), lengths)
    sums = np.add.reduceat(np.where(is_number, numbers * shares, 0.0), starts)
    sums[counts == 0] = np.nan
    return np.asarray(sums)
