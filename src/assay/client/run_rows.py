"""Whole runs and histories in bulk, as columns that keep every value; needs NumPy, loaded when asked for.

What tables, data frames and exports are made of. A plain MLflow server is asked run by run instead.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.client import search
from assay.client.connection import Connection
from assay.client.probe import ServerKind
from assay.client.run_query import RunQuery
from assay.entities.runs import Run
from assay.wire import run_rows as wire
from assay.wire import runs as runs_wire
from assay.wire.frame import decode_frame

TEXT_ATTRIBUTES: Final = (
    "run_id",
    "experiment_id",
    "run_name",
    "user_id",
    "status",
    "artifact_uri",
    "lifecycle_stage",
)
TIME_ATTRIBUTES: Final = ("start_time", "end_time")
PAGE_SIZE: Final = 1000


class NumberColumn(msgspec.Struct, frozen=True, eq=False):
    """Numbers; `is_missing` tells what was never logged from NaN, None when nothing is missing."""

    values: NDArray[np.float64]
    is_missing: NDArray[np.bool_] | None = None


class TimeColumn(msgspec.Struct, frozen=True, eq=False):
    """Milliseconds since the epoch, UTC."""

    values: NDArray[np.int64]
    is_missing: NDArray[np.bool_] | None = None


class TextColumn(msgspec.Struct, frozen=True, eq=False):
    """Texts: a code for each run, -1 where missing; `types` are the types of params, "" for text."""

    codes: NDArray[np.int32]
    values: Sequence[str]
    types: NDArray[Any] | None = None

    def texts(self) -> NDArray[Any]:
        """Return the texts as objects, None where missing."""
        known: NDArray[Any] = np.empty(len(self.values) + 1, object)
        known[:-1] = self.values
        return np.asarray(known[self.codes])


RowColumn = NumberColumn | TimeColumn | TextColumn


class RunRows(msgspec.Struct, frozen=True, eq=False):
    """A page of runs: attributes, then columns such as `metrics.loss`, `params.lr` and `tags.team`."""

    n_runs: int
    columns: dict[str, RowColumn]


class RunHistory(msgspec.Struct, frozen=True, eq=False):
    """All points of one metric of one run, or of one of its ranks, by step, timestamp and value."""

    run_id: str
    key: str
    steps: NDArray[np.int64]
    timestamps: NDArray[np.int64]
    values: NDArray[np.float64]
    rank: int | None = None


def iter_run_rows(
    connection: Connection, query: RunQuery, page_size: int = PAGE_SIZE
) -> Iterator[RunRows]:
    """Yield the runs of a query, page by page; at least one page, which may have no runs."""
    page = _mlflow_page if is_mlflow(connection) else _page
    token: str | None = None
    n_left = query.max_results
    while True:
        size = page_size if n_left is None else min(page_size, n_left)
        if not size:
            return
        rows, token = page(connection, query, size, token or "")
        yield rows
        n_left = None if n_left is None else n_left - rows.n_runs
        if not token:
            return


def iter_histories(
    connection: Connection,
    run_ids: Sequence[str],
    keys: Sequence[str] | None = None,
    *,
    by_rank: bool = False,
) -> Iterator[RunHistory]:
    """Yield all points of metrics, of all when `keys` is None: run by run, metrics by name.

    With `by_rank`, those of each rank by itself; a plain MLflow server knows of none.
    """
    if is_mlflow(connection):
        if by_rank:
            return
        yield from _mlflow_histories(connection, run_ids, keys)
        return
    chosen = None if keys is None else tuple(keys)
    for start in range(0, len(run_ids), wire.MAX_HISTORY_RUNS):
        part = tuple(run_ids[start : start + wire.MAX_HISTORY_RUNS])
        token = ""
        while True:
            request = wire.FetchHistories(
                run_ids=part, keys=chosen, by_rank=by_rank, page_token=token
            )
            header, arrays = decode_frame(connection.call(wire.FETCH_HISTORIES, request))
            yield from _histories(header["series"], arrays)
            token = header["next_page_token"] or ""
            if not token:
                break


def is_mlflow(connection: Connection) -> bool:
    """Return whether a plain MLflow server is at the other end."""
    connection.is_reachable()
    return connection.server_kind is ServerKind.MLFLOW


def rows_of(runs: Sequence[Run], wanted: Callable[[str], bool] = lambda _name: True) -> RunRows:
    """Return runs that came one by one as columns, in order of meeting."""
    columns: dict[str, RowColumn] = {}
    for name in TEXT_ATTRIBUTES:
        columns[name] = _text_column([str(getattr(run.info, name)) for run in runs])
    for name in TIME_ATTRIBUTES:
        columns[name] = _time_column([getattr(run.info, name) for run in runs])
    groups: tuple[tuple[str, Callable[[list[Any]], RowColumn]], ...] = (
        ("metrics", _number_column),
        ("params", _text_column),
        ("tags", _text_column),
    )
    for group, column in groups:
        held: list[Mapping[str, Any]] = [getattr(run.data, group) for run in runs]
        for key in dict.fromkeys(key for one in held for key in one):
            if wanted(f"{group}.{key}"):
                columns[f"{group}.{key}"] = column([one.get(key) for one in held])
    return RunRows(len(runs), columns)


def _page(
    connection: Connection, query: RunQuery, size: int, token: str
) -> tuple[RunRows, str | None]:
    request = wire.FetchRows(
        experiment_ids=search.checked_ids(query.experiment_ids),
        filter=query.filter_string,
        run_view_type=query.run_view_type,
        order_by=tuple(query.order_by),
        columns=None if query.columns is None else tuple(query.columns),
        max_results=size,
        page_token=token,
    )
    header, arrays = decode_frame(connection.call(wire.FETCH_ROWS, request))
    types: NDArray[Any] = np.array(header["param_types"], object)
    columns = {
        entry["name"]: _column(entry, str(place), arrays, types)
        for place, entry in enumerate(header["columns"])
    }
    return RunRows(header["n_runs"], columns), header["next_page_token"]


def _column(
    entry: Mapping[str, Any], place: str, arrays: Mapping[str, NDArray[Any]], types: NDArray[Any]
) -> RowColumn:
    if entry["type"] == "text":
        numbers = arrays.get(f"{place}.type")
        own = None if numbers is None else np.asarray(types[numbers])
        return TextColumn(arrays[f"{place}.code"], entry["values"], own)
    missing = arrays.get(f"{place}.missing")
    is_missing = None if missing is None else missing.astype(np.bool_)
    kind = TimeColumn if entry["type"] == "time" else NumberColumn
    return kind(arrays[f"{place}.value"], is_missing)


def _histories(
    series: Sequence[Mapping[str, Any]], arrays: Mapping[str, NDArray[Any]]
) -> Iterator[RunHistory]:
    start = 0
    for one in series:
        end = start + one["n"]
        steps, timestamps, values = (
            arrays[name][start:end] for name in ("step", "timestamp", "value")
        )
        yield RunHistory(one["run_id"], one["key"], steps, timestamps, values, one.get("rank"))
        start = end


def _mlflow_page(
    connection: Connection, query: RunQuery, size: int, token: str
) -> tuple[RunRows, str | None]:
    page = search.search_runs(
        connection,
        query.experiment_ids,
        filter_string=query.filter_string,
        run_view_type=query.run_view_type,
        order_by=query.order_by,
        max_results=size,
        page_token=token or None,
    )
    if query.columns is None:
        return rows_of(page), page.token
    chosen = set(query.columns)
    return rows_of(page, lambda name: name in chosen), page.token


def _mlflow_histories(
    connection: Connection, run_ids: Sequence[str], keys: Sequence[str] | None
) -> Iterator[RunHistory]:
    for run_id in run_ids:
        own = _metric_names(connection, run_id) if keys is None else keys
        for key in own:
            points = search.get_metric_history(connection, run_id, key)
            yield RunHistory(
                run_id,
                key,
                np.array([point.step for point in points], np.int64),
                np.array([point.timestamp for point in points], np.int64),
                np.array([point.value for point in points], np.float64),
            )


def _metric_names(connection: Connection, run_id: str) -> list[str]:
    request = runs_wire.GetRun(run_id=run_id)
    return sorted(connection.call(runs_wire.GET, request).run.data.metrics)


def _text_column(texts: Sequence[str | None]) -> TextColumn:
    known: dict[str, int] = {}
    codes = [-1 if text is None else known.setdefault(text, len(known)) for text in texts]
    return TextColumn(np.array(codes, np.int32), list(known))


def _number_column(values: Sequence[float | None]) -> NumberColumn:
    return NumberColumn(np.array(values, np.float64), np.array([one is None for one in values]))


def _time_column(values: Sequence[int | None]) -> TimeColumn:
    is_missing = np.array([one is None for one in values], np.bool_)
    return TimeColumn(np.array([one or 0 for one in values], np.int64), is_missing)
