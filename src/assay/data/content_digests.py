"""Digests over whole contents, so that a change anywhere in the data shows.

The compatible digest looks at the first 10,000 rows only. What lies in memory is digested up to
`ASSAY_DATA_DIGEST_MEGABYTES`, because that happens while the caller waits.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assay import settings


def is_small_enough(n_bytes: int) -> bool:
    """Return whether data in memory of this size is digested as a whole."""
    return n_bytes <= settings.DATA_DIGEST_MEGABYTES.get() * 1_000_000


def digest_arrays(named: Iterable[tuple[str, NDArray[Any]]]) -> str | None:
    """Return the digest over arrays with their names, types and shapes; None for objects."""
    digest = hashlib.sha256()
    for name, array in named:
        if array.dtype.hasobject:
            return None
        digest.update(f"{name}\0{array.dtype.str}\0{array.shape}\0".encode())
        digest.update(np.ascontiguousarray(array).reshape(-1).view(np.uint8).data)
    return digest.hexdigest()


def digest_hashes(head: str, hashes: Iterable[NDArray[Any]]) -> str:
    """Return the digest over what describes rows (`head`) and 64-bit hashes of the rows."""
    digest = hashlib.sha256(head.encode())
    for column in hashes:
        digest.update(np.ascontiguousarray(column).data)
    return digest.hexdigest()
