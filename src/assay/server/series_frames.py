"""How the curves of a chart are laid out in a binary frame; `wire/series.py` describes it."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidParameter
from assay.store.bucketing import Bucketed
from assay.store.grouping import Curve
from assay.store.series_query import Extent, GroupSeries, Series
from assay.wire.frame import encode_frame, narrowed

USUAL_FIELDS: Final = ("n", "min", "max", "mean")
MORE_FIELDS: Final = ("first", "last", "x_first", "x_last", "n_nan", "n_posinf", "n_neginf")
_COUNTS: Final = frozenset({"n", "n_nan", "n_posinf", "n_neginf"})
_PLACES: Final = frozenset({"x_first", "x_last"})

Arrays = dict[str, NDArray[Any]]


def check_fields(fields: Iterable[str]) -> None:
    """Raise InvalidParameter unless all `fields` can be asked for."""
    for field in fields:
        if field not in (*USUAL_FIELDS, *MORE_FIELDS):
            known = ", ".join(MORE_FIELDS)
            raise InvalidParameter(f"There is no field {field!r}. There are: {known}.")


def series_frame(
    extent: Extent,
    series: Iterable[tuple[str, str, int | None, Series | None]],
    *,
    fields: Iterable[str],
    cursor: str,
) -> bytes:
    """Return the frame of some curves, given with run id, metric and rank; None is unchanged."""
    wanted = tuple(dict.fromkeys((*USUAL_FIELDS, *fields)))
    arrays: Arrays = {"edges": extent.edges}
    entries = []
    for place, (run_id, key, rank, one) in enumerate(series):
        entry: dict[str, Any] = {"run_id": run_id, "key": key}
        if rank is not None:
            entry["rank"] = rank
        if one is None:
            entries.append({**entry, "unchanged": True})
            continue
        entries.append({**entry, "exact": isinstance(one.drawn, Curve), "version": one.version})
        for name, array in _drawn(one.drawn, wanted):
            arrays[f"{place}.{name}"] = array
    return encode_frame({**_head(extent), "cursor": cursor, "series": entries}, arrays)


def group_frame(
    extent: Extent, columns: list[str], groups: Iterable[tuple[Any, GroupSeries]]
) -> bytes:
    """Return the frame of some groups, given with the values of `columns` that each stands for."""
    arrays: Arrays = {"edges": extent.edges}
    entries = []
    for place, (values, one) in enumerate(groups):
        entries.append(
            {"values": values, "key": one.key, "n_runs": one.n_runs, "exact": one.is_exact}
        )
        drawn = one.drawn
        arrays[f"{place}.x"] = packed_places(drawn.x)
        arrays[f"{place}.n"] = drawn.n.astype(np.uint32)
        for name in ("center", "low", "high", "min", "max"):
            # Not narrowed: a group's figures are promised to nine digits.
            arrays[f"{place}.{name}"] = getattr(drawn, name)
    return encode_frame({**_head(extent), "columns": columns, "groups": entries}, arrays)


def packed_places(x: NDArray[Any]) -> NDArray[Any]:
    """Return `x` as 32-bit floats when that is exact, else as 64-bit ones."""
    whole = x.astype(np.float64)
    with np.errstate(over="ignore"):
        narrow = whole.astype(np.float32)
    return narrow if np.array_equal(narrow, whole, equal_nan=True) else whole


def _head(extent: Extent) -> dict[str, Any]:
    return {"x_min": extent.low, "x_max": extent.high, "n_buckets": len(extent.edges) - 1}


def _drawn(drawn: Curve | Bucketed, fields: tuple[str, ...]) -> Iterator[tuple[str, NDArray[Any]]]:
    if isinstance(drawn, Curve):
        yield "x", packed_places(drawn.x)
        yield "value", narrowed(drawn.values)
        return
    for field in fields:
        if field in _PLACES:
            yield field, packed_places(getattr(drawn, field))
        elif field in _COUNTS:
            yield field, np.ascontiguousarray(drawn.aggregates[field])
        else:
            yield field, narrowed(np.ascontiguousarray(drawn.aggregates[field]))
