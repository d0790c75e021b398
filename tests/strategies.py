"""Generators of awkward but legal values, shared by property tests."""

import struct
from array import array

from hypothesis import strategies as st

from assay.wire.chunk import MetricColumns, SeriesKey

Point = tuple[int, int, float]

MAX_INT64 = 2**63 - 1
MIN_INT64 = -(2**63)


def double_of(bits: int) -> float:
    """Return the double that has these 64 bits, so also a NaN with a payload."""
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def bits_of(value: float) -> int:
    """Return the 64 bits of a double."""
    return struct.unpack("<Q", struct.pack("<d", value))[0]


AWKWARD_VALUES = (
    float("nan"),
    double_of(0x7FF8_0000_0000_1234),
    double_of(0xFFF8_0000_0000_0001),
    float("inf"),
    float("-inf"),
    0.0,
    -0.0,
    5e-324,
    1e60,
    1.7976931348623157e308,
    -1.7976931348623157e308,
)
AWKWARD_INTEGERS = (0, 1, -1, MIN_INT64, MAX_INT64, MIN_INT64 + 1, MAX_INT64 - 1)


def metric_values() -> st.SearchStrategy[float]:
    """Any double, often a special one, often one of few so that there are duplicates."""
    return st.one_of(
        st.sampled_from(AWKWARD_VALUES),
        st.integers(-3, 3).map(float),
        st.integers(0, 2**64 - 1).map(double_of),
        st.floats(),
    )


def steps() -> st.SearchStrategy[int]:
    """Any step, often one of few."""
    return st.one_of(
        st.integers(-5, 30), st.sampled_from(AWKWARD_INTEGERS), st.integers(MIN_INT64, MAX_INT64)
    )


def timestamps() -> st.SearchStrategy[int]:
    """Any timestamp, often one of few."""
    return st.one_of(st.integers(0, 10), st.integers(0, MAX_INT64))


def points() -> st.SearchStrategy[Point]:
    """A point as (step, timestamp, value)."""
    return st.tuples(steps(), timestamps(), metric_values())


@st.composite
def histories(draw: st.DrawFn, *, max_size: int = 60) -> list[Point]:
    """Points in no order, some of them twice, some of them a regular run of steps."""
    found = draw(st.lists(points(), max_size=max_size))
    if draw(st.booleans()):
        start, gap = draw(st.integers(-50, 50)), draw(st.integers(1, 3))
        length = draw(st.integers(1, max_size))
        found += [(start + gap * i, 1000 + i, float(i)) for i in range(length)]
    if found:
        found += draw(st.lists(st.sampled_from(found), max_size=10))
    return draw(st.permutations(found)) if draw(st.booleans()) else found


def columns_of_points(points: list[Point], key: str | SeriesKey = "m") -> MetricColumns:
    """Return points of one series as columns."""
    return MetricColumns(
        keys=[key if isinstance(key, SeriesKey) else SeriesKey(key)],
        key_index=array("I", [0] * len(points)),
        step=array("q", [point[0] for point in points]),
        timestamp=array("q", [point[1] for point in points]),
        value=array("d", [point[2] for point in points]),
    )


@st.composite
def metric_columns(draw: st.DrawFn) -> MetricColumns:
    """Columns of one run with several series."""
    text = st.text(max_size=8)
    name = st.one_of(st.none(), text)
    keys = draw(
        st.lists(st.builds(SeriesKey, text, name, name, name), min_size=1, max_size=5, unique=True)
    )
    history = draw(histories())
    index = st.lists(st.integers(0, len(keys) - 1), min_size=len(history), max_size=len(history))
    plain = columns_of_points(history)
    return MetricColumns(keys, array("I", draw(index)), plain.step, plain.timestamp, plain.value)
