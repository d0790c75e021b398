"""Search results as polars frames; loaded only when somebody asks for one."""

from collections.abc import Mapping

import numpy as np

from assay.client.run_columns import WholeColumn
from assay.errors import InvalidParameter

try:
    import polars as pl
except ImportError as missing:
    raise InvalidParameter(
        "This needs polars, which is not installed: pip install 'assay[polars]'."
    ) from missing


def to_frame(columns: Mapping[str, WholeColumn]) -> pl.DataFrame:
    """Return columns as a frame: what is missing is null, NaN stays NaN, times are in UTC."""
    return pl.DataFrame([_series(name, column) for name, column in columns.items()])


def _series(name: str, column: WholeColumn) -> pl.Series:
    if column.kind == "text":
        return pl.Series(name, column.values.tolist(), dtype=pl.String)
    if column.kind == "time":
        moments = column.values.astype("datetime64[ms]")
        moments[column.is_missing] = np.datetime64("NaT")
        return pl.Series(name, moments).dt.replace_time_zone("UTC")
    series = pl.Series(name, column.values)
    if not column.is_missing.any():
        return series
    is_missing = pl.Series(column.is_missing)
    return pl.select(pl.when(~is_missing).then(series).alias(name)).to_series()
