"""Statistics of columns equal NumPy."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from assay.store.column_statistics import counted, describe
from assay.store.run_columns import Numbers, Texts, as_numbers, cells

numbers = st.lists(
    st.one_of(st.none(), st.floats(width=32), st.just(math.nan)), min_size=1, max_size=40
)


def column(values):
    missing = np.array([value is None for value in values])
    return Numbers(np.array([math.nan if v is None else v for v in values], float), missing)


@given(numbers, st.integers(1, 12))
def test_figures_equal_numpy_on_the_finite_values(values, n_bins):
    found = describe(column(values), n_bins=n_bins)
    present = np.array([value for value in values if value is not None], float)
    finite = present[np.isfinite(present)]
    assert found.n_missing == values.count(None)
    assert found.n_nan == np.isnan(present).sum()
    assert found.n_posinf + found.n_neginf == np.isinf(present).sum()
    if not len(finite):
        assert found.numbers is None
        return
    figures = found.numbers
    assert (figures.min, figures.max) == (finite.min(), finite.max())
    np.testing.assert_allclose(figures.mean, finite.mean(), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(figures.median, np.median(finite), rtol=1e-9, atol=1e-300)
    if len(finite) > 1:
        np.testing.assert_allclose(figures.std, finite.std(ddof=1), rtol=1e-6, atol=1e-9)
    assert figures.counts.sum() == len(finite)
    assert (len(figures.counts), len(figures.edges)) == (n_bins, n_bins + 1)


def test_values_near_the_end_of_all_doubles_do_not_overflow():
    figures = describe(column([1.7e308, -1.7e308]), n_bins=2).numbers
    assert figures.mean == 0
    assert np.isfinite(figures.edges).all()


def test_the_most_frequent_texts_come_first():
    texts = Texts(np.array([0, 1, 1, -1, 2]), ["adam", "sgd", "adagrad"])
    assert counted(texts) == (("sgd", 2), ("adagrad", 1), ("adam", 1))
    assert counted(texts, prefix="ada", most=1) == (("adagrad", 1),)
    found = describe(texts, n_bins=3)
    assert (found.n_missing, found.n_distinct, found.top[0]) == (1, 3, ("sgd", 2))


def test_texts_that_all_spell_numbers_become_numbers():
    texts = Texts(np.array([1, 0, -1]), ["1e-3", "nan"])
    found = as_numbers(texts)
    np.testing.assert_array_equal(found.values, [math.nan, 1e-3, math.nan])
    assert found.is_missing.tolist() == [False, False, True]
    assert as_numbers(Texts(np.array([0]), ["(64, 32)"])) is None
    assert cells(texts) == ["nan", "1e-3", None]
