"""A batch is summed up the same whether it is small, large, in order or one point for each series."""

import math
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.store import summaries
from assay.store.statements import Row
from assay.store.summaries import Points, summarise

VALUES = st.one_of(
    st.sampled_from([0.0, 1.0, -1.0, math.nan, math.inf, -math.inf, 1e308]),
    st.floats(-1e6, 1e6),
)
POINT = st.tuples(st.integers(0, 4), st.integers(-3, 3), st.integers(0, 3), VALUES)
RUNS = st.lists(st.lists(POINT, min_size=1, max_size=12), min_size=1, max_size=4)


def points_of(run_number: int, rows: list[tuple[int, int, int, float]]) -> Points:
    keys = sorted({row[0] for row in rows})
    return Points(
        [(run_number, key, 0, 0, 9) for key in keys],
        array("I", [keys.index(row[0]) for row in rows]),
        array("q", [row[1] for row in rows]),
        array("q", [row[2] for row in rows]),
        array("d", [row[3] for row in rows]),
    )


def by_series(rows: list[Row]) -> dict[Row, Row]:
    # Sums may differ in their last digits, as numbers are added in another order.
    return {row[:5]: (*row[5:-1], pytest.approx(row[-1], rel=1e-9, abs=1e-6)) for row in rows}


@given(RUNS)
def test_many_points_are_summed_up_like_few(runs):
    parts = [points_of(number, rows) for number, rows in enumerate(runs)]
    one_by_one = [row for part in parts for row in summaries._summarise_few(part)]
    together = summaries._summarise_many(parts)
    assert {row[:5]: row[5:] for row in together} == by_series(one_by_one)


@given(st.lists(POINT, min_size=1, max_size=5, unique_by=lambda point: point[0]))
def test_single_points_are_summed_up_like_others(rows):
    part = points_of(1, rows)
    assert by_series(summarise([part])) == {
        row[:5]: row[5:] for row in summaries._summarise_few(part)
    }
