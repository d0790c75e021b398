"""Curves of many runs and metrics in one answer, as charts draw them (the rules are in `docs/how-to/ask.md`).

All buckets share their edges. Smoothing and grouping work on raw points, before anything is summed up
in buckets. What was worked out is remembered until a point is added to the series it came from.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from assay.entities.series import AxisKind, Band, Center
from assay.errors import InvalidParameter
from assay.store.abandonment import stop_if_abandoned
from assay.store.answer_cache import AnswerCache, answer_cache
from assay.store.bucketing import (
    POINTS_PER_BUCKET,
    Bucketed,
    bucket,
    bucket_group,
    cut,
    even_edges,
    step_edges,
)
from assay.store.curves import ALL_STEPS, RunCurves, StepRange
from assay.store.grouping import Curve, Grouped, group, strictly_increasing
from assay.store.points import Floats
from assay.store.series_facts import MAX_SERIES, SeriesFact, SeriesQuery, series_facts
from assay.store.smoothing import check_smoothing, smooth
from assay.store.summaries import SeriesId

MAX_BUCKETS: Final = 2000
MAX_GROUP_POINTS: Final = 30_000_000
BYTES_PER_POINT: Final = 16
BYTES_PER_BUCKET: Final = 80


class GroupQuery(NamedTuple):
    """Which runs make a group, by name, and how groups are drawn."""

    members: dict[str, tuple[str, ...]]
    center: Center = Center.MEAN
    band: Band = Band.STD


class Series(NamedTuple):
    """One curve of an answer: all its points in range, or buckets. `version` grows with its points."""

    run_id: str
    key: str
    version: int
    drawn: Curve | Bucketed


class GroupSeries(NamedTuple):
    """One group's curve, at every x of its members or in buckets, and how many of them have the metric.

    Members are runs, or the ranks of the run that `name` is the id of.
    """

    name: str
    key: str
    n_runs: int
    is_exact: bool
    drawn: Grouped


class Extent(NamedTuple):
    """The range of x that an answer covers, and the edges of its buckets."""

    low: float
    high: float
    edges: Floats

    @property
    def steps(self) -> StepRange:
        """The range as steps."""
        first, last = int(np.ceil(self.low)), int(np.floor(self.high))
        return StepRange(max(first, ALL_STEPS.first), min(last, ALL_STEPS.last))


class SeriesReader:
    """Answers one query; range and edges are settled first, because all curves share them.

    Raises:
        InvalidParameter: The query asks for too much, or for what does not fit together.
        RunNotFound: There is no run of an id.
    """

    def __init__(self, conn: Connection, query: SeriesQuery) -> None:
        _check(query)
        self._conn = conn
        self._query = query
        self._cache: AnswerCache = answer_cache(conn.engine)
        self._facts = series_facts(conn, query)
        self._open: tuple[int, RunCurves] | None = None
        self.extent: Final = self._extent()

    def series(self, *, unless: Sequence[int] = ()) -> Iterator[Series | None]:
        """Yield each curve that has points, in the order of runs, then keys.

        Args:
            unless: Versions, in this order; a curve that still has its version is None.
        """
        for place, fact in enumerate(self._facts):
            version = fact.version[0]
            is_known = place < len(unless) and unless[place] == version
            yield None if is_known else Series(fact.run_id, fact.key, version, self._drawn(fact))

    @property
    def versions(self) -> list[int]:
        """The versions of the curves, in the order of `series`."""
        return [fact.version[0] for fact in self._facts]

    @property
    def names(self) -> list[tuple[str, str, int | None]]:
        """Run id, metric and rank of each curve, in the order of `series`."""
        return [(fact.run_id, fact.key, fact.rank) for fact in self._facts]

    def groups(self, wanted: GroupQuery) -> Iterator[GroupSeries]:
        """Yield one curve for each group and metric that has points."""
        by_run: dict[tuple[str, str], SeriesFact] = {
            (one.run_id, one.key): one for one in self._facts
        }
        for name, run_ids in wanted.members.items():
            for key in self._query.keys:
                own = [by_run[run_id, key] for run_id in run_ids if (run_id, key) in by_run]
                if own:
                    yield self._group(name, key, own, wanted)

    def groups_of_ranks(self, center: Center, band: Band) -> Iterator[GroupSeries]:
        """Yield one curve for each run and metric over the run's ranks; the query must be by rank."""
        wanted = GroupQuery({}, center, band)
        by_run: dict[tuple[str, str], list[SeriesFact]] = {}
        for fact in self._facts:
            by_run.setdefault((fact.run_id, fact.key), []).append(fact)
        for (run_id, key), facts in by_run.items():
            yield self._group(run_id, key, facts, wanted)

    def _group(
        self, name: str, key: str, facts: Sequence[SeriesFact], wanted: GroupQuery
    ) -> GroupSeries:
        if sum(fact.n_points for fact in facts) > MAX_GROUP_POINTS:
            raise InvalidParameter(
                f"The group {name!r} has more than {MAX_GROUP_POINTS:,} points of {key!r}. "
                "Group fewer runs."
            )
        versions = tuple(fact.identity for fact in facts)
        mark = (versions, wanted.center, wanted.band, self._mark())

        def make() -> tuple[bool, Grouped]:
            curves = [strictly_increasing(self._shown(fact)) for fact in facts]
            grouped = group(curves, center=wanted.center, band=wanted.band)
            is_exact = len(grouped.x) <= POINTS_PER_BUCKET * self._query.n_buckets
            return is_exact, grouped if is_exact else bucket_group(grouped, self.extent.edges)

        is_exact, drawn = self._cache.get(
            mark, make, lambda made: len(made[1].x) * BYTES_PER_BUCKET
        )
        return GroupSeries(name, key, len(facts), is_exact, drawn)

    def _drawn(self, fact: SeriesFact) -> Curve | Bucketed:
        mark = (fact.identity, self._mark())

        def make() -> Curve | Bucketed:
            curve = self._shown(fact)
            if len(curve) <= POINTS_PER_BUCKET * self._query.n_buckets:
                return curve
            return bucket(curve, self.extent.edges)

        return self._cache.get(mark, make, _size)

    def _mark(self) -> tuple[Any, ...]:
        query = self._query
        return (self.extent.low, self.extent.high, query.n_buckets, query.smoothing)

    def _shown(self, fact: SeriesFact) -> Curve:
        """Return the curve's points in range, smoothed before they are cut."""
        low, high, smoothing = self.extent.low, self.extent.high, self._query.smoothing
        if smoothing is None:
            return cut(self._curve(fact, self.extent.steps), low, high)
        curve = self._curve(fact)
        smoothed = smooth(curve.x.astype(np.float64), curve.values, smoothing)
        return cut(Curve(curve.x, smoothed, curve.is_sorted), low, high)

    def _curve(self, fact: SeriesFact, steps: StepRange = ALL_STEPS) -> Curve:
        stop_if_abandoned()
        if self._open is None or self._open[0] != fact.run_number:
            self._open = (fact.run_number, RunCurves(self._conn, fact.run_number))
        if fact.formula is not None:
            parts = [SeriesId(key_id, fact.owner) for key_id in fact.part_ids]
            return self._open[1].read_formula(fact.formula, parts, fact.axis)
        return self._open[1].read(SeriesId(fact.key_id, fact.owner), fact.axis, steps)

    def _extent(self) -> Extent:
        query = self._query
        low, high = query.x_min, query.x_max
        if low is None or high is None:
            ends = [ends for ends in map(self._ends, self._facts) if ends[0] <= ends[1]]
            low = min((one[0] for one in ends), default=0.0) if low is None else low
            high = max((one[1] for one in ends), default=low) if high is None else high
        if high < low:
            high = low
        if query.axis.kind is AxisKind.STEP:
            first, last = int(np.ceil(low)), int(np.floor(high))
            return Extent(low, high, step_edges(first, max(first, last), query.n_buckets))
        return Extent(low, high, even_edges(low, high, query.n_buckets))

    def _ends(self, fact: SeriesFact) -> tuple[float, float]:
        """Return the least and the greatest x of a curve."""
        if fact.axis.kind is AxisKind.STEP:
            return float(fact.first_step), float(fact.last_step)
        mark = ("ends", fact.identity)

        def make() -> tuple[float, float]:
            x = self._curve(fact).x
            return (float(x.min()), float(x.max())) if len(x) else (np.inf, -np.inf)

        return self._cache.get(mark, make, lambda _ends: BYTES_PER_BUCKET)


def _size(drawn: Curve | Bucketed) -> int:
    if isinstance(drawn, Curve):
        return len(drawn) * BYTES_PER_POINT
    return len(drawn.aggregates) * BYTES_PER_BUCKET


def _check(query: SeriesQuery) -> None:
    if not 1 <= query.n_buckets <= MAX_BUCKETS:
        raise InvalidParameter(f"n_buckets must be between 1 and {MAX_BUCKETS}.")
    if len(query.run_ids) * len(query.keys) > MAX_SERIES:
        raise InvalidParameter(f"Ask for at most {MAX_SERIES} series: runs times metrics.")
    for end in (query.x_min, query.x_max):
        if end is not None and not abs(end) <= 2.0**62:
            raise InvalidParameter("x_min and x_max must be finite numbers below 2**62.")
    if query.x_min is not None and query.x_max is not None and query.x_min > query.x_max:
        raise InvalidParameter("x_max must not be below x_min.")
    if query.smoothing is not None:
        check_smoothing(query.smoothing)
