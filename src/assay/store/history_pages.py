"""Histories page by page, in the order of timestamp, step and value.

A page starts behind a place, not at an offset, so points that arrive late shift nothing. Whoever
reads a long history page by page would have it decoded and sorted for every page; so the last few
that were cut are remembered until they change or their end was given out.
"""

import threading
import weakref
from bisect import bisect_right
from collections import OrderedDict
from typing import Final, NamedTuple

import msgspec
from sqlalchemy import Connection, Engine

from assay.store.histories import read_history
from assay.store.points import SeriesColumns, by_time
from assay.store.series import history_version
from assay.store.summaries import SeriesId

MAX_REMEMBERED: Final = 4
MAX_REMEMBERED_POINTS: Final = 4_000_000


class TimePlace(NamedTuple):
    """Where a point stands in a history that is ordered by time."""

    timestamp: int
    step: int
    rank: int


class HistoryPage(msgspec.Struct, frozen=True, eq=False):
    """Some points in the order of timestamp, step and value; `end` is None on the last page."""

    points: SeriesColumns
    end: TimePlace | None


class _Remembered(NamedTuple):
    version: int
    points: SeriesColumns


_Histories = OrderedDict[tuple[int, int], _Remembered]

_by_engine: "weakref.WeakKeyDictionary[Engine, _Histories]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()


def history_page(
    conn: Connection,
    run_number: int,
    key_id: int,
    *,
    after: TimePlace | None = None,
    max_results: int | None = None,
) -> HistoryPage:
    """Return the points of a run's metric that come after a place, at most `max_results`.

    Args:
        conn: Any connection that sees one state of the database.
        run_number: The run.
        key_id: The metric's name.
        after: The `end` of the page before; None for the first page.
        max_results: How many points at most; None for all.
    """
    points = _by_time(conn, run_number, key_id)
    start = 0 if after is None else _count_up_to(points, after)
    end = len(points) if max_results is None else min(start + max_results, len(points))
    if end >= len(points):
        _forget(conn.engine, run_number, key_id)
        return HistoryPage(points[start:], None)
    return HistoryPage(points[start:end], _time_place(points, end - 1))


def _by_time(conn: Connection, run_number: int, key_id: int) -> SeriesColumns:
    version = history_version(conn, run_number, SeriesId(key_id))
    with _lock:
        found = _by_engine.setdefault(conn.engine, OrderedDict()).get((run_number, key_id))
    if found is not None and found.version == version:
        return found.points
    points = by_time(read_history(conn, run_number, key_id))
    _remember(conn.engine, run_number, key_id, _Remembered(version, points))
    return points


def _remember(engine: Engine, run_number: int, key_id: int, found: _Remembered) -> None:
    with _lock:
        histories = _by_engine.setdefault(engine, OrderedDict())
        histories[run_number, key_id] = found
        histories.move_to_end((run_number, key_id))
        while len(histories) > MAX_REMEMBERED or _n_points(histories) > MAX_REMEMBERED_POINTS:
            histories.popitem(last=False)


def _forget(engine: Engine, run_number: int, key_id: int) -> None:
    with _lock:
        _by_engine.setdefault(engine, OrderedDict()).pop((run_number, key_id), None)


def _n_points(histories: _Histories) -> int:
    return sum(len(found.points) for found in histories.values())


def _count_up_to(points: SeriesColumns, place: TimePlace) -> int:
    return bisect_right(range(len(points)), place, key=lambda index: _time_place(points, index))


def _time_place(points: SeriesColumns, index: int) -> TimePlace:
    step, timestamp, rank = points.place(index)
    return TimePlace(timestamp, step, rank)
