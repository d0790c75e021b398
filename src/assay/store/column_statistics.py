"""A column of runs in figures: for the header of a table and for choosing what to filter."""

from typing import Final, NamedTuple

import numpy as np

from assay.store.points import Floats, Ints
from assay.store.run_columns import Column, Numbers, Texts

TOP: Final = 50


class NumberFigures(NamedTuple):
    """Figures of the finite values; None when there are none."""

    min: float
    median: float
    mean: float
    std: float | None
    max: float
    edges: Floats
    counts: Ints


class Described(NamedTuple):
    """A column in figures; `numbers` for a column of numbers, `top` for one of texts."""

    n_runs: int
    n_missing: int
    n_nan: int
    n_posinf: int
    n_neginf: int
    n_distinct: int
    numbers: NumberFigures | None = None
    top: tuple[tuple[str, int], ...] = ()


def describe(column: Column, *, n_bins: int) -> Described:
    """Return the figures of a column.

    Args:
        column: The column.
        n_bins: How many bars the histogram has.
    """
    return _of_texts(column) if isinstance(column, Texts) else _of_numbers(column, n_bins)


def counted(column: Texts, *, prefix: str = "", most: int = TOP) -> tuple[tuple[str, int], ...]:
    """Return the values that begin with `prefix` and how often they occur, most frequent first."""
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.values))
    found = [
        (value, count)
        for value, count in zip(column.values, counts.tolist(), strict=True)
        if count and value.startswith(prefix)
    ]
    return tuple(sorted(found, key=lambda item: (-item[1], item[0]))[:most])


def _of_texts(column: Texts) -> Described:
    n_missing = int((column.codes < 0).sum())
    n_distinct = len(np.unique(column.codes[column.codes >= 0]))
    return Described(len(column.codes), n_missing, 0, 0, 0, n_distinct, top=counted(column))


def _of_numbers(column: Numbers, n_bins: int) -> Described:
    values = column.values[~column.is_missing]
    finite = values[np.isfinite(values)]
    return Described(
        n_runs=len(column.values),
        n_missing=int(column.is_missing.sum()),
        n_nan=int(np.isnan(values).sum()),
        n_posinf=int((values == np.inf).sum()),
        n_neginf=int((values == -np.inf).sum()),
        n_distinct=len(np.unique(values)),
        numbers=_figures(finite, n_bins) if len(finite) else None,
    )


def _figures(finite: Floats, n_bins: int) -> NumberFigures:
    # Smaller first, so that neither a sum nor a width of values near the end of all doubles overflows.
    shrink = 2.0**-64 if np.abs(finite).max() > 1e290 else 1.0
    small = finite * shrink
    edges = np.linspace(small.min(), small.max(), n_bins + 1)
    places = np.clip(np.searchsorted(edges, small, "right") - 1, 0, n_bins - 1)
    with np.errstate(over="ignore"):
        std = float(small.std(ddof=1) / shrink) if len(small) > 1 else None
    return NumberFigures(
        min=float(finite.min()),
        median=float(np.median(small) / shrink),
        mean=float(small.mean() / shrink),
        std=std,
        max=float(finite.max()),
        edges=edges / shrink,
        counts=np.bincount(places, minlength=n_bins),
    )
