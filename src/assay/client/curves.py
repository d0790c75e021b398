"""Curves and whole columns over many runs, as NumPy arrays; loaded only when somebody asks for them."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.client.connection import Connection
from assay.client.search import checked_ids
from assay.wire import run_tables as tables_wire
from assay.wire import series as wire
from assay.wire.frame import decode_frame

_ID_BYTES: Final = 16


class RunCurve(msgspec.Struct, frozen=True, eq=False):
    """One metric of one run: all points as `x` and `value`, or `n`, `min`, `max`, `mean` by bucket.

    `rank` says whose points they are when the curves of ranks were asked for.
    """

    run_id: str
    key: str
    is_exact: bool
    arrays: dict[str, NDArray[Any]]
    rank: int | None = None


class GroupCurve(msgspec.Struct, frozen=True, eq=False):
    """One metric of a group of runs, or of the ranks of one: `x`, `n`, `center`, `low`, `high`, `min`, `max`.

    `values` are what the runs agree on, by column. In buckets (`is_exact` is False) line and band are
    means, `min` and `max` the extremes of all values.
    """

    values: dict[str, Any]
    key: str
    n_runs: int
    is_exact: bool
    arrays: dict[str, NDArray[Any]]


class Curves(msgspec.Struct, frozen=True, eq=False):
    """What a chart shows; `edges` are the borders of the buckets that all curves share."""

    edges: NDArray[Any]
    curves: tuple[RunCurve, ...] = ()
    groups: tuple[GroupCurve, ...] = ()


def query_series(
    connection: Connection, run_ids: Sequence[str], keys: Sequence[str], **asked: Any
) -> Curves:
    """Return some metrics of some runs for one chart.

    Args:
        connection: Where to ask.
        run_ids: The runs.
        keys: The metrics.
        asked: The other fields of the request: `x`, `x_min`, `x_max`, `n_buckets`, `fields`, `smoothing`,
            `smoothing_amount`, `group_by`, `group_except`, `center`, `band`, `ranks`.
    """
    lists = {name: tuple(value) for name, value in asked.items() if isinstance(value, list | tuple)}
    request = wire.QuerySeries(run_ids=tuple(run_ids), keys=tuple(keys), **{**asked, **lists})
    header, arrays = decode_frame(connection.call(wire.QUERY, request))
    parts = _parts(arrays)
    curves = tuple(
        RunCurve(one["run_id"], one["key"], one["exact"], parts.get(place, {}), one.get("rank"))
        for place, one in enumerate(header.get("series", ()))
    )
    columns = header.get("columns", ())
    groups = tuple(
        GroupCurve(
            dict(zip(columns, one["values"], strict=True)),
            one["key"],
            one["n_runs"],
            one["exact"],
            parts.get(place, {}),
        )
        for place, one in enumerate(header.get("groups", ()))
    )
    return Curves(arrays["edges"], curves, groups)


def fetch_run_columns(
    connection: Connection,
    experiment_ids: Sequence[str],
    columns: Sequence[str],
    filter_string: str = "",
) -> dict[str, NDArray[Any]]:
    """Return chosen columns of all matching runs: numbers as floats, NaN where missing, else objects."""
    request = tables_wire.FetchColumns(
        experiment_ids=checked_ids(experiment_ids), filter=filter_string, columns=tuple(columns)
    )
    header, arrays = decode_frame(connection.call(tables_wire.FETCH, request))
    parts = _parts(arrays)
    return {one["name"]: _column(one, parts[place]) for place, one in enumerate(header["columns"])}


def _column(entry: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> NDArray[Any]:
    if entry["type"] == "number":
        return arrays["value"]
    if entry["type"] == "run_id":
        ids = [row.tobytes().hex() for row in arrays["hex"].reshape(-1, _ID_BYTES)]
        return np.array(ids, object)
    known: NDArray[Any] = np.array([*entry["values"], None], object)
    return np.asarray(known[arrays["code"]])


def _parts(arrays: dict[str, NDArray[Any]]) -> dict[int, dict[str, NDArray[Any]]]:
    parts: dict[int, dict[str, NDArray[Any]]] = {}
    for name, array in arrays.items():
        place, dot, part = name.partition(".")
        if dot:
            parts.setdefault(int(place), {})[part] = array
    return parts
