"""What several runs logged, beside each other; four statements whatever the number of runs."""

import math
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.entities.runs import RUN_STATUS_NUMBERS
from assay.errors import RunNotFound
from assay.store.run_keys import natural_order
from assay.store.statements import Row, Statement
from assay.store.tables import PURGING

_RUNS: Final = Statement(
    "SELECT run_id, run_number, lifecycle, experiment_id, name, user_id, status, start_time, "
    "end_time FROM runs WHERE run_id IN (?text...)"
)
_PARAMS: Final = Statement(
    "SELECT keys.name, run_number, value FROM params JOIN keys ON keys.key_id = params.key_id "
    "WHERE run_number IN (?int...)"
)
_TAGS: Final = Statement(
    "SELECT keys.name, run_number, value FROM tags JOIN keys ON keys.key_id = tags.key_id "
    "WHERE run_number IN (?int...)"
)
_SERIES: Final = Statement(
    "SELECT keys.name, run_number, last_value, min_value, max_value FROM series "
    "JOIN keys ON keys.key_id = series.key_id "
    "WHERE run_number IN (?int...) AND model_number = 0 AND dataset_id = 0"
)

Texts = tuple[str | None, ...]
Numbers = tuple[float | None, ...]


class Against(NamedTuple):
    """Values of all runs, and how far they are from one of them, also as a share of it in percent."""

    values: Numbers
    deltas: Numbers
    percents: Numbers


class Logged(NamedTuple):
    """All that some runs logged, by key in natural order; each value is a tuple in their order."""

    attributes: dict[str, Texts]
    params: dict[str, Texts]
    tags: dict[str, Texts]
    metrics: dict[str, tuple[Numbers, Numbers, Numbers]]


def logged_by(conn: Connection, run_ids: Sequence[str]) -> Logged:
    """Return what runs logged, also deleted ones.

    Raises:
        RunNotFound: There is no run of an id, or it is being purged.
    """
    found = {row[0]: row for row in _RUNS.rows(conn, list(run_ids)) if row[2] != PURGING}
    for run_id in run_ids:
        if run_id not in found:
            raise RunNotFound(run_id)
    numbers = [found[run_id][1] for run_id in run_ids]
    return Logged(
        attributes=_attributes([found[run_id] for run_id in run_ids]),
        params=_texts(_PARAMS.rows(conn, numbers), numbers),
        tags=_texts(_TAGS.rows(conn, numbers), numbers),
        metrics=_metrics(_SERIES.rows(conn, numbers), numbers),
    )


def are_equal(values: Sequence[float | str | None]) -> bool:
    """Return whether all values are the same; NaN equals NaN."""
    first = values[0]
    return all(_same(value, first) for value in values[1:])


def against(values: Numbers, base: int) -> Against:
    """Return how far numbers are from the one at the place `base`."""
    start = values[base]
    deltas = tuple(None if value is None or start is None else value - start for value in values)
    has_share = start is not None and math.isfinite(start) and start != 0
    percents = tuple(
        None if delta is None or start is None or not has_share else _percent(delta, start)
        for delta in deltas
    )
    return Against(values, deltas, percents)


def _percent(delta: float, start: float) -> float:
    return delta / abs(start) * 100


def _same(one: float | str | None, other: float | str | None) -> bool:
    both_nan = one != one and other != other
    return both_nan or one == other


def _attributes(rows: Sequence[Row]) -> dict[str, Texts]:
    names = ("experiment_id", "run_name", "user_id", "status", "start_time", "end_time")
    kept = [
        (str(row[3]), row[4], row[5], str(RUN_STATUS_NUMBERS[row[6]]), row[7], row[8])
        for row in rows
    ]
    return {
        name: tuple(None if value is None else str(value) for value in column)
        for name, column in zip(names, zip(*kept, strict=True), strict=True)
    }


def _texts(rows: Sequence[Row], numbers: Sequence[int]) -> dict[str, Texts]:
    found: dict[str, dict[int, str]] = {}
    for name, number, value in rows:
        found.setdefault(name, {})[number] = value
    return {name: tuple(map(found[name].get, numbers)) for name in sorted(found, key=natural_order)}


def _metrics(
    rows: Sequence[Row], numbers: Sequence[int]
) -> dict[str, tuple[Numbers, Numbers, Numbers]]:
    found: dict[str, dict[int, Row]] = {}
    for name, number, last, least, most in rows:
        # A last value that the table has as NULL is NaN.
        found.setdefault(name, {})[number] = (math.nan if last is None else last, least, most)
    none = (None, None, None)
    return {
        name: _columns([found[name].get(number, none) for number in numbers])
        for name in sorted(found, key=natural_order)
    }


def _columns(rows: Sequence[Row]) -> tuple[Numbers, Numbers, Numbers]:
    last, least, most = zip(*rows, strict=True)
    return last, least, most
