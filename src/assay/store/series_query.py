"""Curves of many runs and metrics in one answer, as charts draw them (the rules are in `docs/how-to/ask.md`).

All buckets share their edges. Smoothing and grouping work on raw points, before anything is summed up
in buckets. What was worked out is remembered until a point is added to the series it came from.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import numpy as np
from sqlalchemy import Connection

from assay.entities.formulas import MARK, Formula, parse_formula
from assay.entities.series import Axis, AxisKind, Band, Center, Smoothing
from assay.errors import InvalidParameter, RunNotFound
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
from assay.store.curves import ALL_STEPS, AxisOfRun, RunCurves, StepRange
from assay.store.grouping import Curve, Grouped, group, strictly_increasing
from assay.store.keys import find_key_ids
from assay.store.points import Floats
from assay.store.ranks import OF_RANKS, rank_of_number
from assay.store.smoothing import check_smoothing, smooth
from assay.store.statements import Statement
from assay.store.summaries import SeriesId

MAX_SERIES: Final = 2000
MAX_BUCKETS: Final = 2000
MAX_GROUP_POINTS: Final = 30_000_000
BYTES_PER_POINT: Final = 16
BYTES_PER_BUCKET: Final = 80

_RUNS: Final = Statement(
    "SELECT run_id, run_number, start_time FROM runs WHERE run_id IN (?text...)"
)
_SOME: Final = (
    "SELECT run_number, key_id, model_number, n_logged, n_points, first_step, last_step FROM series"
    " WHERE run_number IN (?int...) AND key_id IN (?int...)"
)
_SERIES: Final = Statement(f"{_SOME} AND model_number = 0 AND dataset_id = 0")
_RANK_SERIES: Final = Statement(f"{_SOME} AND {OF_RANKS} ORDER BY model_number DESC")


_Rows = dict[tuple[int, int], dict[int, Any]]
"""Rows of series by run and metric, then by what they belong to: 0 for the run, else a rank."""


class SeriesQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart shows.

    Attributes:
        run_ids: The runs.
        keys: The metrics; one that begins with `=` is a formula over metrics.
        axis: What x is.
        x_min: Where the chart begins; None for the first point of all.
        x_max: Where it ends, included; None for the last point of all.
        n_buckets: How many stretches of x to sum up in, at most.
        smoothing: How to smooth, or None.
        by_rank: Whether the curves are those of the runs' ranks instead of the runs' own.
    """

    run_ids: tuple[str, ...]
    keys: tuple[str, ...]
    axis: Axis = Axis()
    x_min: float | None = None
    x_max: float | None = None
    n_buckets: int = 1000
    smoothing: Smoothing | None = None
    by_rank: bool = False


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


class _Fact(NamedTuple):
    """What is known of a series without reading its points."""

    run_id: str
    key: str
    run_number: int
    key_id: int
    axis: AxisOfRun
    version: tuple[int, ...]
    n_points: int
    first_step: int
    last_step: int
    owner: int = 0
    formula: Formula | None = None
    part_ids: tuple[int, ...] = ()

    @property
    def rank(self) -> int | None:
        return rank_of_number(self.owner) if self.owner else None


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
        self._facts = _facts(conn, query)
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
        by_run: dict[tuple[str, str], _Fact] = {(one.run_id, one.key): one for one in self._facts}
        for name, run_ids in wanted.members.items():
            for key in self._query.keys:
                own = [by_run[run_id, key] for run_id in run_ids if (run_id, key) in by_run]
                if own:
                    yield self._group(name, key, own, wanted)

    def groups_of_ranks(self, center: Center, band: Band) -> Iterator[GroupSeries]:
        """Yield one curve for each run and metric over the run's ranks; the query must be by rank."""
        wanted = GroupQuery({}, center, band)
        by_run: dict[tuple[str, str], list[_Fact]] = {}
        for fact in self._facts:
            by_run.setdefault((fact.run_id, fact.key), []).append(fact)
        for (run_id, key), facts in by_run.items():
            yield self._group(run_id, key, facts, wanted)

    def _group(
        self, name: str, key: str, facts: Sequence[_Fact], wanted: GroupQuery
    ) -> GroupSeries:
        if sum(fact.n_points for fact in facts) > MAX_GROUP_POINTS:
            raise InvalidParameter(
                f"The group {name!r} has more than {MAX_GROUP_POINTS:,} points of {key!r}. "
                "Group fewer runs."
            )
        versions = tuple(_identity(fact) for fact in facts)
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

    def _drawn(self, fact: _Fact) -> Curve | Bucketed:
        mark = (_identity(fact), self._mark())

        def make() -> Curve | Bucketed:
            curve = self._shown(fact)
            if len(curve) <= POINTS_PER_BUCKET * self._query.n_buckets:
                return curve
            return bucket(curve, self.extent.edges)

        return self._cache.get(mark, make, _size)

    def _mark(self) -> tuple[Any, ...]:
        query = self._query
        return (self.extent.low, self.extent.high, query.n_buckets, query.smoothing)

    def _shown(self, fact: _Fact) -> Curve:
        """Return the curve's points in range, smoothed before they are cut."""
        low, high, smoothing = self.extent.low, self.extent.high, self._query.smoothing
        if smoothing is None:
            return cut(self._curve(fact, self.extent.steps), low, high)
        curve = self._curve(fact)
        smoothed = smooth(curve.x.astype(np.float64), curve.values, smoothing)
        return cut(Curve(curve.x, smoothed, curve.is_sorted), low, high)

    def _curve(self, fact: _Fact, steps: StepRange = ALL_STEPS) -> Curve:
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

    def _ends(self, fact: _Fact) -> tuple[float, float]:
        """Return the least and the greatest x of a curve."""
        if fact.axis.kind is AxisKind.STEP:
            return float(fact.first_step), float(fact.last_step)
        mark = ("ends", _identity(fact))

        def make() -> tuple[float, float]:
            x = self._curve(fact).x
            return (float(x.min()), float(x.max())) if len(x) else (np.inf, -np.inf)

        return self._cache.get(mark, make, lambda _ends: BYTES_PER_BUCKET)


