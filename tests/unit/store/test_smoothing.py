"""Smoothing equals the plain definitions and never changes a constant."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.series import Smoothing
from assay.entities.series import SmoothingKind as Kind
from assay.errors import InvalidParameter
from assay.store.smoothing import check_smoothing, smooth

KINDS = [
    Smoothing(Kind.EMA, 0.0),
    Smoothing(Kind.EMA, 0.01),
    Smoothing(Kind.EMA, 0.6),
    Smoothing(Kind.EMA, 0.999),
    Smoothing(Kind.HALF_LIFE, 0.001),
    Smoothing(Kind.HALF_LIFE, 7.5),
    Smoothing(Kind.MEAN, 1),
    Smoothing(Kind.MEAN, 5),
    Smoothing(Kind.MEAN, 101),
    Smoothing(Kind.GAUSSIAN, 0.7),
    Smoothing(Kind.GAUSSIAN, 12.0),
]
numbers = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=60)


def places(n_points, seed=3):
    return np.cumsum(np.random.default_rng(seed).integers(1, 9, n_points)).astype(float)


def naive_weight(smoothing, x, here, there):
    distance = here - there
    match smoothing.kind:
        case Kind.EMA:
            return smoothing.amount**distance if distance >= 0 else 0.0
        case Kind.HALF_LIFE:
            return 2 ** -((x[here] - x[there]) / smoothing.amount) if distance >= 0 else 0.0
        case Kind.MEAN:
            return 1.0 if abs(distance) <= smoothing.amount // 2 else 0.0
        case Kind.GAUSSIAN:
            reach = math.ceil(4 * smoothing.amount)
            near = abs(distance) <= reach
            return math.exp(-0.5 * (distance / smoothing.amount) ** 2) if near else 0.0


def naive(x, values, smoothing):
    result = []
    for here in range(len(values)):
        weights = [naive_weight(smoothing, x, here, there) for there in range(len(values))]
        pairs = zip(weights, values, strict=True)
        result.append(math.fsum(w * v for w, v in pairs) / math.fsum(weights))
    return result


@pytest.mark.parametrize("smoothing", KINDS, ids=str)
@given(values=numbers)
def test_smoothing_equals_a_weighted_mean_worked_out_point_by_point(smoothing, values):
    x = places(len(values))
    scale = max(map(abs, values))
    found = smooth(x, np.array(values), smoothing)
    np.testing.assert_allclose(
        found, naive(x, values, smoothing), rtol=1e-9, atol=1e-9 * scale + 1e-300
    )


@pytest.mark.parametrize("smoothing", KINDS, ids=str)
@given(value=st.floats(allow_nan=False, allow_infinity=False), n_points=st.integers(1, 400))
def test_a_constant_stays_bit_for_bit_what_it_is(smoothing, value, n_points):
    values = np.full(n_points, value)
    assert smooth(places(n_points), values, smoothing).tobytes() == values.tobytes()


@pytest.mark.parametrize("smoothing", KINDS, ids=str)
def test_values_that_are_not_finite_stay_and_reset_nothing(smoothing):
    values = np.array([1.0, 5.0, math.nan, 2.0, math.inf, 8.0])
    kept = np.array([True, True, False, True, False, True])
    x = places(6)
    found = smooth(x, values, smoothing)
    np.testing.assert_array_equal(found[~kept], values[~kept])
    np.testing.assert_array_equal(found[kept], smooth(x[kept], values[kept], smoothing))


def test_the_debiased_mean_follows_its_recurrence_over_many_blocks():
    alpha, values = 0.6, np.random.default_rng(1).normal(size=5000)
    expected, mean = [], 0.0
    for number, value in enumerate(values.tolist(), 1):
        mean += (1 - alpha) * (value - mean) / (1 - alpha**number)
        expected.append(mean)
    found = smooth(places(5000), values, Smoothing(Kind.EMA, alpha))
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("smoothing", KINDS[2:], ids=str)
def test_one_huge_value_spoils_only_what_its_weight_reaches(smoothing):
    values = np.full(5000, 0.5)
    values[100] = 1e60
    found = smooth(np.arange(5000.0), values, smoothing)
    if smoothing.amount != 0.999:
        assert found[-1] == pytest.approx(0.5)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("amount", [5e-324, 1e-320, 1e-300, 1e-18])
@pytest.mark.parametrize("kind", [Kind.HALF_LIFE, Kind.GAUSSIAN])
@pytest.mark.parametrize("n_points", [1, 3, 100])
def test_next_to_no_smoothing_leaves_each_value_alone(kind, amount, n_points):
    values = np.random.default_rng(5).normal(size=n_points)
    smoothed = smooth(places(n_points), values, Smoothing(kind, amount))
    np.testing.assert_allclose(smoothed, values, rtol=1e-12)


@pytest.mark.parametrize("amount", [5e-324, 1.0, 1.7e308])
def test_places_at_both_ends_of_all_doubles_do_not_overflow(amount):
    x = np.array([-1.7e308, -1.0, 0.0, 1.7e308])
    smoothed = smooth(x, np.arange(4.0), Smoothing(Kind.HALF_LIFE, amount))
    assert np.isfinite(smoothed).all()


@pytest.mark.parametrize("smoothing", KINDS, ids=str)
def test_values_near_the_end_of_all_doubles_do_not_overflow(smoothing):
    values = np.array([1.7e308, -1.7e308, 1.7e308, 0.0] * 50)
    assert np.isfinite(smooth(places(200), values, smoothing)).all()


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        (Kind.EMA, 1.0),
        (Kind.HALF_LIFE, 0.0),
        (Kind.HALF_LIFE, math.inf),
        (Kind.MEAN, 4),
        (Kind.MEAN, 1e9),
        (Kind.GAUSSIAN, 0.0),
        (Kind.GAUSSIAN, 1e4),
        (Kind.EMA, math.nan),
    ],
)
def test_an_amount_that_does_not_fit_its_kind_is_refused(kind, amount):
    with pytest.raises(InvalidParameter):
        check_smoothing(Smoothing(kind, amount))
