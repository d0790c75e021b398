"""Metrics of one run as columns: how journals are delivered and whole histories answered.

The bytes, little-endian: `AMC` and the version 1; in 4 bytes each the number of points, the number
of series and the length of the series table; that table, a msgpack list of [key, model id, dataset
name, dataset digest]; then the columns series index (u32), step (i64), timestamp (i64) and value
(f64), each as `columns.py` writes it. Nothing here needs NumPy. Bytes from outside are checked
before memory is taken for what they claim.
"""

import itertools
import struct
from array import array
from collections.abc import Iterable, Sequence
from typing import Annotated, Final, NamedTuple, TypeVar

import msgspec

from assay.entities.metrics import Metric
from assay.entities.names import MAX_KEY
from assay.errors import InvalidParameter
from assay.wire.columns import decode_column, encode_column

MAX_POINTS: Final = 1_048_576
"""How many points a chunk from outside may hold."""
MAX_SERIES: Final = 65_536

Name = TypeVar("Name")

_MAGIC: Final = b"AMC\x01"
_HEAD: Final = struct.Struct("<4sIII")


class SeriesKey(NamedTuple):
    """What a series is of. A named tuple, because it is hashed once for every logged value."""

    key: str
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class _PlainKeys(dict[str, SeriesKey]):
    """The series of a run alone by their names, each made once."""

    def __missing__(self, key: str) -> SeriesKey:
        made = SeriesKey(key)
        # What comes from outside is not checked yet, so it may be long and of any number.
        if len(key) <= MAX_KEY:
            if len(self) >= _MAX_PLAIN_KEYS:
                self.clear()
            self[key] = made
        return made


_MAX_PLAIN_KEYS: Final = 20_000
_plain_keys: Final = _PlainKeys()


class MetricColumns(msgspec.Struct, frozen=True):
    """Points of one run: `key_index` says which of `keys` each belongs to.

    The columns have equal lengths and the array types `I`, `q`, `q` and `d`.
    """

    keys: Sequence[SeriesKey]
    key_index: "array[int]"
    step: "array[int]"
    timestamp: "array[int]"
    value: "array[float]"

    @property
    def n_points(self) -> int:
        """How many points there are."""
        return len(self.value)


_series_table: msgspec.msgpack.Decoder[list[SeriesKey]] = msgspec.msgpack.Decoder(
    Annotated[list[SeriesKey], msgspec.Meta(max_length=MAX_SERIES)]
)
_encoder = msgspec.msgpack.Encoder()


def columns_of(metrics: Iterable[Metric]) -> MetricColumns:
    """Return `metrics` as columns, in their order.

    Raises:
        InvalidParameter: A step or timestamp does not fit into 64 bits.
    """
    metrics = tuple(metrics)
    # A loop for each field costs a third of what one loop over all of them does.
    if any(m.model_id or m.dataset_name or m.dataset_digest for m in metrics):
        series = [SeriesKey(m.key, m.model_id, m.dataset_name, m.dataset_digest) for m in metrics]
        keys, key_index = _places(series)
    else:
        names, key_index = _places([m.key for m in metrics])
        keys = list(map(_plain_keys.__getitem__, names))
    try:
        return MetricColumns(
            keys=keys,
            key_index=key_index,
            step=array("q", [m.step for m in metrics]),
            timestamp=array("q", [m.timestamp for m in metrics]),
            value=array("d", [m.value for m in metrics]),
        )
    except OverflowError:
        raise InvalidParameter("A step or timestamp does not fit into 64 bits.") from None


def _places(owners: Sequence[Name]) -> "tuple[list[Name], array[int]]":
    """Return the distinct `owners`, and for each of all of them its place among those."""
    places = dict(zip(dict.fromkeys(owners), itertools.count(), strict=False))
    return list(places), array("I", list(map(places.__getitem__, owners)))


def metrics_of(columns: MetricColumns, run_id: str | None = None) -> list[Metric]:
    """Return the points of `columns` one by one, in their order."""
    return [
        Metric(key, value, timestamp, step, model_id, dataset_name, dataset_digest, run_id)
        for (key, model_id, dataset_name, dataset_digest), step, timestamp, value in zip(
            map(columns.keys.__getitem__, columns.key_index),
            columns.step,
            columns.timestamp,
            columns.value,
            strict=True,
        )
    ]


def encode_chunk(columns: MetricColumns) -> bytes:
    """Return `columns` as bytes, every bit of every value kept."""
    table = _encoder.encode(columns.keys)
    return b"".join(
        (
            _HEAD.pack(_MAGIC, columns.n_points, len(columns.keys), len(table)),
            table,
            encode_column(columns.key_index),
            encode_column(columns.step),
            encode_column(columns.timestamp),
            encode_column(columns.value),
        )
    )


def decode_chunk(data: bytes | memoryview, *, max_points: int = MAX_POINTS) -> MetricColumns:
    """Return the columns that `data` holds.

    Raises:
        InvalidParameter: The bytes are no chunk, or one of more than `max_points` points.
    """
    view = memoryview(data)
    if len(view) < _HEAD.size:
        raise InvalidParameter("The metric chunk is broken: it is cut off.")
    magic, n_points, n_series, table_length = _HEAD.unpack_from(view)
    if magic != _MAGIC:
        raise InvalidParameter("The metric chunk is broken: it does not start like one.")
    if n_points > max_points:
        raise InvalidParameter(
            f"A metric chunk can hold at most {max_points} points. Got {n_points} points."
        )
    start = _HEAD.size + table_length
    keys = _decode_table(view[_HEAD.size : start], n_series)
    key_index: array[int]
    step: array[int]
    timestamp: array[int]
    value: array[float]
    key_index, size = decode_column(view[start:], "I", n_points)
    start += size
    step, size = decode_column(view[start:], "q", n_points)
    start += size
    timestamp, size = decode_column(view[start:], "q", n_points)
    start += size
    value, size = decode_column(view[start:], "d", n_points)
    if start + size != len(view):
        raise InvalidParameter("The metric chunk is broken: bytes follow its end.")
    if n_points and max(key_index) >= n_series:
        raise InvalidParameter("The metric chunk is broken: a point belongs to no series.")
    return MetricColumns(keys, key_index, step, timestamp, value)


def _decode_table(data: memoryview, n_series: int) -> list[SeriesKey]:
    try:
        keys = _series_table.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidParameter("The metric chunk is broken: its series table is.") from None
    if len(keys) != n_series:
        raise InvalidParameter("The metric chunk is broken: its series table is too short or long.")
    return keys
