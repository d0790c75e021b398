"""Which params matter: a known function is learnt, noise is told from what counts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr
from sklearn.ensemble import RandomForestRegressor

from assay.store.answer_cache import AnswerCache
from assay.store.forest import grow, out_of_bag_r2
from assay.store.importance import Study, spearman
from assay.store.run_columns import Texts

N_RUNS = 400


def texts(values):
    known = {}
    codes = [-1 if one is None else known.setdefault(one, len(known)) for one in values]
    return Texts(np.array(codes, np.int64), list(known))


def study(params, target):
    columns = [(name, texts(values)) for name, values in params.items()]
    return Study(columns, np.asarray(target, np.float64), AnswerCache())


def known_runs(n_runs=N_RUNS, seed=0):
    """Runs in which depth counts most, then the kind, then the rate; three params are noise."""
    draw = np.random.default_rng(seed)
    rate, depth = 10 ** draw.uniform(-4, -1, n_runs), draw.integers(1, 10, n_runs)
    kind = draw.choice(["a", "b", "c"], n_runs)
    target = depth * 0.5 + 2.0 * (kind == "b") + np.log10(rate) * 0.4
    params = {
        "rate": [repr(float(one)) for one in rate],
        "depth": [str(one) for one in depth],
        "kind": kind.tolist(),
        **{f"noise{n}": [str(one) for one in draw.integers(0, 50, n_runs)] for n in range(3)},
    }
    return params, target + draw.normal(size=n_runs) * 0.05


def test_what_counts_is_told_from_noise_and_in_its_order():
    found = study(*known_runs()).importance()
    assert [one.name for one in found.weights[:3]] == ["depth", "kind", "rate"]
    assert all(abs(one.importance) < 0.05 for one in found.weights[3:])
    assert found.r2 > 0.8
    assert [one.is_numeric for one in found.weights[:3]] == [True, False, True]


def test_the_forest_explains_about_what_scikit_learn_explains():
    draw = np.random.default_rng(1)
    bins = draw.integers(0, 30, (N_RUNS, 6)).astype(np.uint8)
    target = np.sin(bins[:, 0] / 5) + (bins[:, 1] > 12) * (bins[:, 2] / 30)
    ours = out_of_bag_r2(grow(bins, target, n_bins=30, seed=0), bins, target)
    theirs = RandomForestRegressor(64, oob_score=True, random_state=0, max_features=1 / 3)
    assert ours > theirs.fit(bins, target).oob_score_ - 0.1


def test_the_same_runs_give_the_same_answer():
    assert study(*known_runs()).importance() == study(*known_runs()).importance()


def test_spread_is_small_for_what_counts():
    weight = study(*known_runs()).importance().weights[0]
    assert 0 < weight.std < weight.importance / 5


def test_two_params_drawn_at_random_do_not_go_together_because_no_value_repeats():
    draw = np.random.default_rng(4)
    rate, decay = draw.uniform(size=(2, N_RUNS))
    params = {
        "decay": [repr(float(one)) for one in decay],
        "rate": [repr(float(one)) for one in rate],
    }
    found = study(params, rate * 3 + decay).importance()
    assert found.collinear == []
    assert [one.name for one in found.weights] == ["rate", "decay"]


def test_constant_and_collinear_params_are_told_apart():
    params, target = known_runs()
    params["constant"] = ["1"] * N_RUNS
    params["kind name"] = [
        {"a": "first", "b": "second", "c": "third"}[one] for one in params["kind"]
    ]
    params["rate in percent"] = [repr(float(one) * 100) for one in params["rate"]]
    params["rate squared"] = [repr(-(float(one) ** 2)) for one in params["rate"]]
    found = study(params, target).importance()
    assert found.constant == ["constant"]
    assert found.collinear == [
        ("kind name", "kind"),
        ("rate in percent", "rate"),
        ("rate squared", "rate"),
    ]
    assert len(found.weights) == 6


def test_a_param_that_is_missing_may_be_what_counts():
    draw = np.random.default_rng(2)
    has = draw.random(N_RUNS) < 0.5
    noise = [str(one) for one in draw.integers(0, 9, N_RUNS)]
    params = {
        "extra": [str(1 + n % 3) if one else None for n, one in enumerate(has)],
        "noise": noise,
    }
    weights = study(params, has * 1.0).importance().weights
    assert (weights[0].name, weights[0].n_missing) == ("extra", int((~has).sum()))
    assert weights[0].importance > 10 * abs(weights[1].importance)


def test_nothing_varies_nothing_matters():
    found = study({"a": ["1"] * 20, "b": ["x"] * 20}, range(20)).importance()
    assert (found.weights, found.constant) == ([], ["a", "b"])


def test_dependence_follows_the_function():
    runs = study(*known_runs())
    found = runs.dependence(["depth"])
    assert found.grid == [[float(depth) for depth in range(1, 10)]]
    assert (np.diff(found.mean) > 0).all()
    # Trees that were not offered the param flatten it a little.
    assert np.ptp(found.mean) == pytest.approx(4.0, abs=1.5)
    assert ((found.low <= found.mean + 1) & (found.mean - 1 <= found.high)).all()
    by_kind = dict(
        zip(runs.dependence(["kind"]).grid[0], runs.dependence(["kind"]).mean, strict=True)
    )
    assert by_kind["b"] - by_kind["a"] == pytest.approx(2.0, abs=0.7)


def test_dependence_on_two_params_has_every_pair():
    found = study(*known_runs()).dependence(["depth", "kind"])
    assert [len(grid) for grid in found.grid] == [9, 3]
    assert len(found.mean) == 27


def test_many_runs_are_drawn_from():
    params, target = known_runs(7000)
    runs = study(params, target)
    assert len(runs.rows) == 5000
    assert runs.importance().weights[0].name == "depth"


@given(
    st.lists(
        st.tuples(st.integers(-5, 5).map(float), st.integers(-5, 5).map(float)),
        min_size=3,
        max_size=40,
    )
)
def test_rank_correlation_is_that_of_scipy(pairs):
    numbers, target = (np.array(column) for column in zip(*pairs, strict=True))
    if np.ptp(numbers) == 0 or np.ptp(target) == 0:
        assert spearman(numbers, target) is None
    else:
        expected = spearmanr(numbers, target).statistic
        assert spearman(numbers, target) == pytest.approx(expected, abs=1e-9)