def _identity(fact: _Fact) -> tuple[Any, ...]:
    """Return what tells a state of a curve from all others."""
    made_of = fact.key if fact.formula else fact.key_id
    return (fact.run_number, made_of, fact.owner, fact.axis, fact.version)


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


def _facts(conn: Connection, query: SeriesQuery) -> list[_Fact]:
    """Look up all series, with three statements."""
    run_ids = list(dict.fromkeys(query.run_ids))
    found = {row[0]: row for row in _RUNS.rows(conn, run_ids)} if run_ids else {}
    for run_id in run_ids:
        if run_id not in found:
            raise RunNotFound(run_id)
    keys = tuple(dict.fromkeys(query.keys))
    formulas = _formulas(query)
    parts = [name for formula in formulas.values() for name in formula.metrics]
    x_keys = (query.axis.key,) if query.axis.kind is AxisKind.METRIC else ()
    ids = find_key_ids(conn, (*keys, *parts, *x_keys))
    numbers = sorted(row[1] for row in found.values())
    statement = _RANK_SERIES if query.by_rank else _SERIES
    rows = statement.rows(conn, numbers, sorted(ids.values())) if numbers and ids else []
    by_place: _Rows = {}
    for row in rows:
        by_place.setdefault((row[0], row[1]), {})[row[2]] = row
    if len(rows) > MAX_SERIES:
        raise InvalidParameter(f"Ask for at most {MAX_SERIES} series: ranks times metrics.")
    return list(_each(query, [found[run_id] for run_id in run_ids], keys, ids, by_place, formulas))


def _each(
    query: SeriesQuery,
    runs: Iterable[Any],
    keys: Sequence[str],
    ids: dict[str, int],
    rows: _Rows,
    formulas: Mapping[str, Formula],
) -> Iterator[_Fact]:
    kind = query.axis.kind
    x_key_id = ids.get(query.axis.key, 0) if kind is AxisKind.METRIC else 0
    for run_id, run_number, start_time in runs:
        x_rows = rows.get((run_number, x_key_id), {})
        since = start_time if kind is AxisKind.RELATIVE else 0
        axis = AxisOfRun(kind, since, x_key_id)
        for key in keys:
            if key in formulas:
                formula = formulas[key]
                part_ids = tuple(ids.get(name, 0) for name in formula.metrics)
                yield from _made(run_id, key, axis, formula, part_ids, rows, run_number)
                continue
            for owner, row in rows.get((run_number, ids.get(key, 0)), {}).items():
                x_row = x_rows.get(owner)
                if kind is AxisKind.METRIC and x_row is None:
                    continue
                _run, key_id, _owner, n_logged, n_points, first_step, last_step = row
                x_version = 0 if x_row is None else x_row[3]
                version = (n_logged + x_version, n_logged)
                place = (run_number, key_id, axis, version, n_points, first_step, last_step)
                yield _Fact(run_id, key, *place, owner)


def _formulas(query: SeriesQuery) -> dict[str, Formula]:
    """Return the formulas among the metrics that are asked for."""
    found = {
        key: parse_formula(key.removeprefix(MARK)) for key in query.keys if key.startswith(MARK)
    }
    if found and query.axis.kind is AxisKind.METRIC:
        raise InvalidParameter(
            "A formula cannot be drawn over another metric. Draw it over steps or time."
        )
    return found


def _made(
    run_id: str,
    key: str,
    axis: AxisOfRun,
    formula: Formula,
    part_ids: tuple[int, ...],
    rows: _Rows,
    run_number: int,
) -> Iterator[_Fact]:
    """Yield a formula's curve, for the run and for each rank that has all of its metrics."""
    parts = [rows.get((run_number, key_id), {}) for key_id in part_ids]
    for owner in parts[0]:
        if not all(owner in part for part in parts):
            continue
        own = [part[owner] for part in parts]
        version = (sum(row[3] for row in own), *(row[3] for row in own))
        first, last = max(row[5] for row in own), min(row[6] for row in own)
        n_points = own[0][4]
        yield _Fact(
            run_id,
            key,
            run_number,
            0,
            axis,
            version,
            n_points,
            first,
            last,
            owner,
            formula,
            part_ids,
        )
