"""The 97.5 % point of Student's t distribution, for 95 % confidence intervals of a mean."""

import math
from functools import lru_cache
from typing import Final

_TWO_SIDED: Final = 0.95
_NORMAL: Final = 1.959963984540054
_MANY: Final = 400
_HALVINGS: Final = 80


@lru_cache(maxsize=1024)
def t_975(freedom: int) -> float:
    """Return the t that 95 % of all values lie within, for `freedom` degrees of freedom, at least 1.

    Reference:
        Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3, 26.7.4 and 26.7.5.
    """
    if freedom > _MANY:
        z = _NORMAL
        first = (z**3 + z) / 4
        second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
        return z + first / freedom + second / freedom**2
    low, high = 0.0, 13.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _within(middle, freedom) < _TWO_SIDED:
            low = middle
        else:
            high = middle
    return high


def _within(t: float, freedom: int) -> float:
    """Return how much of the distribution lies between -t and t."""
    angle = math.atan2(t, math.sqrt(freedom))
    sine, cosine = math.sin(angle), math.cos(angle)
    is_odd = freedom % 2 == 1
    term = cosine if is_odd else 1.0
    total = term if freedom > 1 else 0.0
    for number in range(3 if is_odd else 2, freedom - 1, 2):
        term *= cosine * cosine * (number - 1) / number
        total += term
    return (angle + sine * total) * 2 / math.pi if is_odd else sine * total
