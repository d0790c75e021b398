"""A history summarised over equal ranges of steps, for charts: fast, and never hiding a spike.

A chunk that lies wholly in one bucket counts with its stored aggregate; a chunk that an edge cuts,
or that other points interleave, is decoded. So the answer equals that of the raw points: exactly
for counts, extremes, first and last, and to rounding for means.
"""

from typing import Final

import msgspec
import numpy as np
from sqlalchemy import Connection

from assay.errors import InvalidParameter
from assay.store.blocks import (
    AGGREGATE,
    Aggregates,
    Blocks,
    blocks_of_points,
    combine,
    decode_aggregates,
)
from assay.store.compression import decompress
from assay.store.histories import HIGHEST_STEP, LOWEST_STEP, unchunked_points
from assay.store.points import Ints, SeriesColumns, concatenate, ordered, within
from assay.store.statements import Row, Statement
from assay.store.summaries import SeriesId
from assay.store.tables import NO_DATASET, NO_MODEL

MAX_BUCKETS: Final = 2000

_BOUNDS: Final = Statement(
    "SELECT chunk_id, n_points, first_step, first_timestamp, first_rank,"
    " last_step, last_timestamp, last_rank, aggregate FROM chunks"
    " WHERE run_number = ? AND key_id = ? AND model_number = ? AND dataset_id = ?"
    " AND first_step <= ? AND last_step >= ?"
    " ORDER BY first_step, first_timestamp, first_rank"
)
_PAYLOADS: Final = Statement(
    "SELECT payload FROM chunks WHERE chunk_id IN (?int...)"
    " ORDER BY first_step, first_timestamp, first_rank"
)


class Buckets(msgspec.Struct, frozen=True, eq=False):
    """Bucket i holds the points from step `edges[i]` up to before the next edge, or to the end.

    `aggregates` has the fields of `blocks.AGGREGATE` for each bucket; an empty bucket has n = 0 and
    NaN for the rest, and its `x_first` and `x_last` mean nothing.
    """

    edges: Ints
    x_first: Ints
    x_last: Ints
    aggregates: Aggregates


class BucketedHistory(msgspec.Struct, frozen=True, eq=False):
    """Buckets, or the raw points when there are at most two for each bucket."""

    start_step: int
    end_step: int
    points: SeriesColumns | None
    buckets: Buckets | None

    @property
    def is_exact(self) -> bool:
        """True when all points are given as they are."""
        return self.points is not None


class _Part(msgspec.Struct, frozen=True):
    """What is asked of which series, and the first step of each bucket."""

    run_number: int
    series: SeriesId
    start_step: int
    end_step: int
    edges: Ints

    def buckets_of(self, steps: Ints) -> Ints:
        return np.searchsorted(self.edges, steps, "right") - 1


def read_buckets(
    conn: Connection,
    run_number: int,
    key_id: int,
    *,
    n_buckets: int,
    model_number: int = NO_MODEL,
    dataset_id: int = NO_DATASET,
    start_step: int | None = None,
    end_step: int | None = None,
) -> BucketedHistory:
    """Summarise a series over equal ranges of steps.

    Args:
        conn: Any connection that sees one state of the database.
        run_number: The run.
        key_id: The metric's name.
        n_buckets: How many ranges, from 1 to `MAX_BUCKETS`; fewer when there are fewer steps.
        model_number: The logged model, for the series of a model.
        dataset_id: The data set, for the series of a model on one.
        start_step: The first step of the first bucket; None for the first step of the series.
        end_step: The last step of the last bucket; None for the last step of the series.

    Raises:
        InvalidParameter: The number of buckets is out of range, or the start is after the end.
    """
    if not 1 <= n_buckets <= MAX_BUCKETS:
        raise InvalidParameter(f"n_buckets must be between 1 and {MAX_BUCKETS}. Got {n_buckets}.")
    series = SeriesId(key_id, model_number, dataset_id)
    low = LOWEST_STEP if start_step is None else start_step
    high = HIGHEST_STEP if end_step is None else end_step
    if low > high:
        raise InvalidParameter("end_step must not be below start_step.")
    chunks = _BOUNDS.rows(conn, run_number, *series, high, low)
    loose = within(ordered(concatenate(unchunked_points(conn, run_number, series))), low, high)
    low, high = _shown(chunks, loose, start_step, end_step)
    part = _Part(run_number, series, low, high, _edges(low, high, n_buckets))
    n_inside = sum(row[1] for row in chunks if low <= row[2] and row[5] <= high)
    if n_inside <= 2 * n_buckets:
        points = _decoded(conn, part, chunks, loose)
        if len(points) <= 2 * n_buckets:
            return BucketedHistory(low, high, points, None)
    return BucketedHistory(low, high, None, _summarised(conn, part, chunks, loose))


