"""Columns over many runs: attributes, params, tags and what is summed up of metrics.

A number of statements that does not grow: one each for attributes, params, tags and metrics. For few
runs they seek run by run; for many they read an experiment's rows along an index.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from assay.entities.filters.tree import Aggregate, Field, Kind
from assay.entities.runs import RUN_STATUS_NUMBERS
from assay.store.filters import Names
from assay.store.points import Floats, Ints
from assay.store.statements import Row, Statement

Cell = str | int | float | None

FEW_RUNS: Final = 2000

_SUMMARY: Final = (
    "SELECT run_number, key_id, last_value, first_value, min_value, max_value,"
    " sum_value, n_finite, n_points FROM series"
)
_OWN: Final = "model_number = 0 AND dataset_id = 0"
SUMMARIES = Statement(
    f"{_SUMMARY} WHERE run_number IN (?int...) AND key_id IN (?int...) AND {_OWN}"
)
SUMMARIES_OF_EXPERIMENTS = Statement(
    f"{_SUMMARY} WHERE experiment_id IN (?int...) AND key_id IN (?int...) AND {_OWN}"
)
LASTS = Statement(
    "SELECT run_number, key_id, last_value FROM series"
    " WHERE run_number IN (?int...) AND key_id IN (?int...)"
    " AND model_number = 0 AND dataset_id = 0"
)
LASTS_OF_EXPERIMENTS = Statement(
    "SELECT run_number, key_id, last_value FROM series"
    " WHERE experiment_id IN (?int...) AND key_id IN (?int...)"
    " AND model_number = 0 AND dataset_id = 0"
)
LABELS: Final = {
    Kind.PARAM: Statement(
        "SELECT run_number, key_id, value FROM params"
        " WHERE run_number IN (?int...) AND key_id IN (?int...)"
    ),
    Kind.TAG: Statement(
        "SELECT run_number, key_id, value FROM tags"
        " WHERE run_number IN (?int...) AND key_id IN (?int...)"
    ),
}
LABELS_OF_EXPERIMENTS: Final = {
    Kind.PARAM: Statement(
        "SELECT run_number, key_id, value FROM params"
        " WHERE experiment_id IN (?int...) AND key_id IN (?int...)"
    ),
    Kind.TAG: Statement(
        "SELECT run_number, key_id, value FROM tags"
        " WHERE experiment_id IN (?int...) AND key_id IN (?int...)"
    ),
}
_RUNS: Final = (
    "SELECT run_number, run_id, name, user_id, status, start_time, end_time, artifact_uri FROM runs"
)
ATTRIBUTES = Statement(f"{_RUNS} WHERE run_number IN (?int...)")
ATTRIBUTES_OF_EXPERIMENTS = Statement(f"{_RUNS} WHERE experiment_id IN (?int...)")
PLACES: Final = {
    "run_id": 1,
    "run_name": 2,
    "user_id": 3,
    "status": 4,
    "start_time": 5,
    "end_time": 6,
    "artifact_uri": 7,
}
_INTEGERS: Final = frozenset({"start_time", "end_time"})
VALUES: Final = {Aggregate.LAST: 2, Aggregate.FIRST: 3, Aggregate.MIN: 4, Aggregate.MAX: 5}
SUM, N_FINITE, N_POINTS = 6, 7, 8


class Numbers(NamedTuple):
    """A column of numbers; `is_missing` tells what was never logged from NaN."""

    values: Floats
    is_missing: np.ndarray[Any, np.dtype[np.bool_]]


class Texts(NamedTuple):
    """A column of texts: a code per run, -1 where missing, and what the codes stand for."""

    codes: Ints
    values: list[str]


Column = Numbers | Texts


class RunSet(NamedTuple):
    """Runs whose columns are read: their numbers, and the experiments they belong to."""

    numbers: Ints
    experiments: Sequence[int]


class _Wanted(NamedTuple):
    """A metric's column: its key and which figure of the summary."""

    key_id: int
    aggregate: Aggregate


def read_columns(
    conn: Connection, runs: RunSet, fields: Sequence[Field], names: Names
) -> list[Column]:
    """Return one column for each field, in the order of `runs.numbers`."""
    order = np.argsort(runs.numbers, kind="stable")
    index = _Index(runs.numbers[order], order)
    is_few = len(runs.numbers) <= FEW_RUNS
    scope = runs.numbers.tolist() if is_few else list(runs.experiments)
    found: dict[Field, Column] = {}
    for kind in (Kind.ATTRIBUTE, Kind.PARAM, Kind.TAG, Kind.METRIC):
        own = [field for field in dict.fromkeys(fields) if field.kind is kind]
        if not own:
            continue
        if kind is Kind.ATTRIBUTE:
            rows = (ATTRIBUTES if is_few else ATTRIBUTES_OF_EXPERIMENTS).rows(conn, scope)
            found.update(zip(own, _attributes(rows, own, index), strict=True))
        elif kind is Kind.METRIC:
            found.update(_metrics(conn, scope, own, names, index, is_few=is_few))
        else:
            statement = (LABELS if is_few else LABELS_OF_EXPERIMENTS)[kind]
            found.update(_labels(conn, statement, scope, own, names, index))
    return [found[field] for field in fields]


