"""Comma-separated values, as RFC 4180 has them, and tab-separated ones."""

import contextlib
import csv
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from assay.entities.names import MAX_NATIVE_VALUE
from assay.errors import InvalidParameter
from assay.transfer.spelling import guard_text, spell_number, spell_time, unguard_text
from assay.transfer.tables import Cell, Column, Reading, Rows, TableWriter, check_header

_SEPARATORS: Final = (",", ";", "\t")
_SPELT: Final[dict[str, Callable[[Any], str]]] = {
    "text": guard_text,
    "number": spell_number,
    "integer": str,
    "time": spell_time,
}
_UTF_16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_START_BYTES: Final = 4096
_MAX_CELL: Final = 2 * MAX_NATIVE_VALUE + 2


class CsvFormat:
    """Cells between commas, or what the header seems to be separated by; UTF-8."""

    separator: str | None = None

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        return _CsvWriter(file, columns, self.separator or ",")

    def open_rows(self, path: Path, reading: Reading) -> Rows:
        """Open the table in the file at `path`."""
        rows = _lines(path, reading, reading.delimiter or self.separator)
        _, names = next(rows, (0, []))
        check_header(names, path)
        return Rows(names, ((number, list(map(_cell, row))) for number, row in rows if any(row)))


class TsvFormat(CsvFormat):
    """Cells between tabs."""

    separator = "\t"


class _CsvWriter:
    def __init__(self, file: BinaryIO, columns: Sequence[Column], separator: str) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
        # The usual end of line makes the writer quote a carriage return inside of a cell.
        self._writer = csv.writer(self._text, delimiter=separator, lineterminator="\r\n")
        self._spelt = [_SPELT[column.kind] for column in columns]
        self._writer.writerow([guard_text(column.name) for column in columns])

    def write(self, block: Sequence[Sequence[Any]], n_rows: int) -> None:
        """Add rows."""
        spelt = (
            ["" if value is None else spell(value) for value in values]
            for spell, values in zip(self._spelt, block, strict=True)
        )
        self._writer.writerows(zip(*spelt, strict=True))

    def close(self) -> None:
        """Write what is left."""
        self._text.flush()
        self._text.detach()


def _cell(text: str) -> Cell:
    return unguard_text(text) if text else None


def _lines(path: Path, reading: Reading, separator: str | None) -> Iterator[tuple[int, list[str]]]:
    """Yield the number and the cells of each row, the header first."""
    encoding = _encoding_of(path, reading.encoding)
    with _opened(path, encoding) as file, _long_cells():
        reader: Any = None
        try:
            first = file.readline()
            file.seek(0)
            reader = csv.reader(file, delimiter=separator or _separator_of(first), strict=True)
            yield from enumerate(reader, start=1)
        except UnicodeDecodeError as error:
            raise _not_text(path, reading.encoding, error) from None
        except csv.Error as error:
            line = 1 if reader is None else reader.line_num
            raise InvalidParameter(f"{str(path)!r} is broken in line {line}: {error}.") from None


def _encoding_of(path: Path, wanted: str) -> str:
    """Return the encoding to read in: UTF-16 is known by its mark, and a mark of UTF-8 is passed over."""
    with path.open("rb") as file:
        start = file.read(_START_BYTES)
    is_utf_8 = wanted.lower() in {"utf-8", "utf8"}
    if is_utf_8 and start.startswith(_UTF_16_MARKS):
        return "utf-16"
    if is_utf_8 and b"\x00" in start:
        raise InvalidParameter(f"{str(path)!r} is no text: it has NUL bytes. Is it a CSV file?")
    return "utf-8-sig" if is_utf_8 else wanted


def _opened(path: Path, encoding: str) -> Any:
    try:
        return path.open(encoding=encoding, newline="")
    except LookupError:
        raise InvalidParameter(f"There is no encoding {encoding!r}.") from None


@contextlib.contextmanager
def _long_cells() -> Iterator[None]:
    before = csv.field_size_limit(max(_MAX_CELL, csv.field_size_limit()))
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _separator_of(header: str) -> str:
    return max(_SEPARATORS, key=lambda sign: (header.count(sign), -_SEPARATORS.index(sign)))


def _not_text(path: Path, encoding: str, error: UnicodeDecodeError) -> InvalidParameter:
    byte = error.object[error.start]
    return InvalidParameter(
        f"{str(path)!r} is not encoded in {encoding}: it has the byte 0x{byte:02x}. "
        f"If another program wrote it, try the encoding 'cp1252'."
    )
