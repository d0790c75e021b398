"""Groups of curves equal NumPy on the raw values; between points runs count by straight lines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.series import Band, Center
from assay.store.bucketing import bucket_group, even_edges
from assay.store.grouping import Curve, group, strictly_increasing, values_at

draw = np.random.default_rng(5)
FIVE = [Curve(np.arange(300.0), draw.normal(size=300)) for _ in range(5)]
TABLE = np.stack([curve.values for curve in FIVE])
STDERR = TABLE.std(axis=0, ddof=1) / np.sqrt(5)
T_4 = 2.7764451051977987


def test_mean_and_std_of_five_seeds_equal_numpy():
    found = group(FIVE, center=Center.MEAN, band=Band.STD)
    np.testing.assert_allclose(found.center, TABLE.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(found.high - found.center, TABLE.std(axis=0, ddof=1), rtol=1e-9)
    assert set(found.n.tolist()) == {5}


@pytest.mark.parametrize(
    ("band", "half"), [(Band.STDERR, STDERR), (Band.CI95, T_4 * STDERR)], ids=str
)
def test_standard_error_and_confidence_interval_lie_around_the_mean(band, half):
    found = group(FIVE, center=Center.MEAN, band=band)
    np.testing.assert_allclose(found.center - found.low, half, rtol=1e-9)


@pytest.mark.parametrize(("band", "ends"), [(Band.MINMAX, (0, 1)), (Band.IQR, (0.25, 0.75))])
def test_extremes_and_quartiles_equal_numpy(band, ends):
    found = group(FIVE, center=Center.MEDIAN, band=band)
    np.testing.assert_allclose(found.center, np.median(TABLE, axis=0), rtol=1e-12)
    np.testing.assert_allclose([found.low, found.high], np.quantile(TABLE, ends, axis=0))


def test_a_run_counts_between_its_points_but_never_outside_them():
    short = Curve(np.array([2.0, 6.0]), np.array([10.0, 30.0]))
    long = Curve(np.arange(9.0), np.zeros(9))
    found = group([short, long], center=Center.MEAN, band=Band.MINMAX)
    assert found.n.tolist() == [1, 1, 2, 2, 2, 2, 2, 1, 1]
    assert found.max.tolist() == [0, 0, 10, 15, 20, 25, 30, 0, 0]


def test_a_value_that_is_not_finite_is_a_gap_of_its_run_alone():
    broken = Curve(np.arange(5.0), np.array([1.0, np.nan, 1.0, 1.0, np.inf]))
    whole = Curve(np.arange(5.0), np.full(5, 3.0))
    found = group([broken, whole], center=Center.MEAN, band=Band.STD)
    assert found.n.tolist() == [2, 1, 2, 2, 1]
    assert found.center.tolist() == [2.0, 3.0, 2.0, 2.0, 3.0]
    assert np.isnan(found.low).tolist() == [False, True, False, False, True]


curves = st.lists(
    st.dictionaries(st.integers(-30, 30), st.floats(-1e6, 1e6), min_size=1, max_size=12),
    min_size=1,
    max_size=5,
).map(
    lambda found: [
        Curve(np.array(sorted(one), float), np.array([one[x] for x in sorted(one)]))
        for one in found
    ]
)


@given(curves)
def test_groups_of_misaligned_runs_equal_numpy_interpolation(found):
    grouped = group(found, center=Center.MEAN, band=Band.STD)
    for place, x in enumerate(grouped.x.tolist()):
        values = [
            np.interp(x, curve.x, curve.values) for curve in found if curve.x[0] <= x <= curve.x[-1]
        ]
        assert grouped.n[place] == len(values)
        assert grouped.center[place] == pytest.approx(np.mean(values), rel=1e-9, abs=1e-6)
        if len(values) > 1:
            std = np.std(values, ddof=1)
            width = grouped.high[place] - grouped.center[place]
            assert width == pytest.approx(std, rel=1e-6, abs=1e-6)


@given(curves, st.integers(1, 20))
def test_buckets_of_a_group_keep_its_extremes_and_the_mean_of_its_line(found, n_buckets):
    grouped = group(found, center=Center.MEAN, band=Band.MINMAX)
    edges = even_edges(grouped.x[0], grouped.x[-1], n_buckets)
    bucketed = bucket_group(grouped, edges)
    values = np.concatenate([curve.values for curve in found])
    assert (bucketed.min.min(), bucketed.max.max()) == (values.min(), values.max())
    places = np.minimum(np.searchsorted(edges, grouped.x, "right") - 1, n_buckets - 1)
    means = [grouped.center[places == place].mean() for place in np.unique(places)]
    np.testing.assert_allclose(bucketed.center, means, rtol=1e-9, atol=1e-6)


def test_the_last_of_several_points_at_one_x_counts():
    curve = Curve(np.array([3.0, 1.0, 3.0]), np.array([1.0, 2.0, 7.0]))
    found = strictly_increasing(curve)
    assert (found.x.tolist(), found.values.tolist()) == ([1.0, 3.0], [2.0, 7.0])


def test_a_group_of_nothing_is_empty():
    empty = Curve(np.empty(0), np.empty(0))
    assert len(group([empty], center=Center.MEAN, band=Band.STD).x) == 0
    assert len(strictly_increasing(empty)) == 0


def test_a_single_point_is_a_curve():
    point = Curve(np.array([2.0]), np.array([5.0]))
    assert np.isnan(values_at(point, np.array([1.0, 3.0]))).all()
    assert values_at(point, np.array([2.0])).tolist() == [5.0]
