"""What histories and their summaries should be, worked out the slow way."""

import math
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, text

from assay.store.points import SeriesColumns
from assay.store.runs import create_run, find_run
from strategies import Point, bits_of

Seen = tuple[int, int, int]


def rank(value: float) -> int:
    """Return the place of a value among all doubles, NaN last."""
    if math.isnan(value):
        return 2**63 - 1
    bits = bits_of(value)
    return bits if bits < 2**63 else 2**63 - 1 - bits


def expected(points: Iterable[Point]) -> list[Seen]:
    """Return distinct points in order as (step, timestamp, rank of the value)."""
    return sorted({(step, timestamp, rank(value)) for step, timestamp, value in points})


def seen(columns: SeriesColumns) -> list[Seen]:
    """Return what a read gave in the form of `expected`."""
    rows = zip(
        columns.steps.tolist(), columns.timestamps.tolist(), columns.values.tolist(), strict=True
    )
    return [(step, timestamp, rank(value)) for step, timestamp, value in rows]


def new_run(conn: Connection) -> int:
    """Create a run in experiment 0 and return its number."""
    run = create_run(conn, experiment_id="0")
    return find_run(conn, run.info.run_id).run_number


def expected_summary(points: list[Point]) -> dict[str, Any]:
    """Return the columns of `series` that these points, each once, should lead to."""
    points = list(dict(zip(map(_seen, points), points, strict=True)).values())
    finite = [point for point in points if math.isfinite(point[2])]
    last = max(points, key=_seen)
    low = min(finite, key=lambda point: (point[2], point[0]), default=None)
    high = min(finite, key=lambda point: (-point[2], point[0]), default=None)
    return {
        "n_points": len(points),
        "n_finite": len(finite),
        "last_step": last[0],
        "last_timestamp": last[1],
        "last_value": None if math.isnan(last[2]) else last[2],
        "first_step": min(point[0] for point in points),
        "min_value": low and low[2],
        "min_step": low and low[0],
        "max_value": high and high[2],
        "max_step": high and high[0],
    }


def summary(conn: Connection, run_number: int, key_id: int) -> dict[str, Any]:
    """Return the stored summary of a run's series in the form of `expected_summary`."""
    statement = text(
        "SELECT n_points, n_finite, last_step, last_timestamp, last_value, first_step, min_value,"
        " min_step, max_value, max_step FROM series"
        " WHERE run_number = :run AND key_id = :key AND model_number = 0"
    )
    row = conn.execute(statement, {"run": run_number, "key": key_id}).one()
    return dict(row._mapping)


def _seen(point: Point) -> Seen:
    return (point[0], point[1], rank(point[2]))