class _Index(NamedTuple):
    """Where runs stand: sorted numbers and the place of each in the answer."""

    numbers: Ints
    places: Ints

    def find(self, numbers: Ints) -> tuple[Ints, np.ndarray[Any, np.dtype[np.bool_]]]:
        """Return the places of `numbers`, and which of them are wanted at all."""
        if not len(self.numbers):
            return np.zeros(len(numbers), np.int64), np.zeros(len(numbers), np.bool_)
        found = np.minimum(np.searchsorted(self.numbers, numbers), len(self.numbers) - 1)
        return self.places[found], self.numbers[found] == numbers


def _attributes(rows: list[Row], fields: Sequence[Field], index: _Index) -> Iterable[Column]:
    places, is_wanted = index.find(_integers(rows, 0))
    for field in fields:
        values = [row[PLACES[field.key]] for row in rows]
        if field.key in _INTEGERS:
            yield _numbers(np.array(values, np.float64), places, is_wanted, index, absent=True)
        elif field.key == "status":
            yield _texts(
                [RUN_STATUS_NUMBERS[value].value for value in values], places, is_wanted, index
            )
        else:
            yield _texts(values, places, is_wanted, index)


def _labels(
    conn: Connection,
    statement: Statement,
    scope: list[int],
    fields: Sequence[Field],
    names: Names,
    index: _Index,
) -> dict[Field, Column]:
    keys = {field: held[0] for field in fields if (held := names.key_of(field)) is not None}
    split = _by_key(statement.rows(conn, scope, sorted(set(keys.values())))) if keys else {}
    result: dict[Field, Column] = {}
    for field in fields:
        own = split.get(keys.get(field, -1), [])
        places, is_wanted = index.find(_integers(own, 0))
        result[field] = _texts([row[2] for row in own], places, is_wanted, index)
    return result


def _metrics(
    conn: Connection,
    scope: list[int],
    fields: Sequence[Field],
    names: Names,
    index: _Index,
    *,
    is_few: bool,
) -> dict[Field, Column]:
    wanted = {}
    for field in fields:
        held = names.key_of(field)
        if held is not None:
            wanted[field] = _Wanted(*held)
    keys = sorted({item.key_id for item in wanted.values()})
    is_last = all(item.aggregate is Aggregate.LAST for item in wanted.values())
    of_runs, of_experiments = (
        (LASTS, LASTS_OF_EXPERIMENTS) if is_last else (SUMMARIES, SUMMARIES_OF_EXPERIMENTS)
    )
    statement = of_runs if is_few else of_experiments
    split = _by_key(statement.rows(conn, scope, keys)) if keys else {}
    result: dict[Field, Column] = {}
    for field in fields:
        item = wanted.get(field)
        own = split.get(item.key_id, []) if item else []
        places, is_wanted = index.find(_integers(own, 0))
        values = _figures(own, item.aggregate if item else Aggregate.LAST)
        result[field] = _numbers(values, places, is_wanted, index)
    return result


def _figures(rows: list[Row], aggregate: Aggregate) -> Floats:
    if aggregate is Aggregate.COUNT:
        return np.array([row[N_POINTS] for row in rows], np.float64)
    if aggregate is Aggregate.MEAN:
        means = [row[SUM] / row[N_FINITE] if row[N_FINITE] else None for row in rows]
        return np.array(means, np.float64)
    place = VALUES[aggregate]
    return np.array([row[place] for row in rows], np.float64)


def _by_key(rows: list[Row]) -> dict[int, list[Row]]:
    split: dict[int, list[Row]] = {}
    for row in rows:
        split.setdefault(row[1], []).append(row)
    return split


def _integers(rows: list[Row], place: int) -> Ints:
    return np.fromiter((row[place] for row in rows), np.int64, len(rows))


def _numbers(
    values: Floats,
    places: Ints,
    is_wanted: np.ndarray[Any, np.dtype[np.bool_]],
    index: _Index,
    *,
    absent: bool = False,
) -> Numbers:
    """Return the column; with `absent`, what is NaN was never set."""
    whole = np.full(len(index.numbers), np.nan)
    is_missing = np.ones(len(index.numbers), np.bool_)
    whole[places[is_wanted]] = values[is_wanted]
    is_missing[places[is_wanted]] = np.isnan(values[is_wanted]) if absent else False
    return Numbers(whole, is_missing)


def _texts(
    values: Sequence[str],
    places: Ints,
    is_wanted: np.ndarray[Any, np.dtype[np.bool_]],
    index: _Index,
) -> Texts:
    codes: dict[str, int] = {}
    numbers = [codes.setdefault(value, len(codes)) for value in values]
    whole = np.full(len(index.numbers), -1, np.int64)
    whole[places[is_wanted]] = np.array(numbers, np.int64)[is_wanted]
    used = np.unique(whole[whole >= 0])
    if len(used) == len(codes):
        return Texts(whole, list(codes))
    renumbered = np.searchsorted(used, whole)
    known = list(codes)
    return Texts(np.where(whole >= 0, renumbered, -1), [known[code] for code in used.tolist()])


def cells(column: Column) -> list[Cell]:
    """Return the column as plain values, None where missing."""
    if isinstance(column, Texts):
        known: list[Cell] = [*column.values, None]
        return [known[code] for code in column.codes.tolist()]
    pairs = zip(column.values.tolist(), column.is_missing.tolist(), strict=True)
    return [None if is_missing else value for value, is_missing in pairs]


def as_numbers(column: Texts) -> Numbers | None:
    """Return a column of texts as numbers when each text spells one, else None."""
    parsed = np.full(len(column.values) + 1, np.nan)
    for place, text in enumerate(column.values):
        try:
            parsed[place] = float(text)
        except ValueError:
            return None
    return Numbers(parsed[column.codes], column.codes < 0)
