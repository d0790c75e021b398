"""Chunks: full stretches of one series, in order and never overlapping.

A chunk row names the places of its first and last point, so that a fold finds where late points
belong and a read takes only the stretch it needs.
"""

import itertools
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Final

import msgspec
from sqlalchemy import Connection

from assay.store.blocks import encode_aggregate
from assay.store.compression import compress, decompress
from assay.store.points import Place, SeriesColumns, concatenate, ordered
from assay.store.statements import Row, Statement
from assay.store.summaries import SeriesId

CHUNK_POINTS: Final = 4096

_SERIES: Final = "run_number = ? AND key_id = ? AND model_number = ? AND dataset_id = ?"
_COLUMNS: Final = (
    "chunk_id, n_points, first_step, first_timestamp, first_rank,"
    " last_step, last_timestamp, last_rank"
)
_FROM: Final = Statement(
    f"SELECT {_COLUMNS}, payload FROM chunks WHERE {_SERIES}"  # noqa: S608 constants of this file
    " AND (last_step, last_timestamp, last_rank) >= (?, ?, ?)"
    " AND (first_step, first_timestamp, first_rank) <= (?, ?, ?)"
    " ORDER BY first_step, first_timestamp, first_rank"
)
_LAST: Final = Statement(
    f"SELECT {_COLUMNS}, payload FROM chunks WHERE {_SERIES}"  # noqa: S608 constants of this file
    " ORDER BY first_step DESC, first_timestamp DESC, first_rank DESC LIMIT 1"
)
_ADD: Final = Statement(
    "INSERT INTO chunks (run_number, key_id, model_number, dataset_id, n_points,"
    " first_step, first_timestamp, first_rank, last_step, last_timestamp, last_rank,"
    " aggregate, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DELETE: Final = Statement("DELETE FROM chunks WHERE chunk_id IN (?int...)")


class Chunk(msgspec.Struct, frozen=True, eq=False):
    """A chunk as it is stored, decoded."""

    chunk_id: int
    first: Place
    last: Place
    points: SeriesColumns


class Merge(msgspec.Struct, frozen=True, eq=False):
    """What becomes of some chunks when points are merged into them."""

    replaced: tuple[Chunk, ...]
    added: tuple[SeriesColumns, ...]


def chunks_between(
    conn: Connection, run_number: int, series: SeriesId, *, first: Place, last: Place
) -> list[Chunk]:
    """Return the chunks of a series that reach into the stretch from `first` to `last`, in order."""
    return [_chunk(row) for row in _FROM.rows(conn, run_number, *series, *first, *last)]


def last_chunk(conn: Connection, run_number: int, series: SeriesId) -> Chunk | None:
    """Return the chunk that holds the end of a series."""
    row = _LAST.row(conn, run_number, *series)
    return _chunk(row) if row else None


def merge(chunks: Sequence[Chunk], points: SeriesColumns) -> Merge:
    """Merge ordered points into the chunks that they fall into.

    A point belongs to the last chunk that starts at or before it, else to the first. Points behind
    the end of a full chunk become chunks of their own.
    """
    if not chunks:
        return Merge((), tuple(split(points)))
    replaced: list[Chunk] = []
    added: list[SeriesColumns] = []
    cuts = [position(points, chunk.first) for chunk in chunks[1:]]
    for chunk, (start, end) in zip(
        chunks, itertools.pairwise([0, *cuts, len(points)]), strict=True
    ):
        new = points[start:end]
        if not len(new):
            continue
        if len(chunk.points) >= CHUNK_POINTS and new.place(0) > chunk.last:
            added += split(new)
            continue
        merged = ordered(concatenate([chunk.points, new]))
        if len(merged) > len(chunk.points):
            replaced.append(chunk)
            added += split(merged)
    return Merge(tuple(replaced), tuple(added))


def split(points: SeriesColumns) -> list[SeriesColumns]:
    """Cut ordered points into pieces of nearly equal size, none longer than a chunk."""
    n_pieces = -(-len(points) // CHUNK_POINTS)
    cuts = [len(points) * piece // n_pieces for piece in range(n_pieces + 1)]
    return [points[start:end] for start, end in itertools.pairwise(cuts)]


def position(points: SeriesColumns, place: Place) -> int:
    """Return how many of the ordered points come before `place`."""
    return bisect_left(range(len(points)), place, key=points.place)


def position_after(points: SeriesColumns, place: Place) -> int:
    """Return how many of the ordered points come at or before `place`."""
    return bisect_right(range(len(points)), place, key=points.place)


def chunk_row(run_number: int, series: SeriesId, points: SeriesColumns) -> Row:
    """Return the row that stores ordered points as one chunk."""
    return (
        run_number,
        *series,
        len(points),
        *points.place(0),
        *points.place(-1),
        encode_aggregate(points.values),
        compress(points),
    )


def add_chunks(conn: Connection, rows: Iterable[Row]) -> None:
    """Store rows of `chunk_row`, in one statement."""
    _ADD.run_many(conn, rows)


def delete_chunks(conn: Connection, chunk_ids: Sequence[int]) -> None:
    """Delete chunks, in one statement."""
    if chunk_ids:
        _DELETE.run(conn, list(chunk_ids))


def _chunk(row: Row) -> Chunk:
    points = decompress([row[8]], row[1])
    return Chunk(row[0], Place(*row[2:5]), Place(*row[5:8]), points)
