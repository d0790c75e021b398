"""Describing polars DataFrames; loaded only when one is given."""

import hashlib
from typing import Any, Final

import numpy as np
import polars as pl  # noqa: TID253 this file exists to keep polars out of the others

from assay.data.content_digests import is_small_enough
from assay.data.described import DescribedDataset, check_columns, json_text
from assay.data.profiles import MAX_COLUMNS, MAX_COUNTED, profile_numbers, profile_texts
from assay.data.sources import source_of

_TYPES: Final[dict[Any, str]] = {
    pl.Binary: "binary",
    pl.Boolean: "boolean",
    pl.Categorical: "string",
    pl.Date: "datetime",
    pl.Datetime: "datetime",
    pl.Enum: "string",
    pl.Float32: "float",
    pl.Float64: "double",
    pl.Int8: "integer",
    pl.Int16: "integer",
    pl.Int32: "integer",
    pl.Int64: "long",
    pl.String: "string",
    pl.UInt8: "integer",
    pl.UInt16: "integer",
    pl.UInt32: "long",
}


class _Unknown(Exception):
    """A column's type has no name in a schema."""


def from_polars(
    df: pl.DataFrame,
    source: Any = None,
    targets: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: str | None = None,
) -> DescribedDataset:
    """Describe a polars DataFrame.

    Args:
        df: Rows to learn from.
        source: A path or address where the data is from; this program when None.
        targets: The column to predict.
        name: What to call the data.
        digest: What tells it apart from others; made from its values when None.
        predictions: The column that holds a model's predictions.

    Raises:
        InvalidParameter: `targets` or `predictions` is no column of `df`.
    """
    check_columns(df.columns, targets=targets, predictions=predictions)
    return DescribedDataset(
        name=name,
        digest=digest or str(df.hash_rows().sum()),
        source=source_of(source),
        schema=_schema(df),
        profile={
            "num_rows": df.height,
            "num_elements": df.height * df.width,
            "columns": {key: _profile(df[key]) for key in df.columns[:MAX_COLUMNS]},
        },
        content_sha256=_content_digest(df),
        data=df,
        targets=targets,
        predictions=predictions,
    )


def _schema(frame: pl.DataFrame) -> dict[str, Any] | None:
    try:
        columns = [
            {**_type_of(frame[key].dtype), "name": key, "required": frame[key].count() > 0}
            for key in frame.columns
        ]
    except _Unknown:
        return None
    return {"mlflow_colspec": columns}


def _type_of(dtype: Any) -> dict[str, Any]:
    if isinstance(dtype, pl.List | pl.Array):
        return {"type": "array", "items": _type_of(dtype.inner)}
    if isinstance(dtype, pl.Struct):
        properties = {
            field.name: {**_type_of(field.dtype), "required": True}
            for field in sorted(dtype.fields, key=lambda field: field.name)
        }
        return {"type": "object", "properties": properties}
    found = _TYPES.get(dtype.base_type())
    if found is None:
        raise _Unknown
    return {"type": found}


def _profile(column: pl.Series) -> dict[str, Any]:
    if column.dtype.is_numeric() and not column.dtype.is_decimal():
        return profile_numbers(column.drop_nulls().to_numpy(), n_missing=column.null_count())
    if column.dtype.is_temporal():
        return {"missing": column.null_count(), "min": str(column.min()), "max": str(column.max())}
    first = column.head(MAX_COUNTED).to_list()
    return profile_texts(first, n_values=column.len(), n_missing=column.null_count())


def _content_digest(frame: pl.DataFrame) -> str | None:
    """Return the digest over all values; polars' own hashes differ from version to version."""
    if not is_small_enough(int(frame.estimated_size())):
        return None
    digest = hashlib.sha256()
    for column in frame.iter_columns():
        digest.update(f"{column.name}\0{column.dtype}\0{column.len()}\0".encode())
        if column.dtype.is_numeric() and not column.dtype.is_decimal():
            digest.update(np.packbits(column.is_null().to_numpy()).data)
            digest.update(np.ascontiguousarray(column.fill_null(0).to_numpy()).view(np.uint8).data)
        else:
            digest.update(json_text(column.to_list()).encode())
    return digest.hexdigest()
