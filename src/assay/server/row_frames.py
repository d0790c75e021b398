"""How whole runs and histories are laid out in binary frames; `wire/run_rows.py` describes them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.store.run_columns import Texts
from assay.store.run_histories import RunSeries
from assay.store.run_rows import RowColumn, Times
from assay.wire.frame import encode_frame
from assay.wire.run_rows import PARAM_TYPES

Arrays = dict[str, NDArray[Any]]


def row_frame(n_runs: int, columns: Sequence[RowColumn], next_page_token: str | None) -> bytes:
    """Return the frame of a page of runs."""
    arrays: Arrays = {}
    entries: list[dict[str, Any]] = []
    for place, column in enumerate(columns):
        entry, parts = _laid_out(column)
        entries.append({"name": column.name, **entry})
        arrays.update({f"{place}.{part}": array for part, array in parts.items()})
    header = {
        "n_runs": n_runs,
        "next_page_token": next_page_token,
        "param_types": PARAM_TYPES,
        "columns": entries,
    }
    return encode_frame(header, arrays)


def history_frame(series: Sequence[RunSeries], next_page_token: str | None) -> bytes:
    """Return the frame of some series."""
    entries = [
        {"run_id": one.run_id, "key": one.key, "n": len(one.points)}
        | ({} if one.rank is None else {"rank": one.rank})
        for one in series
    ]
    parts: dict[str, list[NDArray[Any]]] = {
        "step": [one.points.steps for one in series],
        "timestamp": [one.points.timestamps for one in series],
        "value": [one.points.values for one in series],
    }
    arrays = {
        name: np.concatenate(own) if own else np.empty(0, np.int64) for name, own in parts.items()
    }
    return encode_frame({"next_page_token": next_page_token, "series": entries}, arrays)


def _laid_out(row: RowColumn) -> tuple[dict[str, Any], Arrays]:
    column = row.column
    if isinstance(column, Texts):
        parts: Arrays = {"code": column.codes.astype(np.int32)}
        if row.types is not None:
            parts["type"] = row.types
        return {"type": "text", "values": column.values}, parts
    parts = {"value": column.values}
    if column.is_missing.any():
        parts["missing"] = column.is_missing.astype(np.uint8)
    return {"type": "time" if isinstance(column, Times) else "number"}, parts
