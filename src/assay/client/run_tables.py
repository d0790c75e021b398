"""Tables over many runs: pages with chosen columns, keys, values, statistics, groups, and finding by name."""

from collections.abc import Sequence
from typing import Any

import msgspec

from assay.client.connection import Connection
from assay.client.search import checked_ids
from assay.entities.lifecycle import ViewType
from assay.wire import find as find_wire
from assay.wire import run_tables as wire

_NUMBERS = "metrics."


def query_runs(
    connection: Connection,
    experiment_ids: Sequence[str],
    filter_string: str = "",
    columns: Sequence[str] = (),
    order_by: Sequence[str] = (),
    offset: int = 0,
    limit: int = 100,
    run_view_type: ViewType = ViewType.ACTIVE_ONLY,
) -> wire.RunTable:
    """Return a window of runs with chosen columns, such as `metrics.loss.min`, and the exact total."""
    request = wire.QueryRuns(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        run_view_type=run_view_type,
        columns=tuple(columns),
        order_by=tuple(order_by),
        offset=offset,
        limit=limit,
    )
    table = connection.call(wire.QUERY, request)
    return msgspec.structs.replace(table, columns=tuple(map(_with_numbers, table.columns)))


def count_clauses(
    connection: Connection, experiment_ids: Sequence[str], filter_string: str
) -> tuple[wire.ClauseCount, ...]:
    """Return how many runs each condition of a filter matches alone, and how many all the others do."""
    request = wire.QueryRuns(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        limit=0,
        count_clauses=True,
    )
    return connection.call(wire.QUERY, request).clauses


def find_run_keys(
    connection: Connection, experiment_ids: Sequence[str], filter_string: str = ""
) -> tuple[wire.KeySummary, ...]:
    """Return all params, metrics and tags of the matching runs, with type, coverage and variety."""
    request = wire.FindKeys(experiment_ids=checked_ids(experiment_ids), filter=filter_string)
    return connection.call(wire.KEYS, request).keys


def complete_run_values(
    connection: Connection,
    experiment_ids: Sequence[str],
    column: str,
    prefix: str = "",
    filter_string: str = "",
    limit: int = 50,
) -> dict[str, int]:
    """Return values of a param or tag that begin with `prefix`, and how many runs have each."""
    request = wire.CompleteValues(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        column=column,
        prefix=prefix,
        limit=limit,
    )
    return {one.value: one.count for one in connection.call(wire.VALUES, request).values}


def describe_run_columns(
    connection: Connection,
    experiment_ids: Sequence[str],
    columns: Sequence[str],
    filter_string: str = "",
    n_bins: int = 20,
) -> dict[str, wire.ColumnStatistics]:
    """Return histogram, quantiles, missing values and top values of columns over all matching runs."""
    request = wire.DescribeColumns(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        columns=tuple(columns),
        n_bins=n_bins,
    )
    return {one.name: one for one in connection.call(wire.DESCRIBE, request).columns}


def group_runs(
    connection: Connection,
    experiment_ids: Sequence[str],
    group_by: Sequence[str] = (),
    group_except: Sequence[str] = (),
    metrics: Sequence[str] = (),
    filter_string: str = "",
    limit: int = 1000,
) -> wire.RunGroups:
    """Return runs grouped by columns, or by all params except some, with mean and std of metrics."""
    request = wire.GroupRuns(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        group_by=tuple(group_by),
        group_except=tuple(group_except),
        metrics=tuple(metrics),
        limit=limit,
    )
    return connection.call(wire.GROUP, request)


def find_anything(
    connection: Connection, text: str, limit: int = 20
) -> tuple[find_wire.Found, ...]:
    """Return experiments and runs by a part of their name or the beginning of their id, best first."""
    return connection.call(find_wire.FIND, find_wire.FindAnything(text=text, limit=limit)).found


def _with_numbers(column: wire.TableColumn) -> wire.TableColumn:
    """Return a metric's column with the numbers that JSON had to spell out."""
    if not column.name.startswith(_NUMBERS):
        return column
    values: tuple[Any, ...] = tuple(
        float(value) if isinstance(value, str) else value for value in column.values
    )
    return wire.TableColumn(name=column.name, values=values)
