"""Which params matter for a metric, and how it depends on them."""

import itertools
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection

from assay.entities.filters.tree import Field, Kind
from assay.entities.runs import RunStatus
from assay.errors import InvalidParameter
from assay.server.routing import reads
from assay.server.services import Services
from assay.store.answer_cache import answer_cache
from assay.store.importance import FEWEST, MOST_PARAMS, MOST_ROWS, Study
from assay.store.page_limits import experiment_numbers
from assay.store.points import Floats, Ints
from assay.store.run_columns import Numbers, RunSet, Texts, read_columns
from assay.store.run_keys import run_keys
from assay.store.run_windows import Selection, all_numbers, field_named, names_of
from assay.store.time_limits import limited_search
from assay.wire import importance as wire

_MOST_ON = 2


class _Used(NamedTuple):
    """The runs that count, their target, and what became of the others."""

    numbers: Ints
    target: Floats
    told: wire.UsedRuns


def _explain(
    _services: Services, conn: Connection, request: wire.ExplainMetric
) -> wire.MetricExplained:
    selection, runs, used = _used(conn, request)
    if not used.told.is_enough:
        return wire.MetricExplained(runs=used.told)
    names, n_left_out = _params(conn, runs, request.params)
    found = _study(conn, selection, used, names).importance()
    return wire.MetricExplained(
        runs=used.told,
        r2=found.r2 if found.weights else None,
        params=tuple(wire.ParamImportance(**one._asdict()) for one in found.weights),
        constant=tuple(found.constant),
        collinear=tuple(
            wire.CollinearParam(name=name, goes_with=other) for name, other in found.collinear
        ),
        n_left_out=n_left_out,
    )


def _dependence(
    _services: Services, conn: Connection, request: wire.DescribeDependence
) -> wire.DependenceDescribed:
    if not 1 <= len(set(request.on)) == len(request.on) <= _MOST_ON:
        raise InvalidParameter("Name one or two different params in 'on'.")
    selection, runs, used = _used(conn, request)
    if not used.told.is_enough:
        return wire.DependenceDescribed(runs=used.told, on=request.on)
    names, _n_left_out = _params(conn, runs, request.params)
    study = _study(conn, selection, used, list(dict.fromkeys((*names, *request.on))))
    known = {one.name for one in study.features}
    for name in request.on:
        if name not in known:
            raise InvalidParameter(
                f"{name!r} is no param that differs by itself between these runs: it is constant, "
                "unknown, or always goes with another one."
            )
    found = study.dependence(request.on)
    points = (
        wire.DependencePoint(values=values, mean=float(mean), low=float(low), high=float(high))
        for values, mean, low, high in zip(
            itertools.product(*found.grid), found.mean, found.low, found.high, strict=True
        )
    )
    return wire.DependenceDescribed(runs=used.told, on=request.on, points=tuple(points))


def _used(
    conn: Connection, request: wire.ExplainMetric | wire.DescribeDependence
) -> tuple[Selection, RunSet, _Used]:
    selection = Selection(request.experiment_ids, request.filter, request.run_view_type)
    target = field_named(request.target)
    if target.kind is not Kind.METRIC:
        raise InvalidParameter(f"The target must be a metric, not {request.target!r}.")
    numbers = all_numbers(conn, selection)
    runs = RunSet(numbers, experiment_numbers(request.experiment_ids))
    fields = [field_named("status"), target]
    with limited_search(conn):
        status, values = read_columns(conn, runs, fields, names_of(conn, selection, fields))
    if not isinstance(status, Texts) or not isinstance(values, Numbers):
        raise InvalidParameter(f"{request.target!r} has no numbers.")
    done = [place for place, text in enumerate(status.values) if text == RunStatus.FINISHED]
    is_done = np.isin(status.codes, done)
    has_target = is_done & ~values.is_missing
    is_used = has_target & np.isfinite(values.values)
    n_used = int(is_used.sum())
    told = wire.UsedRuns(
        n_matching=len(numbers),
        n_unfinished=int((~is_done).sum()),
        n_without_target=int((is_done & values.is_missing).sum()),
        n_not_finite=int((has_target & ~is_used).sum()),
        n_used=min(n_used, MOST_ROWS),
        is_enough=n_used >= FEWEST,
    )
    return selection, runs, _Used(numbers[is_used], values.values[is_used], told)


def _params(conn: Connection, runs: RunSet, asked: tuple[str, ...]) -> tuple[list[str], int]:
    """Return the params to look at, and how many are left out."""
    if len(asked) > MOST_PARAMS:
        raise InvalidParameter(f"Ask for at most {MOST_PARAMS} params.")
    if asked:
        return list(dict.fromkeys(asked)), 0
    with limited_search(conn):
        keys = [
            one for one in run_keys(conn, runs.numbers, runs.experiments) if one.kind == "param"
        ]
    # Those that differ first, then those that most runs have; the others are only named as constant.
    keys.sort(
        key=lambda one: (not _may_differ(one.varies, one.n_runs, len(runs.numbers)), -one.n_runs)
    )
    return sorted(one.name for one in keys[:MOST_PARAMS]), max(0, len(keys) - MOST_PARAMS)


def _may_differ(varies: bool, n_runs: int, n_all: int) -> bool:
    return varies or n_runs < n_all


def _study(conn: Connection, selection: Selection, used: _Used, names: list[str]) -> Study:
    fields = [Field(Kind.PARAM, name) for name in names]
    runs = RunSet(used.numbers, experiment_numbers(selection.experiment_ids))
    with limited_search(conn):
        columns = read_columns(conn, runs, fields, names_of(conn, selection, fields))
    params = [
        (name, column)
        for name, column in zip(names, columns, strict=True)
        if isinstance(column, Texts)
    ]
    return Study(params, used.target, answer_cache(conn.engine))


ROUTES = (reads(wire.EXPLAIN, _explain), reads(wire.DEPENDENCE, _dependence))
