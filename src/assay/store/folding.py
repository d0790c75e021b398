"""Folding: turning a run's inbox into chunks and one pack, without getting in the writers' way.

A fold is planned from a snapshot, which decodes, sorts and compresses, and then applied, which only
writes. Whoever planned on a state that another fold has changed meanwhile finds the pack's version
moved on and changes nothing, so any number of threads and servers may fold the same run. After a
fold no point of a series is stored twice, and what the pack holds of it lies behind all its chunks;
late points are merged into the chunks between whose ends they belong.
"""

from typing import Final

import msgspec
import numpy as np
from sqlalchemy import Connection

from assay.store.chunks import (
    CHUNK_POINTS,
    Merge,
    add_chunks,
    chunk_row,
    chunks_between,
    delete_chunks,
    last_chunk,
    merge,
    position_after,
)
from assay.store.inbox import pending_points
from assay.store.packs import decode_pack, encode_pack
from assay.store.points import Place, SeriesColumns, concatenate, no_points, ordered
from assay.store.series import take_off_duplicates
from assay.store.statements import Row, Statement
from assay.store.summaries import SeriesId, finite_sum

PACK_POINTS: Final = 65_536
"""When a pack holds more, its longest series move to chunks though they do not fill them."""
WORTH_POINTS: Final = 16_384
WORTH_BLOBS: Final = 256

_PLAN_POINTS: Final = 262_144
_PLAN_BLOBS: Final = 1024
_FIRST_TERMINATED: Final = 3

_INBOX: Final = Statement(
    "SELECT inbox_id, n_points FROM inbox WHERE run_number = ? ORDER BY inbox_id LIMIT ?"
)
_BLOBS: Final = Statement("SELECT payload FROM inbox WHERE inbox_id IN (?int...) ORDER BY inbox_id")
_DELETE_BLOBS: Final = Statement("DELETE FROM inbox WHERE inbox_id IN (?int...)")
_PACK: Final = Statement("SELECT version, payload FROM packs WHERE run_number = ?")
_ADD_PACK: Final = Statement(
    "INSERT INTO packs (n_points, payload, run_number, version) VALUES (?, ?, ?, ? + 1)"
    " ON CONFLICT (run_number) DO NOTHING"
)
_SET_PACK: Final = Statement(
    "UPDATE packs SET n_points = ?, payload = ?, version = version + 1"
    " WHERE run_number = ? AND version = ?"
)
_IS_KEPT: Final = Statement("SELECT 1 FROM runs WHERE run_number = ? AND lifecycle < 2")
_WORTH_FOLDING: Final = Statement(
    "SELECT inbox.run_number FROM inbox JOIN runs ON runs.run_number = inbox.run_number"
    " AND runs.lifecycle < 2"
    " GROUP BY inbox.run_number"
    " HAVING SUM(inbox.n_points) >= ? OR COUNT(*) >= ? OR MAX(runs.status) >= ?"
    " ORDER BY SUM(inbox.n_points) DESC LIMIT ?"
)


class FoldPlan(msgspec.Struct, frozen=True, eq=False):
    """All that one fold writes, worked out beforehand; `version` is that of the pack it replaces."""

    run_number: int
    version: int
    blob_ids: list[int]
    deleted_chunk_ids: list[int]
    new_chunks: list[Row]
    n_packed: int
    pack: bytes
    corrections: list[Row]


def runs_to_fold(conn: Connection, limit: int) -> list[int]:
    """Return runs whose inbox is worth folding: long, in many pieces, or of a run that has ended."""
    rows = _WORTH_FOLDING.rows(conn, WORTH_POINTS, WORTH_BLOBS, _FIRST_TERMINATED, limit)
    return [int(row[0]) for row in rows]


def fold_run(conn: Connection, run_number: int) -> None:
    """Fold all that is in a run's inbox now, in the transaction of `conn`."""
    plan = plan_fold(conn, run_number)
    while plan is not None and apply_fold(conn, plan):
        plan = plan_fold(conn, run_number)


def plan_fold(conn: Connection, run_number: int) -> FoldPlan | None:
    """Work out how to fold the oldest part of a run's inbox; None when the inbox is empty.

    Args:
        conn: Any connection that sees one state of the database.
        run_number: The run.
    """
    blob_ids = _oldest_blobs(conn, run_number)
    if not blob_ids:
        return None
    version, packed, tails = read_pack(conn, run_number)
    fold = _Fold(conn, run_number, packed, tails)
    for series, points in pending_points(row[0] for row in _BLOBS.rows(conn, blob_ids)).items():
        fold.take(series, points)
    fold.lighten()
    return FoldPlan(
        run_number=run_number,
        version=version,
        blob_ids=blob_ids,
        deleted_chunk_ids=fold.deleted_chunk_ids,
        new_chunks=fold.new_chunks,
        n_packed=sum(map(len, fold.packed.values())),
        pack=encode_pack(fold.packed, fold.tails),
        corrections=fold.corrections,
    )


