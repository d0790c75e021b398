"""Search results as Arrow tables; loaded only when somebody asks for one."""

from collections.abc import Mapping
from typing import Any

from assay.client.run_columns import WholeColumn
from assay.errors import InvalidParameter

try:
    import pyarrow as pa
except ImportError as missing:
    raise InvalidParameter(
        "This needs pyarrow, which is not installed: pip install 'assay[arrow]'."
    ) from missing

TIME = pa.timestamp("ms", tz="UTC")
_TYPES = {"text": pa.string(), "number": pa.float64(), "time": TIME, "integer": pa.int64()}


def to_frame(columns: Mapping[str, WholeColumn]) -> Any:
    """Return columns as a table: what is missing is null, NaN stays NaN, times are in UTC."""
    return pa.table({name: _array(column) for name, column in columns.items()})


def _array(column: WholeColumn) -> Any:
    if column.kind == "text":
        return pa.array(column.values, pa.string(), from_pandas=False)
    values = column.values.astype("datetime64[ms]") if column.kind == "time" else column.values
    mask = column.is_missing if column.is_missing.any() else None
    return pa.array(values, _TYPES[column.kind], mask=mask, from_pandas=False)
