"""A JSON array with an object for each row, or JSON lines; a cell without a value is left out.

Numbers that JSON lacks are the texts `NaN`, `Infinity` and `-Infinity`; times are ISO 8601 in UTC.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from assay.errors import InvalidParameter
from assay.transfer.spelling import spell_number, spell_time
from assay.transfer.tables import Cell, Column, Reading, Rows, TableWriter, check_header

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(dict[str, str | int | float | bool | None])
_all_decoder = msgspec.json.Decoder(list[dict[str, str | int | float | bool | None]])
MAX_BYTES: Final = 1024 * 1024 * 1024


class JsonLinesFormat:
    """One object in a line."""

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        return _JsonWriter(file, columns, start=b"", between=b"\n", end=b"\n")

    def open_rows(self, path: Path, _reading: Reading) -> Rows:
        """Open the table in the file at `path`."""
        names = _names(row for _, row in _objects_in_lines(path))
        check_header(names, path)
        return Rows(names, _in_order(names, _objects_in_lines(path)))


class JsonFormat:
    """One array."""

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        return _JsonWriter(file, columns, start=b"[\n", between=b",\n", end=b"\n]\n")

    def open_rows(self, path: Path, _reading: Reading) -> Rows:
        """Open the table in the file at `path`, which is read as a whole."""
        if path.stat().st_size > MAX_BYTES:
            raise InvalidParameter(f"{str(path)!r} is too large to be one array; use JSON lines.")
        try:
            rows = _all_decoder.decode(path.read_bytes())
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise InvalidParameter(f"{str(path)!r} is no array of flat objects: {error}.") from None
        names = _names(rows)
        check_header(names, path)
        return Rows(names, _in_order(names, enumerate(rows, start=1)))


class _JsonWriter:
    def __init__(
        self, file: BinaryIO, columns: Sequence[Column], *, start: bytes, between: bytes, end: bytes
    ) -> None:
        self._file = file
        self._columns = columns
        self._between = between
        self._end = end
        self._is_first = True
        file.write(start)

    def write(self, block: Sequence[Sequence[Any]], n_rows: int) -> None:
        """Add rows."""
        names = [column.name for column in self._columns]
        spelt = [
            _spelt(column.kind, values) for column, values in zip(self._columns, block, strict=True)
        ]
        lines = (
            _encoder.encode(
                {name: cell for name, cell in zip(names, row, strict=True) if cell is not None}
            )
            for row in zip(*spelt, strict=True)
        )
        text = self._between.join(lines)
        if text:
            self._file.write(text if self._is_first else self._between + text)
            self._is_first = False

    def close(self) -> None:
        """Write what is left."""
        if not (self._is_first and self._end == b"\n"):
            self._file.write(self._end)


def _number(value: float) -> float | str:
    return value if math.isfinite(value) else spell_number(value)


_SPELT: Final[dict[str, Callable[[Any], Any]]] = {"number": _number, "time": spell_time}


def _spelt(kind: str, values: Sequence[Any]) -> Sequence[Any]:
    spell = _SPELT.get(kind)
    return values if spell is None else [None if one is None else spell(one) for one in values]


def _objects_in_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                yield number, _decoder.decode(line)
            except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
                raise InvalidParameter(
                    f"Line {number} of {str(path)!r} is no flat JSON object: {error}."
                ) from None


def _names(rows: Iterable[dict[str, Any]]) -> list[str]:
    names: dict[str, None] = {}
    for row in rows:
        names.update(dict.fromkeys(row))
    return list(names)


def _in_order(
    names: Sequence[str], rows: Iterable[tuple[int, dict[str, Any]]]
) -> Iterator[tuple[int, Sequence[Cell]]]:
    for number, row in rows:
        yield number, [row.get(name) for name in names]
