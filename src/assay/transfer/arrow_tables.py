"""Parquet and Arrow files (Feather), batch by batch; loaded only when one is asked for."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from assay.errors import InvalidParameter
from assay.transfer.tables import Cell, Column, Reading, Rows, TableWriter, check_header

try:
    import pyarrow as pa
    from pyarrow import ipc, parquet
except ImportError as missing:
    raise InvalidParameter(
        "Parquet and Arrow files need pyarrow, which is not installed: pip install 'assay[arrow]'."
    ) from missing

_TYPES: Final = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "time": pa.timestamp("ms", tz="UTC"),
}
_BATCH_ROWS: Final = 1000


class ParquetFormat:
    """Columns compressed with zstandard."""

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        schema = _schema(columns)
        return _ArrowWriter(parquet.ParquetWriter(file, schema, compression="zstd"), schema)

    def open_rows(self, path: Path, _reading: Reading) -> Rows:
        """Open the table in the file at `path`."""
        try:
            file = parquet.ParquetFile(path)
        except (pa.ArrowException, OSError) as error:
            raise _broken(path, error) from None
        return _rows(path, file.schema_arrow, _batches(path, file))


class ArrowFormat:
    """The Arrow file format, which is also that of Feather."""

    def open_writer(self, file: BinaryIO, columns: Sequence[Column]) -> TableWriter:
        """Begin a table in `file`."""
        schema = _schema(columns)
        return _ArrowWriter(ipc.new_file(file, schema), schema)

    def open_rows(self, path: Path, _reading: Reading) -> Rows:
        """Open the table in the file at `path`."""
        try:
            reader = ipc.open_file(pa.memory_map(str(path)))
        except (pa.ArrowException, OSError) as error:
            raise _broken(path, error) from None
        batches = (reader.get_batch(place) for place in range(reader.num_record_batches))
        return _rows(path, reader.schema, batches)


class _ArrowWriter:
    def __init__(self, writer: Any, schema: Any) -> None:
        self._writer = writer
        self._schema = schema

    def write(self, block: Sequence[Sequence[Any]], n_rows: int) -> None:
        """Add rows."""
        arrays = [
            pa.array(values, field.type, from_pandas=False)
            for values, field in zip(block, self._schema, strict=True)
        ]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))

    def close(self) -> None:
        """Write what is left."""
        self._writer.close()


def _schema(columns: Sequence[Column]) -> Any:
    return pa.schema([pa.field(column.name, _TYPES[column.kind]) for column in columns])


def _batches(path: Path, file: Any) -> Iterator[Any]:
    try:
        yield from file.iter_batches(_BATCH_ROWS)
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from None


def _rows(path: Path, schema: Any, batches: Iterator[Any]) -> Rows:
    check_header(schema.names, path)
    return Rows(schema.names, _each(path, batches))


def _each(path: Path, batches: Iterator[Any]) -> Iterator[tuple[int, Sequence[Cell]]]:
    number = 0
    try:
        for batch in batches:
            columns = [_cells(column) for column in batch.columns]
            for row in zip(*columns, strict=True):
                number += 1
                yield number, row
    except (pa.ArrowException, OSError) as error:
        raise _broken(path, error) from None


def _cells(column: Any) -> list[Any]:
    if pa.types.is_timestamp(column.type):
        # As numbers: Python has no moments before the year 1 nor after 9999.
        column = column.cast(pa.timestamp("ms", tz=column.type.tz), safe=False).cast(pa.int64())
    elif pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    elif not _is_plain(column.type):
        column = column.cast(pa.string())
    found: list[Any] = column.to_pylist()
    return found


def _is_plain(kind: Any) -> bool:
    types = pa.types
    return bool(
        types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_boolean(kind)
        or types.is_string(kind)
    )


def _broken(path: Path, error: Exception) -> InvalidParameter:
    return InvalidParameter(f"{str(path)!r} cannot be read: {error}.")
