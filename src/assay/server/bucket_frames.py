"""How buckets of a history are laid out in a binary frame.

The header has `exact`, `start_step` and `end_step`. When `exact`, the arrays are `x` and `value`,
one entry a point. Otherwise each has one entry a bucket: `edge` (its first step), `x_first` and
`x_last`, `n`, `n_nan`, `n_posinf`, `n_neginf`, and `min`, `max`, `mean`, `first`, `last`. Steps are
64-bit floats, which pages can use directly; a step beyond 2**53 is rounded.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assay.store.buckets import BucketedHistory, Buckets
from assay.store.points import SeriesColumns
from assay.wire.frame import encode_frame, narrowed

_COUNTS: Final = ("n", "n_nan", "n_posinf", "n_neginf")
_VALUES: Final = ("min", "max", "mean", "first", "last")

Arrays = Mapping[str, NDArray[Any]]


def bucket_frame(history: BucketedHistory) -> bytes:
    """Return the frame that shows `history`."""
    header = {
        "exact": history.is_exact,
        "start_step": history.start_step,
        "end_step": history.end_step,
    }
    if history.points is not None:
        return encode_frame(header, _point_arrays(history.points))
    if history.buckets is not None:
        return encode_frame(header, _bucket_arrays(history.buckets))
    return encode_frame(header, {})


def _point_arrays(points: SeriesColumns) -> Arrays:
    return {"x": points.steps.astype(np.float64), "value": narrowed(points.values)}


def _bucket_arrays(buckets: Buckets) -> Arrays:
    aggregates = buckets.aggregates
    return {
        "edge": buckets.edges.astype(np.float64),
        "x_first": buckets.x_first.astype(np.float64),
        "x_last": buckets.x_last.astype(np.float64),
        **{name: np.ascontiguousarray(aggregates[name]) for name in _COUNTS},
        **{name: narrowed(np.ascontiguousarray(aggregates[name])) for name in _VALUES},
    }
