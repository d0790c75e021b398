import struct
import subprocess
import sys
from array import array

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.metrics import Metric
from assay.errors import InvalidParameter
from assay.wire.chunk import (
    MAX_POINTS,
    MetricColumns,
    SeriesKey,
    columns_of,
    decode_chunk,
    encode_chunk,
    metrics_of,
)
from strategies import columns_of_points, metric_columns


def bits(columns: MetricColumns) -> tuple[object, ...]:
    parts = (columns.key_index, columns.step, columns.timestamp, columns.value)
    return (list(columns.keys), *(part.tobytes() for part in parts))


def even_chunk(n_points: int) -> bytes:
    columns = columns_of_points([(i, 7, 1.0) for i in range(64)])
    data = bytearray(encode_chunk(columns))
    struct.pack_into("<I", data, 4, n_points)
    return bytes(data)


@given(metric_columns())
def test_decoding_an_encoded_chunk_gives_every_bit_back(columns: MetricColumns) -> None:
    assert bits(decode_chunk(encode_chunk(columns))) == bits(columns)


@given(
    metric_columns(),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6),
)
def test_a_changed_chunk_decodes_or_is_refused(
    columns: MetricColumns, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(encode_chunk(columns))
    for position, byte in changes:
        data[position % len(data)] = byte
    try:
        decoded = decode_chunk(bytes(data))
    except InvalidParameter:
        return
    assert len(decoded.key_index) == len(decoded.value)
    assert all(index < len(decoded.keys) for index in decoded.key_index)


@given(metric_columns(), st.integers(0, 10_000))
def test_a_chunk_cut_short_is_refused(columns: MetricColumns, length: int) -> None:
    data = encode_chunk(columns)

    with pytest.raises(InvalidParameter):
        decode_chunk(data[: length % len(data)])


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_refused(data: bytes) -> None:
    with pytest.raises(InvalidParameter):
        decode_chunk(b"AMC\x01" + data)


def test_a_chunk_that_claims_too_many_points_is_refused_before_they_are_made() -> None:
    with pytest.raises(InvalidParameter, match="at most"):
        decode_chunk(even_chunk(MAX_POINTS + 1))


def test_an_even_column_that_leaves_64_bits_is_refused() -> None:
    data = even_chunk(64).replace(struct.pack("<qq", 0, 1), struct.pack("<qq", 0, 2**62))

    with pytest.raises(InvalidParameter, match="64 bits"):
        decode_chunk(data)


def test_a_point_of_no_series_is_refused() -> None:
    columns = MetricColumns(
        [SeriesKey("a")], array("I", [1]), array("q", [0]), array("q", [0]), array("d", [0.0])
    )

    with pytest.raises(InvalidParameter, match="no series"):
        decode_chunk(encode_chunk(columns))


def test_a_series_table_that_is_too_long_is_refused() -> None:
    table = msgspec.msgpack.encode([["a", None, None, None]] * 70_000)
    data = struct.pack("<4sIII", b"AMC\x01", 0, 70_000, len(table)) + table

    with pytest.raises(InvalidParameter, match="series table"):
        decode_chunk(data)


def test_regular_columns_take_a_few_bytes() -> None:
    columns = columns_of_points([(i * 10, 1_795_417_196_934, 0.5) for i in range(100_000)])

    assert len(encode_chunk(columns)) < 200


def test_metrics_survive_as_columns() -> None:
    metrics = [
        Metric("loss", 0.5, 10, 1),
        Metric("loss", 0.25, 11, 2, model_id="m-1", dataset_name="d", dataset_digest="x"),
        Metric("acc", float("inf"), 11, 2),
    ]

    assert metrics_of(columns_of(metrics)) == metrics


def test_a_step_outside_64_bits_is_refused() -> None:
    with pytest.raises(InvalidParameter, match="64 bits"):
        columns_of([Metric("loss", 0.5, 10, 2**63)])


def test_encoding_chunks_loads_no_numpy() -> None:
    code = "import sys, assay.wire.chunk; print('numpy' in sys.modules, 'pcodec' in sys.modules)"

    shown = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )

    assert shown.stdout.split() == ["False", "False"]
