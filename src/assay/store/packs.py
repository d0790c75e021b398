"""One row per run for everything that is too short for chunks of its own.

The payload is three compressed integer columns and the points. First the table of series: keys,
models, data sets and numbers of points, one after the other. Then the *tails*: for each series that
has chunks, its key, model and data set and the place of its last point in chunks, so that a fold
knows without looking whether new points follow or go in between. Then the points, series by series.
"""

import itertools
import struct
from collections.abc import Mapping
from typing import Final

import numpy as np

from assay.store.compression import compress, compress_integers, decompress, decompress_integers
from assay.store.points import Ints, Place, SeriesColumns, concatenate, no_points
from assay.store.summaries import SeriesId

_HEAD: Final = struct.Struct("<BIII")
_VERSION: Final = 1
_TABLE_FIELDS: Final = 4
_TAIL_FIELDS: Final = 6

Points = Mapping[SeriesId, SeriesColumns]
Tails = Mapping[SeriesId, Place]


def encode_pack(points: Points, tails: Tails) -> bytes:
    """Return the payload of a pack."""
    owners = sorted(points)
    table = np.array([(*owner, len(points[owner])) for owner in owners], np.int64)
    tail_rows = np.array([(*owner, *tails[owner]) for owner in sorted(tails)], np.int64)
    n_points = sum(len(points[owner]) for owner in owners)
    parts = (
        compress_integers(table.T.ravel()),
        compress_integers(tail_rows.T.ravel()),
        compress(concatenate([points[owner] for owner in owners])),
    )
    return _HEAD.pack(_VERSION, n_points, len(owners), len(tails)) + b"".join(parts)


def decode_pack(
    payload: bytes | None,
) -> tuple[dict[SeriesId, SeriesColumns], dict[SeriesId, Place]]:
    """Return the points and the tails of a pack; nothing for a run that has none."""
    if payload is None:
        return {}, {}
    owners, counts, tail_rows, points = _parse(payload)
    ends = np.cumsum(counts).tolist()
    packed = {
        SeriesId(*owner): points[start:end]
        for owner, (start, end) in zip(owners, itertools.pairwise([0, *ends]), strict=True)
    }
    tails = {SeriesId(*row[:3]): Place(*row[3:]) for row in tail_rows}
    return packed, tails


def packed_points(payload: bytes | None, wanted: SeriesId) -> SeriesColumns:
    """Return the points of one series in a pack."""
    if payload is None:
        return no_points()
    owners, counts, _tails, points = _parse(payload)
    if list(wanted) not in owners:
        return no_points()
    position = owners.index(list(wanted))
    start = int(counts[:position].sum())
    return points[start : start + int(counts[position])]


def _parse(payload: bytes) -> tuple[list[list[int]], Ints, list[list[int]], SeriesColumns]:
    """Return the owners, how many points each has, the rows of tails, and all points."""
    _version, n_points, n_owners, n_tails = _HEAD.unpack_from(payload)
    start = _HEAD.size
    numbers, start = decompress_integers(payload, start, n_owners * _TABLE_FIELDS)
    tails, start = decompress_integers(payload, start, n_tails * _TAIL_FIELDS)
    table = numbers.reshape(_TABLE_FIELDS, n_owners)
    points = decompress([payload[start:]], n_points)
    return table[:3].T.tolist(), table[3], tails.reshape(_TAIL_FIELDS, n_tails).T.tolist(), points
