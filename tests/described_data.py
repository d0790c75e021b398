"""Data of many kinds, whose descriptions by MLflow 3.6 (pandas 2.3, polars 2.1) are in `described_data.json`.

The values were made with `mlflow.data.from_pandas`, `from_numpy` and `from_polars` on these very cases.
"""

import numpy as np
import pandas as pd


def frames():
    n = 25
    i = np.arange(n)
    yield (
        "numbers",
        pd.DataFrame(
            {
                "a": i,
                "b": i / 7.0,
                "c": i.astype("float32"),
                "d": i.astype("int8"),
                "e": i.astype("uint16"),
                "f": i.astype("uint32"),
                "g": i.astype("int32"),
                "h": i % 2 == 0,
            }
        ),
    )
    yield "text", pd.DataFrame({"word": [f"w{k}" for k in i], "x": i})
    yield "missing_numbers", pd.DataFrame({"x": [1.0, np.nan, 3.0], "y": [1, 2, 3]})
    yield (
        "missing_text",
        pd.DataFrame({"s": pd.Series(["a", None, "c"], dtype=object), "y": [1, 2, 3]}),
    )
    yield (
        "times",
        pd.DataFrame(
            {
                "t": pd.to_datetime(["2024-01-01", "2024-01-02"]).astype("datetime64[ns]"),
                "y": [1, 2],
            }
        ),
    )
    yield "category", pd.DataFrame({"c": pd.Categorical(["x", "y", "x"]), "y": [1, 2, 3]})
    yield "lists", pd.DataFrame({"l": [[1, 2], [3]], "y": [1, 2]})
    yield "mixed", pd.DataFrame({"m": pd.Series(["a", 1, 2.0], dtype=object), "z": [1, 2, 3]})
    yield (
        "empty",
        pd.DataFrame({"x": np.array([], dtype="float64"), "s": pd.Series([], dtype=object)}),
    )
    yield "no_columns", pd.DataFrame(index=range(3))
    yield "integer_names", pd.DataFrame({0: [1.0, 2.0], 1: [3.0, 4.0]})
    yield "indexed", pd.DataFrame({"x": [1, 2]}, index=["a", "b"])
    yield (
        "nullable",
        pd.DataFrame(
            {
                "x": pd.Series([1, None, 3], dtype="Int64"),
                "y": pd.Series([1.5, None, 2.5], dtype="Float64"),
                "b": pd.Series([True, False, None], dtype="boolean"),
                "s": pd.Series(["a", "b", None], dtype="string"),
            }
        ),
    )
    m = np.arange(12_345)
    yield "long", pd.DataFrame({"x": m * 0.5, "y": m % 3, "s": [str(k % 17) for k in m]})
    yield (
        "long_text_ends",
        pd.DataFrame({"x": m, "s": pd.Series([str(k) for k in m[:-1]] + [None], dtype=object)}),
    )
    yield "bytes", pd.DataFrame({"b": [b"x", b"y"], "y": [1, 2]})
    yield "complex", pd.DataFrame({"z": np.array([1 + 2j, 3]), "y": [1, 2]})


def arrays():
    r = np.arange(60, dtype="float64").reshape(5, 4, 3)
    yield "cube", r, None
    yield "pair", r.reshape(15, 4), np.arange(15)
    yield "bytes8", (r * 4 % 256).astype("uint8"), None
    yield "half", r.astype("float16"), None
    yield "single", r.astype("float32"), None
    yield "bool", r % 2 == 0, None
    yield "text", np.array(["a", "bb", "c"]), None
    yield "object", np.array(["a", "b"], dtype=object), None
    yield "mixed_object", np.array(["a", 1, None], dtype=object), None
    yield "lists_object", np.array([[1], [1, 2], None], dtype=object), None
    yield "complex", np.array([1 + 2j, 4 - 3j]), None
    yield "times", np.array(["2024-01-01", "2024-05-02"], dtype="datetime64[ns]"), None
    yield "nan", np.array([0.0, -1.5, np.nan, np.inf]), None
    yield "empty", np.empty((0, 3)), None
    yield "scalar", np.array(3.5), None
    yield "long", np.arange(30_000, dtype="int64").reshape(-1, 2), np.arange(15_000) % 2
    yield "named", {"b": np.arange(4), "a": np.eye(2)}, {"t": np.arange(2)}
    yield "int8", np.arange(-5, 5, dtype="int8"), None
    yield "raw_bytes", np.array([b"ab", b"c"]), None


def polars_frames():
    import datetime as dt

    import polars as pl

    yield (
        "numbers",
        pl.DataFrame(
            {"a": [1, 2, 3], "b": [1.5, None, 3.0], "s": ["x", "y", None], "t": [True, False, True]}
        ),
    )
    yield (
        "narrow",
        pl.DataFrame(
            {
                "a": pl.Series([1, 2], dtype=pl.Int8),
                "b": pl.Series([1, 2], dtype=pl.UInt32),
                "c": pl.Series([1.0, 2.0], dtype=pl.Float32),
                "d": pl.Series([1, 2], dtype=pl.UInt64),
            }
        ),
    )
    yield (
        "times",
        pl.DataFrame(
            {
                "t": [dt.datetime(2024, 1, 1), None],  # noqa: DTZ001 a time without a zone is the case
                "d": [dt.date(2024, 1, 1), dt.date(2024, 1, 2)],
                "y": [1, 2],
            }
        ),
    )
    yield (
        "nested",
        pl.DataFrame(
            {"l": [[1, 2], [3]], "s": [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}], "y": [1, 2]}
        ),
    )
    yield "all_missing", pl.DataFrame({"x": pl.Series([None, None], dtype=pl.Float64), "y": [1, 2]})
    yield "long", pl.DataFrame({"x": list(range(12_345)), "s": [str(k % 7) for k in range(12_345)]})
