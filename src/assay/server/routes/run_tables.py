"""Tables over runs: pages, whole columns, keys, values, statistics and groups."""

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from sqlalchemy import Connection

from assay.entities.filters.clauses import clauses_of
from assay.entities.filters.tree import Field, Kind
from assay.errors import InvalidParameter
from assay.server.column_frames import column_frame, parsed
from assay.server.routing import reads
from assay.server.services import Services
from assay.store.column_statistics import Described, counted, describe
from assay.store.page_limits import experiment_numbers
from assay.store.points import Ints
from assay.store.run_cells import read_cells
from assay.store.run_columns import Cell, Column, Numbers, RunSet, Texts, cells
from assay.store.run_columns import read_columns as read
from assay.store.run_groups import group_runs, grouping_columns
from assay.store.run_keys import run_keys
from assay.store.run_windows import (
    MAX_WINDOW,
    Selection,
    all_numbers,
    count_matching,
    field_named,
    names_of,
    run_window,
)
from assay.store.time_limits import limited_search
from assay.wire import run_tables as wire

MAX_COLUMNS = 500
MAX_BULK_COLUMNS = 50
MAX_CLAUSES = 20
MAX_BINS = 200
MAX_GROUPS = 10_000
_RUN_ID = "run_id"


def _query(_services: Services, conn: Connection, request: wire.QueryRuns) -> wire.RunTable:
    if not 0 <= request.limit <= MAX_WINDOW or request.offset < 0:
        raise InvalidParameter(f"limit must lie between 0 and {MAX_WINDOW}, offset at 0 or above.")
    selection = _selection(request)._replace(order_by=request.order_by)
    window = run_window(conn, selection, offset=request.offset, limit=request.limit)
    fields = _fields((_RUN_ID, *request.columns), most=MAX_COLUMNS)
    with limited_search(conn):
        known = names_of(conn, selection, fields)
        columns = read_cells(conn, window.run_numbers, fields, known)
    ids, *rest = (tuple(map(_spelt, column)) for column in columns)
    return wire.RunTable(
        total=window.total,
        offset=request.offset,
        run_ids=tuple(map(str, ids)),
        columns=tuple(
            wire.TableColumn(name=name, values=values)
            for name, values in zip(request.columns, rest, strict=True)
        ),
        clauses=_clauses(conn, selection) if request.count_clauses else (),
    )


def _clauses(conn: Connection, selection: Selection) -> tuple[wire.ClauseCount, ...]:
    clauses = clauses_of(selection.filter)
    if len(clauses) > MAX_CLAUSES:
        raise InvalidParameter(f"At most {MAX_CLAUSES} conditions of a filter are counted.")

    def count(parts: Sequence[str]) -> int:
        joined = " AND ".join(parts)
        return count_matching(conn, selection._replace(filter=joined))

    return tuple(
        wire.ClauseCount(
            filter=clause,
            n_runs=count((clause,)),
            n_without=count((*clauses[:place], *clauses[place + 1 :])),
        )
        for place, clause in enumerate(clauses)
    )


def _fetch(_services: Services, conn: Connection, request: wire.FetchColumns) -> bytes:
    selection = _selection(request)
    numbers = all_numbers(conn, selection)
    columns = _columns(conn, selection, numbers, request.columns, most=MAX_BULK_COLUMNS)
    return column_frame(len(numbers), zip(request.columns, columns, strict=True))


def _keys(_services: Services, conn: Connection, request: wire.FindKeys) -> wire.RunKeys:
    total, numbers = _keyed_runs(conn, request)
    with limited_search(conn):
        found = run_keys(conn, numbers, experiment_numbers(request.experiment_ids))
    return wire.RunKeys(
        total=total,
        n_seen=len(numbers),
        keys=tuple(
            wire.KeySummary(
                kind=one.kind,
                name=one.name,
                type="number" if one.is_numeric else "text",
                n_runs=one.n_runs,
                n_distinct=one.n_distinct,
                varies=one.varies,
                value=_spelt(one.value),
            )
            for one in found
        ),
    )


def _keyed_runs(conn: Connection, request: wire.FindKeys) -> tuple[int, Ints]:
    """Return how many runs match, and the numbers of those whose keys are asked for."""
    if not 0 <= request.newest <= MAX_WINDOW:
        raise InvalidParameter(f"newest must lie between 0 and {MAX_WINDOW}.")
    selection = _selection(request)
    if request.newest:
        newest = selection._replace(order_by=("attributes.start_time DESC",))
        window = run_window(conn, newest, offset=0, limit=request.newest)
        return window.total, np.sort(np.array(window.run_numbers, np.int64))
    numbers = all_numbers(conn, selection)
    return len(numbers), numbers


def _values(
    _services: Services, conn: Connection, request: wire.CompleteValues
) -> wire.ValueCounts:
    selection = _selection(request)
    numbers = all_numbers(conn, selection)
    column = _columns(conn, selection, numbers, (request.column,), most=1)[0]
    if not isinstance(column, Texts):
        raise InvalidParameter(f"{request.column!r} has numbers, which are not completed.")
    if not 1 <= request.limit <= MAX_WINDOW:
        raise InvalidParameter(f"limit must lie between 1 and {MAX_WINDOW}.")
    return wire.ValueCounts(
        values=_value_counts(counted(column, prefix=request.prefix, most=request.limit))
    )


