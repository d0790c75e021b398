"""Which steps of several histories to answer when there are too many, as compatible pages expect."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Steps = NDArray[np.int64]


def sample_steps(histories: Sequence[Steps], max_steps: int) -> Steps:
    """Return the sorted steps to show.

    All distinct steps when they are at most `max_steps`; else that many at equal distances in their
    order, and the last. The first and last step of each history are always among them.

    Args:
        histories: The steps of each history, sorted.
        max_steps: How many steps to choose, at least 1.
    """
    filled = [steps for steps in histories if len(steps)]
    if not filled:
        return np.empty(0, np.int64)
    distinct = np.unique(np.concatenate(filled))
    if len(distinct) <= max_steps:
        return distinct
    places = np.arange(max_steps, dtype=np.int64) * len(distinct) // max_steps
    ends = [[steps[0], steps[-1]] for steps in filled]
    return np.unique(np.concatenate([distinct[places], distinct[-1:], *ends]).astype(np.int64))


def is_chosen(steps: Steps, chosen: Steps) -> NDArray[np.bool_]:
    """Return for each of `steps` whether it is among the sorted `chosen`."""
    if not len(chosen):
        return np.zeros(len(steps), np.bool_)
    places = np.searchsorted(chosen, steps).clip(max=len(chosen) - 1)
    found: NDArray[np.bool_] = chosen[places] == steps
    return found
