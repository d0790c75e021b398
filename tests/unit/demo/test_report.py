"""The table that ends the demo."""

from hypothesis import given
from hypothesis import strategies as st

from assay.demo.report import sparkline

CURVES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=200)


@given(CURVES, st.integers(1, 40))
def test_a_curve_has_at_most_as_many_bars_as_points_or_as_asked(values, n_bars):
    assert len(sparkline(values, n_bars)) == min(len(values), n_bars)


def test_a_rising_curve_rises():
    bars = sparkline([float(value) for value in range(100)])
    assert list(bars) == sorted(bars)
    assert bars[0] == "▁"
    assert bars[-1] == "█"


def test_a_flat_curve_is_flat_and_an_empty_one_is_empty():
    assert set(sparkline([3.0, 3.0, 3.0])) == {"▁"}
    assert sparkline([]) == ""