def _shown(
    chunks: list[Row], loose: SeriesColumns, start_step: int | None, end_step: int | None
) -> tuple[int, int]:
    """Return the first and last step of the chart: as asked, else those of the points."""
    firsts, lasts = [row[2] for row in chunks], [row[5] for row in chunks]
    if len(loose):
        firsts.append(int(loose.steps[0]))
        lasts.append(int(loose.steps[-1]))
    low = min(firsts, default=0) if start_step is None else start_step
    high = max(lasts, default=low) if end_step is None else end_step
    return low, max(low, high)


def _edges(low: int, high: int, n_buckets: int) -> Ints:
    """Return the first step of each bucket; Python integers, because the span may fill 65 bits."""
    n_steps = high - low + 1
    n_buckets = min(n_buckets, n_steps)
    return np.array([low + n_steps * i // n_buckets for i in range(n_buckets)], np.int64)


def _summarised(conn: Connection, part: _Part, chunks: list[Row], loose: SeriesColumns) -> Buckets:
    whole, cut = _sorted_out(part, chunks, loose)
    points = _decoded(conn, part, cut, loose)
    raw = blocks_of_points(points, part.edges)
    found = combine([raw, _stored_blocks(part, whole)])
    aggregates = np.zeros(len(part.edges), AGGREGATE)
    for name in ("min", "max", "mean", "first", "last"):
        aggregates[name] = np.nan
    aggregates[found.buckets] = found.aggregates
    x_first, x_last = part.edges.copy(), part.edges.copy()
    x_first[found.buckets], x_last[found.buckets] = found.firsts[:, 0], found.lasts[:, 0]
    return Buckets(part.edges, x_first, x_last, aggregates)


def _sorted_out(
    part: _Part, chunks: list[Row], loose: SeriesColumns
) -> tuple[list[Row], list[Row]]:
    """Return the chunks that count as a whole, and those that must be decoded."""
    if not chunks:
        return [], []
    firsts = np.array([row[2] for row in chunks], np.int64)
    lasts = np.array([row[5] for row in chunks], np.int64)
    is_inside = (firsts >= part.start_step) & (lasts <= part.end_step)
    is_uncut = part.buckets_of(firsts) == part.buckets_of(lasts)
    n_before = np.searchsorted(loose.steps, firsts, "left")
    is_alone = np.searchsorted(loose.steps, lasts, "right") == n_before
    is_whole = (is_inside & is_uncut & is_alone).tolist()
    whole = [row for row, chosen in zip(chunks, is_whole, strict=True) if chosen]
    cut = [row for row, chosen in zip(chunks, is_whole, strict=True) if not chosen]
    return whole, cut


def _stored_blocks(part: _Part, chunks: list[Row]) -> Blocks:
    places = np.array([row[2:8] for row in chunks], np.int64).reshape(len(chunks), 6)
    aggregates = decode_aggregates([row[8] for row in chunks])
    return Blocks(part.buckets_of(places[:, 0]), places[:, :3], places[:, 3:], aggregates)


def _decoded(
    conn: Connection, part: _Part, chunks: list[Row], loose: SeriesColumns
) -> SeriesColumns:
    """Return the points of `chunks` and the loose ones that lie in the chart."""
    rows = _PAYLOADS.rows(conn, [row[0] for row in chunks]) if chunks else []
    n_chunked = sum(row[1] for row in chunks)
    points = decompress((row[0] for row in rows), n_chunked, followed_by=[loose])
    return within(ordered(points), part.start_step, part.end_step)
