"""Smoothing of raw points: four kinds, each a weighted mean, none of which looks into the future twice.

All work on deviations from the first finite value, so a constant series comes back bit for bit. Values
that are not finite stay where they are, take no part and reset nothing. There is no subtraction of
running sums anywhere, so one value of 1e60 spoils only what its weight reaches.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assay.entities.series import Smoothing
from assay.entities.series import SmoothingKind as Kind
from assay.errors import InvalidParameter
from assay.store.points import Floats, Ints

MAX_ALPHA: Final = 0.999
MAX_WINDOW: Final = 100_001
MAX_SIGMA: Final = 100.0

# Weights within a block span at most 2**300, far from the ends of what a double can hold.
_BLOCK_OCTAVES: Final = 300.0
_LARGE: Final = 1e150
_SIGMAS: Final = 4
_FEW_PER_BLOCK: Final = 16
# As a part of the whole way: with less, each point stands alone all the same.
_SHORTEST_HALF_LIFE: Final = 2.0**-1000
_SMALLEST: Final = 5e-324
# With less, a neighbour's weight is zero.
_NARROWEST_BELL: Final = 0.025


def check_smoothing(smoothing: Smoothing) -> None:
    """Raise InvalidParameter when `amount` does not fit the kind."""
    kind, amount = smoothing.kind, smoothing.amount
    fits = {
        Kind.EMA: 0 <= amount <= MAX_ALPHA,
        Kind.HALF_LIFE: 0 < amount < np.inf,
        Kind.MEAN: 1 <= amount <= MAX_WINDOW and amount % 2 == 1,
        Kind.GAUSSIAN: 0 < amount <= MAX_SIGMA,
    }
    if not fits[kind]:
        raise InvalidParameter(
            f"Smoothing {kind.value!r} cannot have the amount {amount:g}. Use 0 to {MAX_ALPHA} for "
            f"'ema', more than 0 for 'half_life', an odd number up to {MAX_WINDOW} for 'mean', and "
            f"up to {MAX_SIGMA:g} for 'gaussian'."
        )


def smooth(x: Floats, values: Floats, smoothing: Smoothing) -> Floats:
    """Return `values` smoothed, in the same places.

    Args:
        x: Where the points lie, in logging order; only `half_life` uses it.
        values: The points.
        smoothing: How; see `check_smoothing`.
    """
    is_finite = np.isfinite(values)
    if is_finite.all():
        return _smooth_finite(x, values, smoothing)
    smoothed = values.copy()
    smoothed[is_finite] = _smooth_finite(x[is_finite], values[is_finite], smoothing)
    return smoothed


def _smooth_finite(x: Floats, values: Floats, smoothing: Smoothing) -> Floats:
    if not len(values):
        return values
    largest = max(abs(float(values.min())), abs(float(values.max())))
    shrink = 2.0**-600 if largest > _LARGE else 1.0
    origin = values[0] * shrink
    deviations = values * shrink - origin
    kind, amount = smoothing.kind, smoothing.amount
    if kind is Kind.EMA:
        moved = _decayed(_ema_octaves(len(values), amount), deviations) if amount else deviations
    elif kind is Kind.HALF_LIFE:
        octaves = _octaves_between(x, amount)
        moved = _decayed(octaves, deviations)
    elif kind is Kind.MEAN:
        moved = _centred_mean(deviations, int(amount))
    else:
        moved = _gaussian(deviations, amount)
    unlike = moved != 0
    # Where nothing deviates the value itself is given: adding and dividing again could round it.
    return np.asarray(np.where(unlike, (origin + moved) / shrink, values[0]), np.float64)


def _octaves_between(x: Floats, half_life: float) -> Floats:
    """Return how many half-lives each point lies after the first; halved first, so that none overflows."""
    distances = np.maximum.accumulate(x / 2 - x[0] / 2)
    shortest = max(float(distances[-1]) * _SHORTEST_HALF_LIFE, _SMALLEST)
    return np.asarray(distances / max(half_life / 2, shortest))


def _ema_octaves(n_points: int, alpha: float) -> Floats:
    return np.arange(n_points, dtype=np.float64) * -float(np.log2(alpha))


def _decayed(octaves: Floats, deviations: Floats) -> Floats:
    """Return the mean of all deviations so far, each halved for every octave that lies between.

    This is the debiased exponential mean: weights are normalised by their sum so far.
    """
    starts = _block_starts(octaves)
    if len(starts) * _FEW_PER_BLOCK > len(octaves):
        return _decayed_singly(octaves, deviations)
    ends = np.append(starts[1:], len(octaves))
    result = np.empty(len(octaves))
    total = weight = 0.0
    before = float(octaves[0])
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        here = octaves[start:end] - octaves[start]
        growth = np.exp2(here)
        fade = float(np.exp2(before - octaves[start]))
        weights = np.cumsum(growth) + weight * fade
        totals = np.cumsum(growth * deviations[start:end]) + total * fade
        np.divide(totals, weights, out=result[start:end])
        total, weight = float(totals[-1] / growth[-1]), float(weights[-1] / growth[-1])
        before = float(octaves[end - 1])
    return result


def _block_starts(octaves: Floats) -> Ints:
    """Return where stretches begin whose weights differ by 2**300 at most."""
    starts = [0]
    while True:
        limit = octaves[starts[-1]] + _BLOCK_OCTAVES
        following = int(np.searchsorted(octaves, limit, "right"))
        if following >= len(octaves):
            return np.array(starts, np.int64)
        starts.append(following)


def _decayed_singly(octaves: Floats, deviations: Floats) -> Floats:
    """Do what `_decayed` does, point by point: for gaps so long that blocks hold few points."""
    fades = np.exp2(-np.diff(octaves, prepend=octaves[0])).tolist()
    total = weight = 0.0
    result = []
    for fade, deviation in zip(fades, deviations.tolist(), strict=True):
        total = total * fade + deviation
        weight = weight * fade + 1.0
        result.append(total / weight)
    return np.array(result)


def _centred_mean(deviations: Floats, window: int) -> Floats:
    """Return the mean over `window` points around each, over fewer at the ends."""
    half = min(window // 2, len(deviations) - 1)
    window = 2 * half + 1
    sums = _window_sums(deviations, window)
    places = np.arange(len(deviations))
    counts = np.minimum(places, half) + np.minimum(places[::-1], half) + 1
    return np.asarray(sums / counts)


def _window_sums(numbers: Floats, window: int) -> Floats:
    """Return the sum of each window: the end of one block of that length and the start of the next."""
    half = window // 2
    n_windows = len(numbers)
    n_blocks = -(-(n_windows + 2 * half) // window) + 1
    padded = np.zeros(n_blocks * window)
    padded[half : half + n_windows] = numbers
    blocks = padded.reshape(n_blocks, window)
    heads = np.cumsum(blocks, axis=1)
    tails = np.cumsum(blocks[:, ::-1], axis=1)[:, ::-1]
    # The window from place p ends with the p % window first numbers of the block after p's.
    before = np.hstack((np.zeros((n_blocks, 1)), heads[:, :-1]))
    following = np.vstack((before[1:], before[-1:]))
    return np.asarray((tails + following).ravel()[:n_windows])


def _gaussian(deviations: Floats, sigma: float) -> Floats:
    """Return the mean weighted by a bell curve around each point, cut off at four sigmas."""
    reach = min(int(np.ceil(_SIGMAS * sigma)), len(deviations) - 1)
    if not reach or sigma < _NARROWEST_BELL:
        return deviations
    offsets = np.arange(-reach, reach + 1)
    bell = np.exp(-0.5 * (offsets / sigma) ** 2)
    weights = _convolved(np.ones(len(deviations)), bell)
    return np.asarray(_convolved(deviations, bell) / weights)


def _convolved(numbers: Floats, bell: NDArray[Any]) -> Floats:
    reach = len(bell) // 2
    return np.asarray(np.convolve(numbers, bell, "full")[reach : reach + len(numbers)])
