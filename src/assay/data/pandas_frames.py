"""Describing pandas DataFrames; loaded only when one is given."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd  # noqa: TID253 this file exists to keep pandas out of the others

from assay.data.arrays import MAX_DIGESTED
from assay.data.content_digests import digest_hashes, is_small_enough
from assay.data.described import DescribedDataset, check_columns, json_text, md5_digest
from assay.data.profiles import MAX_COLUMNS, MAX_COUNTED, profile_numbers, profile_texts
from assay.data.sources import source_of

# By kind and size in bytes of a column's type.
_TYPES: Final = {
    ("b", 1): "boolean",
    ("i", 1): "integer",
    ("i", 2): "integer",
    ("i", 4): "integer",
    ("i", 8): "long",
    ("u", 1): "integer",
    ("u", 2): "integer",
    ("u", 4): "long",
    ("f", 4): "float",
    ("f", 8): "double",
    ("M", 8): "datetime",
}
_SCALARS: Final = {
    str: "string",
    bytes: "binary",
    bool: "boolean",
    int: "long",
    float: "double",
    np.str_: "string",
    np.bool_: "boolean",
    np.int64: "long",
    np.float64: "double",
}


class _Unknown(Exception):
    """A column's type has no name in a schema."""


def from_pandas(
    df: pd.DataFrame,
    source: Any = None,
    targets: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    predictions: str | None = None,
) -> DescribedDataset:
    """Describe a DataFrame.

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
        digest=digest or frame_digest(df),
        source=source_of(source),
        schema=frame_schema(df),
        profile={
            "num_rows": len(df),
            "num_elements": int(df.size),
            "columns": {
                str(key): _profile(df.iloc[:, place])
                for place, key in enumerate(df.columns[:MAX_COLUMNS])
            },
        },
        content_sha256=_content_digest(df),
        data=df,
        targets=targets,
        predictions=predictions,
    )


def frame_digest(frame: pd.DataFrame) -> str:
    """Return MLflow's digest: of the first 10,000 rows of text and numbers, the size, the names."""
    first = frame.head(MAX_DIGESTED)
    is_text = [
        all(type(value) is str for value in frame.iloc[:, place]) for place in range(frame.shape[1])
    ]
    numbers = first.select_dtypes(include=[np.number]).columns
    hashed = pd.util.hash_pandas_object(first[first.columns[is_text].union(numbers)])
    names = (str(key).encode() for key in frame.columns)
    return md5_digest(hashed.to_numpy().tobytes(), np.int64(len(frame)).tobytes(), *names)


def frame_schema(frame: pd.DataFrame) -> Mapping[str, Any] | None:
    """Return the columns with their types; None when one has a type without a name."""
    try:
        columns = [_column(key, frame.iloc[:, place]) for place, key in enumerate(frame.columns)]
    except _Unknown:
        return None
    return {"mlflow_colspec": columns} if columns else None


def _column(key: Any, column: "pd.Series[Any]") -> dict[str, Any]:
    spec = _type_of_column(column)
    name = key if isinstance(key, int) else str(key)
    return {**spec, "name": name, "required": not bool(column.isna().any())}


def _type_of_column(column: "pd.Series[Any]") -> dict[str, Any]:
    dtype: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
    kind = (getattr(dtype, "kind", "O"), getattr(dtype, "itemsize", 0))
    if kind in _TYPES:
        return {"type": _TYPES[kind]}
    if kind[0] != "O":
        raise _Unknown
    present = [value for value in column if not _is_missing(value)]
    if not present:
        return {"type": "string"}
    return _type_of_values(present)


def _type_of_values(values: list[Any]) -> dict[str, Any]:
    kinds = {type(value) for value in values}
    if kinds <= {list, tuple, np.ndarray}:
        items = [item for value in values for item in value]
        return {"type": "array", "items": _type_of_values(items)}
    if kinds == {dict}:
        return {"type": "object", "properties": _properties(values)}
    names = {_SCALARS.get(kind) for kind in kinds}
    found = names.pop() if len(names) == 1 else None
    if found is None:
        raise _Unknown
    return {"type": found}


def _properties(values: list[dict[Any, Any]]) -> dict[str, Any]:
    keys = sorted({str(key) for value in values for key in value})
    return {
        key: {
            **_type_of_values([value[key] for value in values if key in value]),
            "required": all(key in value for value in values),
        }
        for key in keys
    }


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value is pd.NaT or (value != value) is True


def _profile(column: "pd.Series[Any]") -> dict[str, Any]:
    dtype: Any = getattr(column.dtype, "numpy_dtype", column.dtype)
    kind = getattr(dtype, "kind", "O")
    if kind in "biuf":
        present = column.dropna()
        numbers = present.to_numpy(dtype=dtype)
        return profile_numbers(numbers, n_missing=len(column) - len(present))
    if kind == "M":
        present = column.dropna()
        missing = {"missing": len(column) - len(present)}
        if present.empty:
            return missing
        return {**missing, "min": present.min().isoformat(), "max": present.max().isoformat()}
    first = [None if _is_missing(value) else value for value in column[:MAX_COUNTED]]
    n_missing = int(column.isna().sum())
    return profile_texts(first, n_values=len(column), n_missing=n_missing)


def _content_digest(frame: pd.DataFrame) -> str | None:
    if not is_small_enough(int(frame.memory_usage(index=True).sum())):
        return None
    head = json_text([[str(key), str(dtype)] for key, dtype in frame.dtypes.items()])
    try:
        rows = pd.util.hash_pandas_object(frame).to_numpy()
    except TypeError:  # lists and dictionaries in cells
        return None
    return digest_hashes(head, [rows])
