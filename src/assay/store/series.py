"""The summary of each series: how many points, the last, the first, the extremes, the sum.

Search and run pages read summaries and never touch points. A batch is summed up first and then
merged in SQL, so that several servers may write to one run. Two rules hold everywhere: the last
point is the greatest by (step, timestamp, value) with NaN above all numbers; extremes and sums are
over finite values, and of equal extremes the one of the lowest step counts.
"""

import operator
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection

from assay.store.statements import Row, Statement

_NEWER: Final = """
    excluded.last_step > series.last_step
    OR (excluded.last_step = series.last_step AND (
        excluded.last_timestamp > series.last_timestamp
        OR (excluded.last_timestamp = series.last_timestamp AND (
            excluded.last_value IS NULL OR excluded.last_value > series.last_value))))"""
_EARLIER: Final = "excluded.first_step < series.first_step"
_LOWER: Final = """
    series.min_value IS NULL OR excluded.min_value < series.min_value
    OR (excluded.min_value = series.min_value AND excluded.min_step < series.min_step)"""
_HIGHER: Final = """
    series.max_value IS NULL OR excluded.max_value > series.max_value
    OR (excluded.max_value = series.max_value AND excluded.max_step < series.max_step)"""


def _choose(condition: str, *columns: str) -> str:
    return ", ".join(
        f"{column} = CASE WHEN {condition} THEN excluded.{column} ELSE series.{column} END"
        for column in columns
    )


_CHOICES: Final = (
    _choose(_NEWER, "last_step", "last_timestamp", "last_value"),
    _choose(_EARLIER, "first_step", "first_value"),
    _choose(_LOWER, "min_value", "min_step"),
    _choose(_HIGHER, "max_value", "max_step"),
)
_INSERT: Final = (
    "INSERT INTO series (run_number, key_id, model_number, dataset_id, experiment_id,"
    " n_logged, n_points, n_finite, last_step, last_timestamp, last_value, first_step, first_value,"
    " min_value, min_step, max_value, max_step, sum_value)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (run_number, key_id, model_number, dataset_id) DO UPDATE SET"
    " n_logged = series.n_logged + excluded.n_logged,"
    " n_points = series.n_points + excluded.n_points,"
    " n_finite = series.n_finite + excluded.n_finite,"
    " sum_value = series.sum_value + excluded.sum_value"
)
_PRIMARY_KEY: Final = operator.itemgetter(0, 1, 2, 3)
_MERGE: Final = Statement(", ".join((_INSERT, *_CHOICES)))
_CORRECT: Final = Statement(
    "UPDATE series SET n_points = n_points - ?, n_finite = n_finite - ?, sum_value = sum_value - ?"
    " WHERE run_number = ? AND key_id = ? AND model_number = ? AND dataset_id = ?"
)
_VERSION: Final = Statement(
    "SELECT n_logged FROM series"
    " WHERE run_number = ? AND key_id = ? AND model_number = ? AND dataset_id = ?"
)


def merge_summaries(conn: Connection, rows: Iterable[Row]) -> None:
    """Add what a group of batches brought to the summaries of their series, in one statement."""
    # In key order, so that two servers that write to one run wait for each other and never lock up.
    _MERGE.run_many(conn, sorted(rows, key=_PRIMARY_KEY))


def take_off_duplicates(conn: Connection, corrections: Iterable[Row]) -> None:
    """Take what turned out to be duplicates off summaries again, in one statement.

    Args:
        conn: A writing connection.
        corrections: Points, finite points, their sum; then run, key, model and data set.
    """
    _CORRECT.run_many(conn, corrections)


def history_version(conn: Connection, run_number: int, series: Row) -> int:
    """Return a number that grows with every point logged to the series; 0 when there is none."""
    row = _VERSION.row(conn, run_number, *series)
    return int(row[0]) if row else 0
