"""Curves of a run's metrics along any x, read run by run so that a run's pack is opened once.

Along steps the timestamps stay packed, which halves the work. Along times points are in the order of
time. Along another metric points are paired by step and stay in logging order.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from assay.entities.formulas import Formula
from assay.entities.series import AxisKind
from assay.store.compression import decompress, decompress_values
from assay.store.derived import evaluate, last_at
from assay.store.grouping import Curve
from assay.store.inbox import pending_points
from assay.store.packs import decode_pack
from assay.store.points import (
    Floats,
    Ints,
    SeriesColumns,
    by_time,
    concatenate,
    ordered,
)
from assay.store.statements import Statement
from assay.store.summaries import SeriesId

_CHUNKS: Final = Statement(
    "SELECT n_points, payload, last_step FROM chunks"
    " WHERE run_number = ? AND key_id = ? AND model_number = ? AND dataset_id = ?"
    " AND first_step <= ? AND last_step >= ?"
    " ORDER BY first_step, first_timestamp, first_rank"
)
_PACK: Final = Statement("SELECT payload FROM packs WHERE run_number = ?")
_INBOX: Final = Statement("SELECT payload FROM inbox WHERE run_number = ? ORDER BY inbox_id")


class AxisOfRun(NamedTuple):
    """What x is for one run: for relative times since when, for another metric which one."""

    kind: AxisKind
    start_time: int = 0
    key_id: int = 0


class StepRange(NamedTuple):
    """Steps from the first to the last, both included."""

    first: int
    last: int


ALL_STEPS: Final = StepRange(-(2**63), 2**63 - 1)


class _BySteps(NamedTuple):
    """Points in the order of histories, without their times."""

    steps: Ints
    values: Floats


class RunCurves:
    """Reads the curves of one run; what is not in chunks is decoded once for all of them."""

    def __init__(self, conn: Connection, run_number: int) -> None:
        self._conn = conn
        self._run_number = run_number
        self._loose: tuple[dict[SeriesId, SeriesColumns], ...] | None = None
        self._paired: dict[SeriesId, _BySteps] = {}

    def read(self, series: SeriesId, axis: AxisOfRun, steps: StepRange = ALL_STEPS) -> Curve:
        """Return the curve of a metric along `axis`; points without an x are left out.

        Args:
            series: The metric, of the run or of one of its ranks.
            axis: What x is.
            steps: Along steps, the range that is needed at least; more may come.
        """
        if axis.kind is AxisKind.STEP:
            points = self._by_step(series, steps)
            return Curve(points.steps, points.values, is_sorted=True)
        if axis.kind is AxisKind.METRIC:
            return self._along(series, series._replace(key_id=axis.key_id))
        timed = by_time(self._points(series))
        since = axis.start_time if axis.kind is AxisKind.RELATIVE else 0
        x = (timed.timestamps - since).astype(np.float64)
        return Curve(x, timed.values, is_sorted=True)

    def read_formula(self, formula: Formula, parts: Sequence[SeriesId], axis: AxisOfRun) -> Curve:
        """Return the curve of a formula at the points of its first metric where all others have the step.

        Args:
            formula: What to work out.
            parts: Its metrics, in the order of `formula.metrics`.
            axis: What x is; not another metric.
        """
        points = self._points(parts[0])
        x: Floats | Ints = points.steps
        if axis.kind is not AxisKind.STEP:
            points = by_time(points)
            since = axis.start_time if axis.kind is AxisKind.RELATIVE else 0
            x = (points.timestamps - since).astype(np.float64)
        values, is_there = [points.values], np.ones(len(points.steps), bool)
        for series in parts[1:]:
            other = self._by_step(series)
            found, is_found = last_at(other.steps, other.values, points.steps)
            values.append(found)
            is_there &= is_found
        named = {name: one[is_there] for name, one in zip(formula.metrics, values, strict=True)}
        x = x[is_there]
        return Curve(x, evaluate(formula, named, x.astype(np.float64)), is_sorted=True)

    def _along(self, series: SeriesId, x_series: SeriesId) -> Curve:
        if x_series not in self._paired:
            self._paired = {x_series: self._by_step(x_series)}
        known, wanted = self._paired[x_series], self._by_step(series)
        if not len(known.steps):
            return Curve(np.empty(0), np.empty(0))
        # Of several x values at a step the last counts.
        found = np.searchsorted(known.steps, wanted.steps, "right") - 1
        place = np.maximum(found, 0)
        x = known.values[place]
        is_paired = (found >= 0) & (known.steps[place] == wanted.steps) & np.isfinite(x)
        return Curve(x[is_paired], wanted.values[is_paired])

    def _by_step(self, series: SeriesId, steps: StepRange = ALL_STEPS) -> _BySteps:
        """Return steps and values in the order of histories, each point once."""
        rows = _CHUNKS.rows(self._conn, self._run_number, *series, steps.last, steps.first)
        loose = self._loose_points(series)
        if rows and len(loose) and int(loose.steps[0]) <= rows[-1][2]:
            points = self._points(series)
            return _BySteps(points.steps, points.values)
        n_chunked = sum(row[0] for row in rows)
        return _BySteps(*decompress_values((row[1] for row in rows), n_chunked, loose))

    def _points(self, series: SeriesId) -> SeriesColumns:
        rows = _CHUNKS.rows(self._conn, self._run_number, *series, ALL_STEPS.last, ALL_STEPS.first)
        n_chunked = sum(row[0] for row in rows)
        loose = self._loose_points(series)
        return ordered(decompress((row[1] for row in rows), n_chunked, followed_by=[loose]))

    def _loose_points(self, series: SeriesId) -> SeriesColumns:
        """Return what pack and inbox hold of a metric, in order."""
        if self._loose is None:
            pack = _PACK.row(self._conn, self._run_number)
            waiting = _INBOX.rows(self._conn, self._run_number)
            packed, _tails = decode_pack(pack[0] if pack else None)
            self._loose = (packed, pending_points(row[0] for row in waiting))
        found = [part[series] for part in self._loose if series in part]
        return ordered(concatenate(found))
