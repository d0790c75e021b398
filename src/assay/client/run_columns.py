"""Pages of runs joined into whole columns, the common ground of all kinds of data frames."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.client.run_rows import (
    NumberColumn,
    RowColumn,
    RunHistory,
    RunRows,
    TextColumn,
    TimeColumn,
)

FRAME_ATTRIBUTES: Final = (
    "run_id",
    "experiment_id",
    "status",
    "artifact_uri",
    "start_time",
    "end_time",
)
GROUPS: Final = ("metrics.", "params.", "tags.")


class WholeColumn(msgspec.Struct, frozen=True, eq=False):
    """All values of a column: floats, milliseconds, or texts as objects; what is missing by `is_missing`."""

    kind: str
    values: NDArray[Any]
    is_missing: NDArray[np.bool_]


def join_pages(
    pages: Iterable[RunRows], attributes: Sequence[str] = FRAME_ATTRIBUTES
) -> dict[str, WholeColumn]:
    """Return attributes, then metrics, params and tags, each in order of meeting."""
    parts = list(pages)
    names = dict.fromkeys(name for page in parts for name in page.columns)
    ordered = [name for name in attributes if name in names]
    ordered += [name for group in GROUPS for name in names if name.startswith(group)]
    return {
        name: _joined([(page.n_runs, page.columns.get(name)) for page in parts]) for name in ordered
    }


def join_histories(histories: Iterable[RunHistory]) -> dict[str, WholeColumn]:
    """Return the columns `run_id`, `key`, `step`, `timestamp` and `value` of all points.

    Histories of ranks have a column `rank` too.
    """
    parts = list(histories)
    sizes = [len(part.values) for part in parts]
    columns: Mapping[str, tuple[str, NDArray[Any]]] = {
        "run_id": ("text", _repeated([part.run_id for part in parts], sizes)),
        "key": ("text", _repeated([part.key for part in parts], sizes)),
        **_ranks([part.rank for part in parts], sizes),
        "step": ("integer", _joined_arrays([part.steps for part in parts], np.int64)),
        "timestamp": ("time", _joined_arrays([part.timestamps for part in parts], np.int64)),
        "value": ("number", _joined_arrays([part.values for part in parts], np.float64)),
    }
    none = np.zeros(sum(sizes), np.bool_)
    return {name: WholeColumn(kind, values, none) for name, (kind, values) in columns.items()}


def _ranks(
    ranks: Sequence[int | None], sizes: Sequence[int]
) -> dict[str, tuple[str, NDArray[Any]]]:
    known = [rank for rank in ranks if rank is not None]
    if len(known) < len(ranks) or not known:
        return {}
    return {"rank": ("integer", np.repeat(np.array(known, np.int64), sizes))}


def _repeated(texts: Sequence[str], sizes: Sequence[int]) -> NDArray[Any]:
    known: NDArray[Any] = np.array(texts, object)
    return np.repeat(known, sizes)


def _joined_arrays(parts: Sequence[NDArray[Any]], kind: type[Any]) -> NDArray[Any]:
    return np.concatenate(parts) if parts else np.empty(0, kind)


def _joined(parts: Sequence[tuple[int, RowColumn | None]]) -> WholeColumn:
    known = [column for _, column in parts if column is not None]
    if isinstance(known[0], TextColumn):
        texts = [_texts(n_runs, column) for n_runs, column in parts]
        missing = [_no_code(n_runs, column) for n_runs, column in parts]
        return WholeColumn("text", np.concatenate(texts), np.concatenate(missing))
    is_time = isinstance(known[0], TimeColumn)
    values = [_values(n_runs, column, is_time=is_time) for n_runs, column in parts]
    missing = [_missing(n_runs, column) for n_runs, column in parts]
    kind = "time" if is_time else "number"
    return WholeColumn(kind, np.concatenate(values), np.concatenate(missing))


def _texts(n_runs: int, column: RowColumn | None) -> NDArray[Any]:
    return column.texts() if isinstance(column, TextColumn) else np.full(n_runs, None, object)


def _no_code(n_runs: int, column: RowColumn | None) -> NDArray[np.bool_]:
    return column.codes < 0 if isinstance(column, TextColumn) else np.ones(n_runs, np.bool_)


def _values(n_runs: int, column: RowColumn | None, *, is_time: bool) -> NDArray[Any]:
    if isinstance(column, NumberColumn | TimeColumn):
        return column.values
    return np.zeros(n_runs, np.int64) if is_time else np.full(n_runs, np.nan)


def _missing(n_runs: int, column: RowColumn | None) -> NDArray[np.bool_]:
    if not isinstance(column, NumberColumn | TimeColumn):
        return np.ones(n_runs, np.bool_)
    return np.zeros(n_runs, np.bool_) if column.is_missing is None else column.is_missing
