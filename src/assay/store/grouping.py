"""Curves of several runs as one: a line, a band and the number of runs at every x.

At an x that all runs share, the figures are those of the raw values. Elsewhere a run counts with the
straight line between its two neighbouring points, but never outside its own first and last x. A value
that is not finite is a gap: the run does not count there, nor between it and its neighbours.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.entities.series import Band, Center
from assay.store.points import Floats, Ints
from assay.store.student import t_975

CELLS_AT_ONCE: Final = 250_000
"""How many values are worked on together: 2 MB, which stays in a core's cache."""


class Curve(msgspec.Struct, frozen=True, eq=False):
    """Points of one run; for `group` x must strictly increase.

    Steps stay 64-bit integers; any other x is a 64-bit float. `is_sorted` says that x never falls.
    """

    x: Floats | Ints
    values: Floats
    is_sorted: bool = False

    def __len__(self) -> int:
        return len(self.x)


class Grouped(msgspec.Struct, frozen=True, eq=False):
    """Per x: how many runs count, the line, the band's edges, and the extremes over the runs.

    Where no run counts all are NaN; the band is NaN where it needs two runs and has one.
    """

    x: Floats | Ints
    n: NDArray[np.int64]
    center: Floats
    low: Floats
    high: Floats
    min: Floats
    max: Floats


def strictly_increasing(curve: Curve) -> Curve:
    """Return the curve sorted by x, with the last point of each x."""
    x, values = curve.x, curve.values
    if (x[1:] > x[:-1]).all():
        return curve
    order = np.argsort(x, kind="stable")
    x, values = x[order], values[order]
    is_last = np.append(x[1:] != x[:-1], [True] * min(1, len(x)))
    return Curve(x[is_last], values[is_last], is_sorted=True)


def group(curves: Sequence[Curve], *, center: Center, band: Band) -> Grouped:
    """Return the curves as one, at every x that any of them has.

    Args:
        curves: One of each run, x strictly increasing.
        center: What the line is.
        band: What the band is; std has n - 1 in its denominator, ci95 is Student's.
    """
    filled = [curve for curve in curves if len(curve)]
    if not filled:
        nothing = np.empty(0)
        return Grouped(nothing, np.empty(0, np.int64), *[nothing] * 5)
    first = filled[0]
    is_shared = all(np.array_equal(curve.x, first.x) for curve in filled[1:])
    x = first.x if is_shared else np.unique(np.concatenate([curve.x for curve in filled]))
    at_once = max(1, CELLS_AT_ONCE // len(filled))
    parts = []
    for start in range(0, len(x), at_once):
        chosen = slice(start, start + at_once)
        if is_shared:
            table = np.stack([curve.values[chosen] for curve in filled])
        else:
            table = np.stack([values_at(curve, x[chosen]) for curve in filled])
        parts.append(_figures(table, center, band))
    joined = [np.concatenate(column) for column in zip(*parts, strict=True)]
    return Grouped(x, joined[0].astype(np.int64), *joined[1:])


def values_at(curve: Curve, x: Floats | Ints) -> Floats:
    """Return what the curve is at each of `x`: NaN outside its range and beside gaps."""
    behind = np.searchsorted(curve.x, x, "left")
    after = np.minimum(behind, len(curve) - 1)
    is_point = curve.x[after] == x
    before = np.maximum(behind - 1, 0)
    is_between = (behind > 0) & (behind < len(curve)) & ~is_point
    result = np.full(len(x), np.nan)
    result[is_point] = curve.values[after[is_point]]
    left, right = before[is_between], after[is_between]
    share = (x[is_between] - curve.x[left]) / (curve.x[right] - curve.x[left])
    low, high = curve.values[left], curve.values[right]
    with np.errstate(invalid="ignore"):
        between = low * (1 - share) + high * share
        # Rounding must not carry a point beyond its neighbours.
        result[is_between] = np.clip(between, np.minimum(low, high), np.maximum(low, high))
    return result


def _figures(table: Floats, center: Center, band: Band) -> list[Floats]:
    """Return n, line, band and extremes of each column; rows are runs."""
    is_finite = np.isfinite(table)
    if is_finite.all():
        return _of_columns(table, center, band)
    counts = is_finite.sum(axis=0)
    result = [np.full(table.shape[1], np.nan) for _ in range(6)]
    result[0][:] = counts
    # Columns with equally many values make full tables again, once the gaps are taken out.
    for count in np.unique(counts[counts > 0]).tolist():
        columns = np.flatnonzero(counts == count)
        chosen, kept = table[:, columns], is_finite[:, columns]
        packed = chosen.T[kept.T].reshape(len(columns), count).T
        for whole, part in zip(result, _of_columns(packed, center, band), strict=True):
            whole[columns] = part
    return result


def _of_columns(table: Floats, center: Center, band: Band) -> list[Floats]:
    n_runs, n_columns = table.shape
    least, most = table.min(axis=0), table.max(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = table.mean(axis=0)
        line = mean if center is Center.MEAN else np.median(table, axis=0)
        if band is Band.MINMAX:
            low, high = least, most
        elif band is Band.IQR:
            low, high = np.quantile(table, [0.25, 0.75], axis=0)
        else:
            width = _width(table, mean, band)
            low, high = line - width, line + width
    return [np.full(n_columns, float(n_runs)), line, low, high, least, most]


def _width(table: Floats, mean: Floats, band: Band) -> Floats:
    """Return half the height of a band around the line."""
    n_runs = len(table)
    if n_runs < 2:
        return np.full(len(mean), np.nan)
    deviations = table - mean
    std = np.sqrt(np.einsum("ij,ij->j", deviations, deviations) / (n_runs - 1))
    if band is Band.STD:
        return np.asarray(std)
    stderr = std / np.sqrt(n_runs)
    return np.asarray(stderr if band is Band.STDERR else stderr * t_975(n_runs - 1))
