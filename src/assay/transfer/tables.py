"""Tables in files: what every format offers, and the table of formats.

A table is a header and rows of cells. Cells are texts, numbers, booleans, moments, or None where there is
nothing. What the columns mean is `run_tables.py`'s.
"""

import pkgutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final, Literal, NamedTuple, Protocol

import msgspec

from assay.errors import InvalidParameter

Cell = str | int | float | bool | datetime | None
Kind = Literal["text", "number", "time", "integer"]

MAX_COLUMNS: Final = 100_000
FORMATS: Final = {
    "csv": "assay.transfer.csv_tables:CsvFormat",
    "tsv": "assay.transfer.csv_tables:TsvFormat",
    "xlsx": "assay.transfer.xlsx_tables:XlsxFormat",
    "json": "assay.transfer.json_tables:JsonFormat",
    "jsonl": "assay.transfer.json_tables:JsonLinesFormat",
    "parquet": "assay.transfer.arrow_tables:ParquetFormat",
    "arrow": "assay.transfer.arrow_tables:ArrowFormat",
}
_OTHER_SUFFIXES: Final = {"feather": "arrow", "ipc": "arrow", "ndjson": "jsonl", "xlsm": "xlsx"}


class Column(msgspec.Struct, frozen=True):
    """A column of a table to write; times are milliseconds since the epoch."""

    name: str
    kind: Kind


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """How to read texts: what separates cells, which encoding, which sign marks decimals; which sheet."""

    delimiter: str | None = None
    encoding: str = "utf-8"
    sheet: str | None = None


class Rows(NamedTuple):
    """An open table: its header, and its rows with the number that a spreadsheet shows for each."""

    names: Sequence[str]
    rows: Iterator[tuple[int, Sequence[Cell]]]


class TableWriter(Protocol):
    """Writes one table, block by block."""

    def write(self, block: Sequence[Sequence[Any]], n_rows: int) -> None:
        """Add rows, given as one list for each column, None where there is nothing."""
        ...

    def close(self) -> None:
        """Write what is left; the file stays open."""
        ...


class TableFormat(Protocol):
    """A kind of file."""

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        ...

    def open_rows(self, path: Path, reading: Reading) -> Rows:
        """Open the table in the file at `path`.

        Raises:
            InvalidParameter: It is broken or too large.
        """
        ...


def table_format(name: str) -> TableFormat:
    """Return the format called `name`, importing its library on first use.

    Raises:
        InvalidParameter: It is unknown, or its library is not installed.
    """
    target = FORMATS.get(name)
    if target is None:
        known = ", ".join(FORMATS)
        raise InvalidParameter(f"The format {name!r} is unknown. Use one of {known}.")
    made: TableFormat = pkgutil.resolve_name(target)()
    return made


def format_of(path: Path, name: str | None = None) -> str:
    """Return the name of a file's format: as given, else by its suffix.

    Raises:
        InvalidParameter: The suffix is of no known format.
    """
    suffix = (name or path.suffix).removeprefix(".").lower()
    suffix = _OTHER_SUFFIXES.get(suffix, suffix)
    if suffix not in FORMATS:
        known = ", ".join(f".{one}" for one in FORMATS)
        raise InvalidParameter(
            f"The format of {str(path)!r} is not known by its suffix. Name the file {known}, or say which."
        )
    return suffix


def check_header(names: Sequence[str], path: Path) -> None:
    """Raise InvalidParameter when a table has no columns, or too many."""
    if not any(names):
        raise InvalidParameter(f"{str(path)!r} has no header: its first row is empty.")
    if len(names) > MAX_COLUMNS:
        raise InvalidParameter(
            f"{str(path)!r} has {len(names):,} columns; at most {MAX_COLUMNS:,} can be read."
        )
