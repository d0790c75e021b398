"""The models that the demo trains."""

import numpy as np
import pytest

from assay.demo.families import FAMILIES
from assay.demo.problems import PROBLEMS


@pytest.fixture(scope="module")
def problem():
    return PROBLEMS[1](0)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_family_learns_step_by_step(family, problem):
    params = next(family.combinations())
    models = list(family.train(params, problem.train, 0))
    predicted = np.argmax(models[-1].predict_proba(problem.test.features), axis=1)
    assert len(models) > 1
    assert np.mean(predicted == problem.test.labels) > 0.8


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_no_two_combinations_are_the_same(family):
    combinations = [tuple(params.items()) for params in family.combinations()]
    assert len(set(combinations)) == len(combinations)


@pytest.mark.parametrize("load", PROBLEMS, ids=lambda load: load.__name__)
def test_a_problem_is_the_same_for_the_same_seed(load):
    assert np.array_equal(load(3).train.features, load(3).train.features)


@pytest.mark.parametrize("load", PROBLEMS, ids=lambda load: load.__name__)
def test_every_class_is_in_every_part(load):
    problem = load(0)
    for part in (problem.train, problem.validation, problem.test):
        assert len(np.unique(part.labels)) == len(problem.classes)
