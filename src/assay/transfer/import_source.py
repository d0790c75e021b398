"""Where rows come from: a file of any format that can be read, or a data frame; opened for each pass."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from assay.errors import InvalidParameter
from assay.transfer.tables import Cell, Reading, Rows, check_header, format_of, table_format

_EXACT_TIMES: Final = frozenset({"parquet", "arrow"})


class ImportSource(msgspec.Struct, frozen=True):
    """A table that can be read again and again; `name` is for messages, `stem` names its runs."""

    name: str
    stem: str
    has_exact_times: bool
    open_rows: Callable[[], Rows]


def import_source(source: Any, *, file_format: str | None, reading: Reading) -> ImportSource:
    """Return the table in a file, or in a pandas or polars data frame.

    Raises:
        InvalidParameter: There is no such file, or it is of no known format.
    """
    if not isinstance(source, str | Path):
        return ImportSource("the data frame", "row", False, lambda: _frame_rows(source))
    path = Path(source)
    if not path.is_file():
        raise InvalidParameter(f"There is no file {str(path)!r}.")
    name = format_of(path, file_format)
    kind = table_format(name)
    return ImportSource(
        str(path), path.stem, name in _EXACT_TIMES, lambda: kind.open_rows(path, reading)
    )


def _frame_rows(frame: Any) -> Rows:
    """Return the rows of a frame of pandas or polars, numbered from 1."""
    if hasattr(frame, "itertuples"):
        rows = map(_without_gaps, frame.itertuples(index=False, name=None))
    elif hasattr(frame, "iter_rows"):
        rows = map(_plain, frame.iter_rows())
    else:
        raise InvalidParameter(
            f"Runs are imported from a file or a data frame, not from {type(frame).__name__}."
        )
    names = [str(name) for name in frame.columns]
    check_header(names, Path("the data frame"))
    return Rows(names, _numbered(rows))


def _numbered(rows: Iterator[Sequence[Cell]]) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in enumerate(rows, start=1):
        if any(cell is not None for cell in row):
            yield number, row


def _without_gaps(row: Sequence[Any]) -> list[Cell]:
    """Return cells of pandas, which marks what is missing by values that are unequal to themselves."""
    return [None if value is None or _is_gap(value) else _cell(value) for value in row]


def _is_gap(value: Any) -> bool:
    try:
        return bool(value != value)
    except TypeError:
        # pandas.NA, of which nothing is true or false.
        return True


def _plain(row: Sequence[Any]) -> list[Cell]:
    return [None if value is None else _cell(value) for value in row]


def _cell(value: Any) -> Cell:
    if isinstance(value, bool | int | float | str | datetime):
        return value
    return str(value)