def apply_fold(conn: Connection, plan: FoldPlan) -> bool:
    """Write a planned fold.

    Returns:
        False, and nothing is written, when another fold of the run came first, or it was purged.
    """
    if not plan.version and _IS_KEPT.row(conn, plan.run_number) is None:
        return False
    if not _put_pack(conn, plan.run_number, plan.version, plan.n_packed, plan.pack):
        return False
    _DELETE_BLOBS.run(conn, plan.blob_ids)
    delete_chunks(conn, plan.deleted_chunk_ids)
    add_chunks(conn, plan.new_chunks)
    take_off_duplicates(conn, plan.corrections)
    return True


def read_pack(
    conn: Connection, run_number: int
) -> tuple[int, dict[SeriesId, SeriesColumns], dict[SeriesId, Place]]:
    """Return the version of a run's pack, 0 for none, its points and its tails."""
    version, payload = _PACK.row(conn, run_number) or (0, None)
    return (version, *decode_pack(payload))


def write_pack(
    conn: Connection,
    run_number: int,
    version: int,
    packed: dict[SeriesId, SeriesColumns],
    tails: dict[SeriesId, Place],
) -> bool:
    """Replace the pack of this version; False, and nothing is written, when that is gone."""
    n_packed = sum(map(len, packed.values()))
    return _put_pack(conn, run_number, version, n_packed, encode_pack(packed, tails))


def _put_pack(conn: Connection, run_number: int, version: int, n_packed: int, pack: bytes) -> bool:
    statement = _SET_PACK if version else _ADD_PACK
    return bool(statement.run(conn, n_packed, pack, run_number, version))


class _Fold:
    """A fold of one run while it is worked out."""

    def __init__(
        self,
        conn: Connection,
        run_number: int,
        packed: dict[SeriesId, SeriesColumns],
        tails: dict[SeriesId, Place],
    ) -> None:
        self.conn = conn
        self.run_number = run_number
        self.packed = packed
        self.tails = tails
        self.deleted_chunk_ids: list[int] = []
        self.new_chunks: list[Row] = []
        self.corrections: list[Row] = []
        self.changed: set[SeriesId] = set()

    def take(self, series: SeriesId, pending: SeriesColumns) -> None:
        """Add what is pending of a series to its chunks and to the pack."""
        before = [self.packed.pop(series, no_points()), pending]
        points = ordered(concatenate(before))
        after: list[SeriesColumns] = []
        tail = self.tails.get(series)
        if tail is not None and points.place(0) <= tail:
            n_late = position_after(points, tail)
            merged = self._merge_late(series, points[:n_late])
            points = points[n_late:]
            before += [chunk.points for chunk in merged.replaced]
            after += merged.added
        n_whole = len(points) // CHUNK_POINTS * CHUNK_POINTS
        if n_whole:
            self._put(series, merge([], points[:n_whole]))
        if len(points) > n_whole:
            self.packed[series] = points[n_whole:]
        self._correct(series, before, [*after, points])

    def lighten(self) -> None:
        """Move the longest series to chunks until the pack is half as long as it may be."""
        n_packed = sum(map(len, self.packed.values()))
        if n_packed <= PACK_POINTS:
            return
        for series in sorted(self.packed, key=lambda series: -len(self.packed[series])):
            points = self.packed.pop(series)
            self._append(series, points)
            n_packed -= len(points)
            if n_packed <= PACK_POINTS // 2:
                return

    def _merge_late(self, series: SeriesId, late: SeriesColumns) -> Merge:
        first, last = late.place(0), late.place(-1)
        chunks = chunks_between(self.conn, self.run_number, series, first=first, last=last)
        merged = merge(chunks, late)
        self._put(series, merged)
        return merged

    def _append(self, series: SeriesId, points: SeriesColumns) -> None:
        """Store points behind all chunks of a series, filling up the last one that is stored."""
        last = None
        if series in self.tails and series not in self.changed:
            last = last_chunk(self.conn, self.run_number, series)
        self._put(series, merge([last] if last else [], points))

    def _put(self, series: SeriesId, merged: Merge) -> None:
        """Note what a merge replaces and adds."""
        self.deleted_chunk_ids += [chunk.chunk_id for chunk in merged.replaced]
        for points in merged.added:
            self.new_chunks.append(chunk_row(self.run_number, series, points))
            end = points.place(-1)
            self.tails[series] = max(end, self.tails.get(series, end))
            self.changed.add(series)

    def _correct(
        self, series: SeriesId, before: list[SeriesColumns], after: list[SeriesColumns]
    ) -> None:
        """Note what the summary counts too much, because duplicates have gone."""
        n_gone = sum(map(len, before)) - sum(map(len, after))
        if not n_gone:
            return
        old, new = concatenate(before).values, concatenate(after).values
        n_finite = int(np.isfinite(old).sum() - np.isfinite(new).sum())
        total = finite_sum(old) - finite_sum(new)
        self.corrections.append((n_gone, n_finite, total, self.run_number, *series))


def _oldest_blobs(conn: Connection, run_number: int) -> list[int]:
    """Return the ids of the oldest blobs that one plan takes on, one at least."""
    blob_ids: list[int] = []
    n_points = 0
    for blob_id, n_more in _INBOX.rows(conn, run_number, _PLAN_BLOBS):
        n_points += n_more
        if blob_ids and n_points > _PLAN_POINTS:
            break
        blob_ids.append(blob_id)
    return blob_ids
