"""Formulas over metrics: what is read, what is refused, and what comes out."""

import numpy as np
import pytest

from assay.entities.formulas import parse_formula
from assay.errors import InvalidParameter
from assay.store.derived import evaluate, last_at

A = np.array([1.0, 2.0, 4.0])
B = np.array([0.5, 0.0, -1.0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a - b", A - B),
        ("1 - a", 1 - A),
        ("-a + 2 * b", -A + 2 * B),
        ("(a + b) / 2", (A + B) / 2),
        ("a - b - 1", A - B - 1),
        ("a ** 2 / 4", A**2 / 4),
        ("max(a, 2)", np.maximum(A, 2)),
        ("log10(a)", np.log10(A)),
        ("`train/loss` * 1e-1", A * 0.1),
        ("a / b", [2.0, np.inf, -4.0]),
        ("sqrt(b)", [np.sqrt(0.5), 0.0, np.nan]),
    ],
)
def test_a_formula_is_worked_out_at_each_point(text, expected) -> None:
    formula = parse_formula(text)
    found = evaluate(formula, {"a": A, "b": B, "train/loss": A}, np.arange(3.0))
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_an_average_of_a_constant_is_the_constant() -> None:
    formula = parse_formula("ema(a * 0 + 0.1, 50)")
    assert set(evaluate(formula, {"a": A}, np.arange(3.0)).tolist()) == {0.1}


def test_metrics_are_told_in_the_order_of_their_first_use() -> None:
    assert parse_formula("b - a + `x y` - b").metrics == ("b", "a", "x y")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not understood"),
        ("a -", "not understood"),
        ("a b", "position 2"),
        ("1 + 2", "no metric"),
        ("open(a)", "cannot call open of 1"),
        ("ema(a, b)", "number of points"),
        ("ema(a)", "ema of 1"),
        ("a" * 600, "500 characters"),
        ("+".join(f"m{place}" for place in range(9)), "8 metrics"),
        ("a.__class__()", "not understood"),
    ],
)
def test_what_is_no_formula_is_refused_with_the_reason(text, words) -> None:
    with pytest.raises(InvalidParameter, match=words):
        parse_formula(text)


def test_of_several_values_at_a_step_the_last_counts() -> None:
    steps, values = np.array([1, 1, 3]), np.array([5.0, 6.0, 7.0])
    found, is_there = last_at(steps, values, np.array([0, 1, 2, 3]))
    assert is_there.tolist() == [False, True, False, True]
    assert found[is_there].tolist() == [6.0, 7.0]
