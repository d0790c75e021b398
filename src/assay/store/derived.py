"""Working out formulas over the points of a run: metrics meet at their steps."""

from collections.abc import Mapping
from typing import Final

import numpy as np

from assay.entities.formulas import Average, Formula, Metric, Number, Term
from assay.entities.series import Smoothing, SmoothingKind
from assay.store.points import Floats, Ints
from assay.store.smoothing import MAX_ALPHA, smooth

_OPERATIONS: Final = {
    "add": np.add,
    "subtract": np.subtract,
    "multiply": np.multiply,
    "divide": np.divide,
    "power": np.power,
    "negative": np.negative,
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "min": np.minimum,
    "max": np.maximum,
}


def evaluate(formula: Formula, values: Mapping[str, Floats], x: Floats) -> Floats:
    """Return the formula at each point; what has no value there (1/0, log of -1) is NaN or infinite.

    Args:
        formula: What to work out.
        values: The metrics' values, all at the same points.
        x: Where the points lie.
    """
    with np.errstate(all="ignore"):
        found = _evaluate(formula.term, values, x)
    return np.ascontiguousarray(np.broadcast_to(found, x.shape), np.float64)


def _evaluate(term: Term, values: Mapping[str, Floats], x: Floats) -> Floats:
    if isinstance(term, Number):
        return np.float64(term.value)  # type: ignore[return-value]
    if isinstance(term, Metric):
        return values[term.name]
    if isinstance(term, Average):
        smoothed = np.broadcast_to(_evaluate(term.operand, values, x), x.shape)
        alpha = min(MAX_ALPHA, 1 - 2 / (term.span + 1))
        return smooth(x, np.ascontiguousarray(smoothed), Smoothing(SmoothingKind.EMA, alpha))
    operands = [_evaluate(operand, values, x) for operand in term.operands]
    result: Floats = _OPERATIONS[term.name](*operands)
    return result


def last_at(steps: Ints, values: Floats, wanted: Ints) -> tuple[Floats, np.ndarray]:
    """Return the last value at each wanted step, and where there is one; `steps` are in order."""
    if not len(steps):
        return np.full(len(wanted), np.nan), np.zeros(len(wanted), bool)
    place = np.maximum(np.searchsorted(steps, wanted, "right") - 1, 0)
    return values[place], steps[place] == wanted
