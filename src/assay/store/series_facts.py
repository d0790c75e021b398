"""What is known of the series that a chart asks for, before any of their points is read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from sqlalchemy import Connection

from assay.entities.formulas import MARK, Formula, parse_formula
from assay.entities.series import Axis, AxisKind, Smoothing
from assay.errors import InvalidParameter, RunNotFound
from assay.store.curves import AxisOfRun
from assay.store.keys import find_key_ids
from assay.store.ranks import OF_RANKS, rank_of_number
from assay.store.statements import Statement

MAX_SERIES: Final = 2000

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


class SeriesFact(NamedTuple):
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
        """The rank that it belongs to; None for the run's own."""
        return rank_of_number(self.owner) if self.owner else None

    @property
    def identity(self) -> tuple[Any, ...]:
        """What tells a state of the curve from all others."""
        made_of = self.key if self.formula else self.key_id
        return (self.run_number, made_of, self.owner, self.axis, self.version)


def series_facts(conn: Connection, query: SeriesQuery) -> list[SeriesFact]:
    """Look up all series that a query asks for, with three statements.

    Raises:
        InvalidParameter: A formula is none, or there are too many series.
        RunNotFound: There is no run of an id.
    """
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
) -> Iterator[SeriesFact]:
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
                yield SeriesFact(run_id, key, *place, owner)


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
) -> Iterator[SeriesFact]:
    """Yield a formula's curve, for the run and for each rank that has all of its metrics."""
    parts = [rows.get((run_number, key_id), {}) for key_id in part_ids]
    for owner in parts[0]:
        if not all(owner in part for part in parts):
            continue
        own = [part[owner] for part in parts]
        version = (sum(row[3] for row in own), *(row[3] for row in own))
        first, last = max(row[5] for row in own), min(row[6] for row in own)
        n_points = own[0][4]
        yield SeriesFact(
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
