"""How columns of runs are laid out in a binary frame.

The header has `n_runs` and `columns`; entry i names the arrays that begin with `i.`. A column of
numbers is `value`, with `missing` (bytes, 1 where never logged) when some run lacks it. A column of
texts is `code`, with -1 where missing, and its entry lists `values`. Run ids of 32 hexadecimal digits are
`hex`: 16 bytes a run. Params whose values all spell numbers come as numbers.
"""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay.store.run_columns import Column, Numbers, Texts, as_numbers
from assay.wire.frame import encode_frame, narrowed

_HEX_DIGITS = 32


def column_frame(n_runs: int, columns: Iterable[tuple[str, Column]]) -> bytes:
    """Return the frame of some columns, given with their names."""
    arrays: dict[str, NDArray[Any]] = {}
    entries: list[dict[str, Any]] = []
    for place, (name, column) in enumerate(columns):
        entry, parts = _laid_out(name, column)
        entries.append({"name": name, **entry})
        arrays.update({f"{place}.{part}": array for part, array in parts.items()})
    return encode_frame({"n_runs": n_runs, "columns": entries}, arrays)


def parsed(name: str, column: Column) -> Column:
    """Return params that all spell numbers as numbers, anything else as it is."""
    if isinstance(column, Texts) and column.values and name.startswith("params."):
        return as_numbers(column) or column
    return column


def _laid_out(name: str, column: Column) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return what the header says of a column, and its arrays."""
    column = parsed(name, column)
    if isinstance(column, Numbers):
        parts: dict[str, NDArray[Any]] = {"value": narrowed(column.values)}
        if column.is_missing.any():
            parts["missing"] = column.is_missing.astype(np.uint8)
        return {"type": "number"}, parts
    packed = _packed_ids(column) if name in {"run_id", "attributes.run_id"} else None
    if packed is not None:
        return {"type": "run_id"}, {"hex": packed}
    return {"type": "text", "values": column.values}, {"code": column.codes.astype(np.int32)}


def _packed_ids(column: Texts) -> NDArray[np.uint8] | None:
    """Return run ids as 16 bytes each, or None when one is no hexadecimal number of that length."""
    if any(len(value) != _HEX_DIGITS for value in column.values):
        return None
    try:
        digits = bytes.fromhex("".join(column.values))
    except ValueError:
        return None
    if len(digits) * 2 != _HEX_DIGITS * len(column.values):
        return None
    return np.frombuffer(digits, np.uint8).reshape(-1, 16)[column.codes].ravel()
