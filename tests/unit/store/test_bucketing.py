"""Buckets over any x equal NumPy on the raw points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.store.bucketing import bucket, cut, even_edges, step_edges
from assay.store.grouping import Curve

values = st.floats(-1e9, 1e9) | st.sampled_from([np.nan, np.inf, -np.inf])
points = st.lists(st.tuples(st.floats(-1e6, 1e6), values), min_size=1, max_size=80)


@given(points, st.integers(1, 40))
def test_buckets_equal_numpy_on_the_raw_points(found, n_buckets):
    x, values = np.array(found).T
    edges = even_edges(x.min(), x.max(), n_buckets)
    bucketed = bucket(Curve(x, values), edges)
    for place in range(n_buckets):
        is_last = place == n_buckets - 1
        below = x <= edges[place + 1] if is_last else x < edges[place + 1]
        inside = values[(x >= edges[place]) & below]
        found = bucketed.aggregates[place]
        finite = inside[np.isfinite(inside)]
        assert found["n"] == len(inside)
        assert found["n_nan"] == np.isnan(inside).sum()
        assert found["n_posinf"] == (inside == np.inf).sum()
        assert found["n_neginf"] == (inside == -np.inf).sum()
        if len(inside):
            np.testing.assert_equal((found["first"], found["last"]), (inside[0], inside[-1]))
        if len(finite):
            assert (found["min"], found["max"]) == (finite.min(), finite.max())
            scale = np.abs(finite).max()
            assert found["mean"] == pytest.approx(finite.mean(), rel=1e-6, abs=1e-9 * scale)
        else:
            assert np.isnan([found["min"], found["max"], found["mean"]]).all()


@pytest.mark.parametrize("n_buckets", [1, 2, 7, 100, 1999])
def test_one_spike_among_a_million_points_is_in_the_buckets(n_buckets):
    values = np.full(1_000_000, 0.1)
    values[654_321] = 25.0
    curve = Curve(np.arange(1e6), values)
    bucketed = bucket(curve, even_edges(0, 999_999, n_buckets))
    assert bucketed.aggregates["max"].max() == 25.0
    assert bucketed.aggregates["n"].sum() == 1_000_000


def test_points_outside_the_edges_are_left_out():
    bucketed = bucket(
        Curve(np.arange(10.0), np.arange(10.0), is_sorted=True), np.array([2.0, 4.0, 6.0])
    )
    assert bucketed.aggregates["n"].tolist() == [2, 3]
    assert bucketed.x_first.tolist() == [2.0, 4.0]
    assert bucketed.x_last.tolist() == [3.0, 6.0]


def test_a_range_of_one_x_holds_all_its_points():
    curve = Curve(np.full(5, 3.0), np.arange(5.0))
    bucketed = bucket(curve, even_edges(3.0, 3.0, 4))
    assert bucketed.aggregates["n"].sum() == 5


def test_edges_of_steps_are_whole_numbers_and_no_more_than_steps():
    assert step_edges(0, 9, 4).tolist() == [0, 2, 5, 7, 10]
    assert step_edges(5, 6, 100).tolist() == [5, 6, 7]


def test_a_cut_keeps_both_ends():
    kept = cut(Curve(np.array([1.0, 5.0, 2.0, 9.0]), np.arange(4.0)), 2.0, 5.0)
    assert kept.x.tolist() == [5.0, 2.0]


@given(points, st.integers(1, 40))
def test_sorted_and_unsorted_curves_have_the_same_buckets(found, n_buckets):
    x, values = np.array(sorted(found, key=lambda point: point[0])).T
    edges = even_edges(x.min(), x.max(), n_buckets)
    quick = bucket(Curve(x, values, is_sorted=True), edges)
    slow = bucket(Curve(x, values), edges)
    assert quick.aggregates.tobytes() == slow.aggregates.tobytes()
    np.testing.assert_array_equal(quick.x_first, slow.x_first)


def test_steps_may_be_integers():
    curve = Curve(np.arange(10), np.arange(10.0), is_sorted=True)
    assert bucket(curve, step_edges(0, 9, 3)).aggregates["n"].tolist() == [3, 3, 4]
    assert cut(curve, 2.5, 4.0).x.tolist() == [3, 4]
