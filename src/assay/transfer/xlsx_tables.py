"""Excel workbooks, row by row; loaded only when one is asked for.

Texts are written as texts, whatever they begin with, so that none is a formula. Characters that XML
lacks travel as `_xHHHH_`, which is Excel's own way. An empty text is a single apostrophe.
Numbers keep 16 digits, one less than it takes to be exact.
Workbooks from elsewhere are hostile until they are known to be small enough and without a document type.
"""

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

from assay.errors import InvalidParameter
from assay.transfer.spelling import moment_of, spell_number
from assay.transfer.tables import Cell, Column, Reading, Rows, TableWriter, check_header
from assay.transfer.xlsx_formulas import check_formulas

try:
    from openpyxl import Workbook, load_workbook
    from openpyxl.cell import WriteOnlyCell
except ImportError as missing:
    raise InvalidParameter(
        "Excel files need openpyxl, which is not installed: pip install 'assay[xlsx]'."
    ) from missing

MAX_ROWS: Final = 1_048_576
MAX_COLUMNS: Final = 16_384
MAX_CELL: Final = 32_767
MAX_UNPACKED: Final = 2 * 1024**3
MAX_RATIO: Final = 500
_SMALL: Final = 64 * 1024**2
_EXACT: Final = 2**53
_LARGEST: Final = 1.797693134862315e308
_FIRST_YEAR: Final = 1901
_DOCTYPE_WITHIN: Final = 4096
_UNWRITABLE: Final = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_APOSTROPHES: Final = re.compile(r"'*")
_NOT_TEXT_BY_ITSELF: Final = ("=", "#")


class XlsxFormat:
    """The first sheet of a workbook."""

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        return _XlsxWriter(file, columns)

    def open_rows(self, path: Path, reading: Reading) -> Rows:
        """Open the table in the file at `path`."""
        _check_archive(path)
        rows = _rows(path, reading.sheet)
        _, header = next(rows, (0, ()))
        names = ["" if cell is None else str(cell) for cell in header]
        check_header(names, path)
        return Rows(names, rows)


class _XlsxWriter:
    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        if len(columns) > MAX_COLUMNS:
            raise InvalidParameter(
                f"An Excel sheet has at most {MAX_COLUMNS:,} columns, not {len(columns):,}. "
                "Choose columns, or another format."
            )
        self._file = file
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("runs")
        self._sheet.freeze_panes = "B2"
        self._columns = columns
        self._n_rows = 1
        self._sheet.append([self._text(column.name) for column in columns])

    def write(self, block: Sequence[Sequence[Any]], n_rows: int) -> None:
        """Add rows."""
        self._n_rows += n_rows
        if self._n_rows > MAX_ROWS:
            raise InvalidParameter(
                f"An Excel sheet has at most {MAX_ROWS:,} rows. Filter, or choose another format."
            )
        makers: dict[str, Callable[[Any], Any]] = {
            "text": self._text,
            "number": _number,
            "integer": _integer,
            "time": _time,
        }
        cells = (
            [None if value is None else makers[column.kind](value) for value in values]
            for column, values in zip(self._columns, block, strict=True)
        )
        for row in zip(*cells, strict=True):
            self._sheet.append(row)

    def close(self) -> None:
        """Write the workbook."""
        self._book.save(self._file)

    def _text(self, text: str) -> Any:
        spelt = _UNWRITABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
        if _APOSTROPHES.fullmatch(spelt):
            spelt = f"'{spelt}"
        if len(spelt) > MAX_CELL:
            raise InvalidParameter(
                f"A text of {len(text):,} characters does not fit into an Excel cell, which has at most "
                f"{MAX_CELL:,}. Choose columns, or another format."
            )
        if not spelt.startswith(_NOT_TEXT_BY_ITSELF):
            return spelt
        cell = WriteOnlyCell(self._sheet, spelt)
        cell.data_type = "s"
        return cell


def _number(value: float) -> float | str:
    """Return what to write for a number: a text when a cell would make infinity of it."""
    return value if abs(value) <= _LARGEST else spell_number(value)


def _integer(value: int) -> int | str:
    return value if abs(value) <= _EXACT else str(value)


def _time(milliseconds: int) -> datetime | str:
    moment = moment_of(milliseconds)
    if moment is None or moment.year < _FIRST_YEAR:
        return str(milliseconds)
    return moment.replace(tzinfo=None)


def _rows(path: Path, sheet: str | None) -> Iterator[tuple[int, Sequence[Cell]]]:
    # openpyxl meets broken workbooks with whatever its parser stumbled over.
    try:
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        raise _broken(path, error) from error
    try:
        for number, row in enumerate(_values(path, book, sheet), start=1):
            if any(cell is not None for cell in row):
                yield number, list(map(_cell, row))
    finally:
        book.close()


def _values(path: Path, book: Any, sheet: str | None) -> Iterator[Sequence[Any]]:
    if sheet is not None and sheet not in book.sheetnames:
        known = ", ".join(map(repr, book.sheetnames))
        raise InvalidParameter(f"{str(path)!r} has no sheet {sheet!r}; it has {known}.")
    try:
        chosen = book[sheet] if sheet is not None else book.worksheets[0]
        check_formulas(path, chosen._worksheet_path)  # noqa: SLF001 only the reader knows it
        chosen.reset_dimensions()
        yield from chosen.iter_rows(values_only=True)
    except (GeneratorExit, InvalidParameter):
        raise
    except Exception as error:
        raise _broken(path, error) from error


def _cell(value: Any) -> Cell:
    if isinstance(value, str):
        if value and _APOSTROPHES.fullmatch(value):
            return value[1:]
        return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), value)
    if value is None or isinstance(value, bool | int | float | datetime):
        return value
    return str(value)


def _check_archive(path: Path) -> None:
    """Raise InvalidParameter unless the file is an archive that unpacks to a sane size."""
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            packed = max(1, path.stat().st_size)
            if unpacked > MAX_UNPACKED or (unpacked > _SMALL and unpacked / packed > MAX_RATIO):
                raise InvalidParameter(
                    f"{str(path)!r} would unpack to {unpacked:,} bytes, which is not read. Save it as CSV."
                )
            for member in archive.infolist():
                _check_member(path, archive, member)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _broken(path, error) from None


def _check_member(path: Path, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> None:
    if not member.filename.endswith((".xml", ".rels")):
        return
    with archive.open(member) as content:
        if b"<!DOCTYPE" in content.read(_DOCTYPE_WITHIN):
            raise InvalidParameter(f"{str(path)!r} declares a document type, which is not read.")


def _broken(path: Path, error: Exception) -> InvalidParameter:
    return InvalidParameter(f"{str(path)!r} is no Excel workbook that can be read: {error}.")