def _describe(
    _services: Services, conn: Connection, request: wire.DescribeColumns
) -> wire.ColumnsDescribed:
    if not 1 <= request.n_bins <= MAX_BINS:
        raise InvalidParameter(f"n_bins must lie between 1 and {MAX_BINS}.")
    selection = _selection(request)
    numbers = all_numbers(conn, selection)
    columns = _columns(conn, selection, numbers, request.columns, most=MAX_BULK_COLUMNS)
    described = (
        _statistics(name, describe(parsed(name, column), n_bins=request.n_bins))
        for name, column in zip(request.columns, columns, strict=True)
    )
    return wire.ColumnsDescribed(columns=tuple(described))


def _group(_services: Services, conn: Connection, request: wire.GroupRuns) -> wire.RunGroups:
    if not 1 <= request.limit <= MAX_GROUPS:
        raise InvalidParameter(f"limit must lie between 1 and {MAX_GROUPS}.")
    selection = _selection(request)
    runs = RunSet(all_numbers(conn, selection), experiment_numbers(request.experiment_ids))
    with limited_search(conn):
        columns = grouping_columns(conn, runs, request.group_by, request.group_except)
        groups = group_runs(conn, runs, columns)
    names = (_RUN_ID, *request.metrics)
    ids, *metrics = _columns(conn, selection, runs.numbers, names, most=MAX_BULK_COLUMNS)
    run_ids = cells(ids)
    by_group = np.argsort(groups.group_of, kind="stable")
    sizes = np.bincount(groups.group_of, minlength=len(groups.values))
    ends = np.cumsum(sizes)
    largest = np.argsort(-sizes, kind="stable")[: request.limit].tolist()
    found = []
    for place in largest:
        members = by_group[ends[place] - sizes[place] : ends[place]]
        found.append(
            wire.RunGroup(
                values=tuple(map(_spelt, groups.values[place])),
                n_runs=len(members),
                run_ids=tuple(str(run_ids[run]) for run in members.tolist()),
                figures=tuple(map(_figure, request.metrics, metrics, [members] * len(metrics))),
            )
        )
    return wire.RunGroups(total=len(groups.values), columns=tuple(columns), groups=tuple(found))


def _figure(name: str, column: Column, members: Ints) -> wire.GroupFigure:
    if not isinstance(column, Numbers):
        raise InvalidParameter(f"{name!r} has no numbers to summarise.")
    values = column.values[members]
    described = describe(Numbers(values, column.is_missing[members]), n_bins=1)
    figures = described.numbers
    n_finite = int(np.isfinite(values).sum())
    if figures is None:
        return wire.GroupFigure(name=name, n=0)
    return wire.GroupFigure(
        name=name, n=n_finite, mean=_spelt(figures.mean), std=_spelt(figures.std)
    )


def _selection(request: wire.RunTableRequest) -> Selection:
    return Selection(request.experiment_ids, request.filter, request.run_view_type)


def _columns(
    conn: Connection,
    selection: Selection,
    numbers: Ints,
    names: Sequence[str],
    *,
    most: int,
) -> list[Column]:
    fields = _fields(names, most=most)
    known = names_of(conn, selection, fields)
    runs = RunSet(numbers, experiment_numbers(selection.experiment_ids))
    with limited_search(conn):
        return read(conn, runs, fields, known)


def _fields(names: Sequence[str], *, most: int) -> list[Field]:
    if len(names) > most + 1:
        raise InvalidParameter(f"Ask for at most {most} columns.")
    fields = [field_named(name) for name in names]
    for name, field in zip(names, fields, strict=True):
        if field.kind is Kind.DATASET:
            raise InvalidParameter(f"{name!r} is no column.")
    return fields


def _statistics(name: str, found: Described) -> wire.ColumnStatistics:
    figures = found.numbers
    counted_only = wire.ColumnStatistics(
        name=name,
        type="text" if found.top else "number",
        n_runs=found.n_runs,
        n_missing=found.n_missing,
        n_nan=found.n_nan,
        n_posinf=found.n_posinf,
        n_neginf=found.n_neginf,
        n_distinct=found.n_distinct,
        top=_value_counts(found.top),
    )
    if figures is None:
        return counted_only
    return msgspec.structs.replace(
        counted_only,
        min=figures.min,
        median=figures.median,
        mean=figures.mean,
        std=_spelt(figures.std),
        max=figures.max,
        edges=tuple(figures.edges.tolist()),
        counts=tuple(figures.counts.tolist()),
    )


def _value_counts(found: Sequence[tuple[str, int]]) -> tuple[wire.ValueCount, ...]:
    return tuple(wire.ValueCount(value=value, count=count) for value, count in found)


def _spelt(value: Cell) -> Cell:
    """Return a cell as JSON can hold it."""
    if not isinstance(value, float) or math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


ROUTES = (
    reads(wire.QUERY, _query),
    reads(wire.FETCH, _fetch),
    reads(wire.KEYS, _keys),
    reads(wire.VALUES, _values),
    reads(wire.DESCRIBE, _describe),
    reads(wire.GROUP, _group),
)
