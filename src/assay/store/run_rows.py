"""Whole runs as columns, every value exact: what exports and data frames are made of.

A page takes four statements, or six when columns are chosen, whatever its size.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from assay.entities.filters.tree import Field, Kind
from assay.entities.runs import RUN_STATUS_NUMBERS
from assay.store.keys import find_key_ids, key_names
from assay.store.points import Ints
from assay.store.run_columns import Column, Numbers, RunSet, Texts, read_columns
from assay.store.run_windows import Selection, names_of
from assay.store.statements import Row, Statement
from assay.store.tables import ACTIVE
from assay.wire.run_rows import PARAM_TYPES

_RUNS: Final = Statement(
    "SELECT run_number, run_id, experiment_id, name, user_id, status, start_time, end_time,"
    " artifact_uri, lifecycle FROM runs WHERE run_number IN (?int...)"
)
_PARAMS: Final = Statement(
    "SELECT run_number, key_id, value, type FROM params WHERE run_number IN (?int...)"
)
_PARAM_TYPES: Final = Statement(
    "SELECT run_number, key_id, type FROM params"
    " WHERE run_number IN (?int...) AND key_id IN (?int...) AND type IS NOT NULL"
)
_TAGS: Final = Statement("SELECT run_number, key_id, value FROM tags WHERE run_number IN (?int...)")
_METRICS: Final = Statement(
    "SELECT run_number, key_id, last_value FROM series"
    " WHERE run_number IN (?int...) AND model_number = 0 AND dataset_id = 0"
)
_STAGES: Final = ("deleted", "active")
_TYPE_NUMBERS: Final = {name or None: place for place, name in enumerate(PARAM_TYPES)}


class Times(NamedTuple):
    """A column of milliseconds since the epoch."""

    values: Ints
    is_missing: NDArray[np.bool_]


class RowColumn(NamedTuple):
    """A column with its name; `types` are numbers of param types."""

    name: str
    column: Column | Times
    types: NDArray[np.uint8] | None = None


def read_rows(conn: Connection, numbers: Sequence[int]) -> list[RowColumn]:
    """Return all that some runs have, in their order: attributes, then metrics, params and tags."""
    places = {number: place for place, number in enumerate(numbers)}
    scope = list(numbers)
    metrics = _split(_METRICS.rows(conn, scope), places)
    params = _split(_PARAMS.rows(conn, scope), places)
    tags = _split(_TAGS.rows(conn, scope), places)
    names = key_names(conn, [key for kind in (metrics, params, tags) for key in kind])
    return [
        *read_attributes(conn, numbers),
        *(
            RowColumn(f"metrics.{names[key]}", _numbers(rows, len(numbers)))
            for key, rows in metrics.items()
        ),
        *(
            RowColumn(
                f"params.{names[key]}",
                _texts(rows, len(numbers)),
                _types([(place, row[3]) for place, row in rows], len(numbers)),
            )
            for key, rows in params.items()
        ),
        *(
            RowColumn(f"tags.{names[key]}", _texts(rows, len(numbers)))
            for key, rows in tags.items()
        ),
    ]


def read_chosen_rows(
    conn: Connection,
    numbers: Sequence[int],
    experiments: Sequence[int],
    columns: Sequence[tuple[str, Field]],
) -> list[RowColumn]:
    """Return the attributes of some runs, and chosen columns."""
    fields = [field for _, field in columns if field.kind is not Kind.ATTRIBUTE]
    texts = [text for text, field in columns if field.kind is not Kind.ATTRIBUTE]
    runs = RunSet(np.array(numbers, np.int64), experiments)
    names = names_of(conn, Selection([str(number) for number in experiments]), fields)
    found = read_columns(conn, runs, fields, names)
    types = _chosen_types(conn, numbers, [one.key for one in fields if one.kind is Kind.PARAM])
    chosen = [
        RowColumn(text, column, types.get(field.key) if field.kind is Kind.PARAM else None)
        for text, field, column in zip(texts, fields, found, strict=True)
    ]
    return [*read_attributes(conn, numbers), *chosen]


def read_attributes(conn: Connection, numbers: Sequence[int]) -> list[RowColumn]:
    """Return what every run has."""
    by_number = {row[0]: row for row in _RUNS.rows(conn, list(numbers))}
    rows = [by_number[number] for number in numbers]
    stages = [_STAGES[row[9] == ACTIVE] for row in rows]
    texts = {
        "run_id": [row[1] for row in rows],
        "experiment_id": [str(row[2]) for row in rows],
        "run_name": [row[3] for row in rows],
        "user_id": [row[4] for row in rows],
        "status": [RUN_STATUS_NUMBERS[row[5]].value for row in rows],
        "artifact_uri": [row[8] for row in rows],
        "lifecycle_stage": stages,
    }
    found = [
        RowColumn(
            name, _texts([(place, (0, 0, text)) for place, text in enumerate(column)], len(rows))
        )
        for name, column in texts.items()
    ]
    times = [
        RowColumn("start_time", _times([row[6] for row in rows])),
        RowColumn("end_time", _times([row[7] for row in rows])),
    ]
    return [*found[:5], *times, *found[5:]]


def _split(rows: list[Row], places: dict[int, int]) -> dict[int, list[tuple[int, Row]]]:
    """Return rows by key, keys in the order in which the runs, one after the other, name them."""
    split: dict[int, list[tuple[int, Row]]] = {}
    for row in rows:
        split.setdefault(row[1], []).append((places[row[0]], row))
    firsts = {key: min(place for place, _ in own) for key, own in split.items()}
    return {key: split[key] for key in sorted(split, key=lambda key: (firsts[key], key))}


def _numbers(rows: list[tuple[int, Row]], n_runs: int) -> Numbers:
    places = np.fromiter((place for place, _ in rows), np.int64, len(rows))
    values = np.full(n_runs, np.nan)
    values[places] = np.array([row[2] for _, row in rows], np.float64)
    is_missing = np.ones(n_runs, np.bool_)
    is_missing[places] = False
    return Numbers(values, is_missing)


def _texts(rows: Sequence[tuple[int, Any]], n_runs: int) -> Texts:
    known: dict[str, int] = {}
    codes = np.full(n_runs, -1, np.int64)
    own = [known.setdefault(row[2], len(known)) for _, row in rows]
    codes[[place for place, _ in rows]] = own
    return Texts(codes, list(known))


def _types(rows: Sequence[tuple[int, str | None]], n_runs: int) -> NDArray[np.uint8] | None:
    """Return the numbers of types, None when all are texts."""
    if all(kind is None for _, kind in rows):
        return None
    types = np.zeros(n_runs, np.uint8)
    for place, kind in rows:
        types[place] = _TYPE_NUMBERS.get(kind, 0)
    return types


def _chosen_types(
    conn: Connection, numbers: Sequence[int], keys: Sequence[str]
) -> dict[str, NDArray[np.uint8] | None]:
    ids = find_key_ids(conn, keys) if keys else {}
    if not ids:
        return {}
    rows = _PARAM_TYPES.rows(conn, list(numbers), sorted(ids.values()))
    split = _split(rows, {number: place for place, number in enumerate(numbers)})
    return {
        key: _types([(place, row[2]) for place, row in split.get(key_id, [])], len(numbers))
        for key, key_id in ids.items()
    }


def _times(values: list[int | None]) -> Times:
    is_missing = np.array([value is None for value in values], np.bool_)
    return Times(np.array([value or 0 for value in values], np.int64), is_missing)
