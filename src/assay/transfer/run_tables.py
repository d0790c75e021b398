"""Runs and histories as tables in files, written block by block."""

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from assay.client.connection import Connection
from assay.client.run_columns import WholeColumn, join_histories, join_pages
from assay.client.run_query import RunQuery
from assay.client.run_rows import (
    TEXT_ATTRIBUTES,
    TIME_ATTRIBUTES,
    RunRows,
    iter_histories,
    iter_run_rows,
)
from assay.errors import InvalidParameter
from assay.transfer.tables import Column, Kind, TableWriter, format_of, table_format

ATTRIBUTES: Final = (*TEXT_ATTRIBUTES[:5], *TIME_ATTRIBUTES, *TEXT_ATTRIBUTES[5:])
HISTORY_COLUMNS: Final = (
    Column("run_id", "text"),
    Column("key", "text"),
    Column("step", "integer"),
    Column("timestamp", "time"),
    Column("value", "number"),
)
_BLOCK_ROWS: Final = 1000
_KINDS: Final[dict[str, Kind]] = {
    "text": "text",
    "number": "number",
    "time": "time",
    "integer": "integer",
}


def write_runs(
    connection: Connection,
    query: RunQuery,
    path: Path,
    *,
    file_format: str | None,
    advance: Callable[[int], object],
) -> int:
    """Write a row for each run that is found, and return their number."""
    kind = table_format(format_of(path, file_format))
    # A column may be met in the last run only, and a header comes first: columns are kept, not rows.
    joined = _ordered(join_pages(_counted(connection, query, advance), ATTRIBUTES), query.columns)
    with _new_file(path) as file:
        writer = kind.open_writer(file, _header(joined))
        return _write_blocks(writer, list(joined.values()))


def write_histories(
    connection: Connection,
    run_ids: Sequence[str],
    keys: Sequence[str] | None,
    path: Path,
    *,
    file_format: str | None,
    advance: Callable[[int], object],
) -> int:
    """Write a row for each point, and return their number."""
    kind = table_format(format_of(path, file_format))
    n_points = 0
    with _new_file(path) as file:
        writer = kind.open_writer(file, HISTORY_COLUMNS)
        for history in iter_histories(connection, run_ids, keys):
            columns = list(join_histories([history]).values())
            n_points += _write_rows(writer, columns)
            advance(len(history.values))
        writer.close()
    return n_points


def _counted(
    connection: Connection, query: RunQuery, advance: Callable[[int], object]
) -> Iterator[RunRows]:
    for page in iter_run_rows(connection, query):
        advance(page.n_runs)
        yield page


def _ordered(
    joined: Mapping[str, WholeColumn], chosen: Sequence[str] | None
) -> dict[str, WholeColumn]:
    """Return the columns in the order that was asked for, behind those that every run has."""
    first = [name for name in ATTRIBUTES if name in joined]
    rest = [name for name in joined if name not in first]
    if chosen is not None:
        rest = [name for name in dict.fromkeys(chosen) if name in rest]
    return {name: joined[name] for name in (*first, *rest)}


def _header(columns: Mapping[str, WholeColumn]) -> list[Column]:
    return [Column(name, _KINDS[column.kind]) for name, column in columns.items()]


def _write_blocks(writer: TableWriter, columns: Sequence[WholeColumn]) -> int:
    n_rows = _write_rows(writer, columns)
    writer.close()
    return n_rows


def _write_rows(writer: TableWriter, columns: Sequence[WholeColumn]) -> int:
    n_rows = len(columns[0].values)
    for start in range(0, n_rows, _BLOCK_ROWS):
        block = [_cells(column, start, start + _BLOCK_ROWS) for column in columns]
        writer.write(block, len(block[0]))
    return n_rows


def _cells(column: WholeColumn, start: int, end: int) -> list[Any]:
    values = column.values[start:end].tolist()
    is_missing = column.is_missing[start:end]
    if not is_missing.any():
        cells: list[Any] = values
        return cells
    return [
        None if missing else value
        for value, missing in zip(values, is_missing.tolist(), strict=True)
    ]


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes the place of `path` when the block ends well, and vanishes otherwise."""
    folder = path.absolute().parent
    if path.is_dir() or not folder.is_dir():
        raise InvalidParameter(f"{str(path)!r} cannot be written: there must be a folder for it.")
    number, name = tempfile.mkstemp(prefix=f".{path.name[:50]}-", dir=folder)
    try:
        with os.fdopen(number, "wb") as file:
            yield file
        Path(name).chmod(0o666 & ~_mask())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mask() -> int:
    """Return which permissions new files of this process do not get."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
