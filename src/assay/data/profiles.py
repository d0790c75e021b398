"""What a column of values looks like: missing values, range, mean, and a small histogram."""

import math
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

N_BINS: Final = 20
N_COMMON: Final = 5
MAX_COLUMNS: Final = 200
MAX_COUNTED: Final = 100_000
MAX_BINNED: Final = 1_000_000
MAX_TEXT: Final = 60


def profile_numbers(values: NDArray[Any], n_missing: int = 0) -> dict[str, Any]:
    """Return what numbers look like; NaN counts as missing, infinities are counted apart."""
    if values.dtype.kind == "b":
        values = values.astype(np.uint8)
    values = values.reshape(-1)
    if values.dtype.kind == "f":
        is_missing = np.isnan(values)
        n_missing += int(is_missing.sum())
        finite = values[np.isfinite(values)]
    else:
        is_missing = None
        finite = values
    n_infinite = values.size - finite.size - (0 if is_missing is None else int(is_missing.sum()))
    facts: dict[str, Any] = {"missing": n_missing}
    if n_infinite:
        facts["infinite"] = n_infinite
    if finite.size == 0:
        return facts
    # Half precision would overflow in the sums.
    low, high = float(finite.min()), float(finite.max())
    mean = float(finite.mean(dtype=np.float64))
    facts |= {"min": low, "max": high, "mean": mean if math.isfinite(mean) else None}
    if math.isfinite(high - low):
        every = -(-finite.size // MAX_BINNED)
        sample = finite[::every].astype(np.float64)
        counts, _ = np.histogram(sample, bins=N_BINS, range=(low, high))
        facts["histogram"] = counts.tolist()
        if every > 1:
            facts["histogram_of_every"] = every
    return facts


def profile_texts(first: list[Any], *, n_values: int, n_missing: int) -> dict[str, Any]:
    """Return what texts or other values look like: missing, distinct, the most frequent.

    Args:
        first: The first values, at most `MAX_COUNTED`, None where one is missing.
        n_values: How many there are in all.
        n_missing: How many of all are missing.
    """
    facts: dict[str, Any] = {"missing": n_missing}
    counts: dict[str, int] = {}
    for value in first:
        if value is not None:
            # Half a surrogate pair cannot be stored.
            text = str(value)[:MAX_TEXT].encode(errors="replace").decode()
            counts[text] = counts.get(text, 0) + 1
    facts["distinct"] = len(counts)
    common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:N_COMMON]
    facts["common"] = dict(common)
    if n_values > len(first):
        facts["counted"] = len(first)
    return facts
