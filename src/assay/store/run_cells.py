"""The cells of a page of a table: few runs, many columns, plain values.

`run_columns.py` does this for all runs of experiments; here each row that is read goes straight to its cell.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import Connection

from assay.entities.filters.tree import Aggregate, Field, Kind
from assay.entities.runs import RUN_STATUS_NUMBERS
from assay.store.filters import Names
from assay.store.run_columns import (
    ATTRIBUTES,
    LABELS,
    LASTS,
    N_FINITE,
    N_POINTS,
    PLACES,
    SUM,
    SUMMARIES,
    VALUES,
    Cell,
)
from assay.store.statements import Row

_NAN: Final = float("nan")

Cells = list[Cell]


def read_cells(
    conn: Connection, run_numbers: Sequence[int], fields: Sequence[Field], names: Names
) -> list[Cells]:
    """Return the cells of each field in the order of the runs, None where missing; four statements."""
    place_of = {number: place for place, number in enumerate(run_numbers)}
    columns: dict[Field, Cells] = {field: [None] * len(run_numbers) for field in fields}
    scope = list(run_numbers)
    if any(field.kind is Kind.ATTRIBUTE for field in columns):
        _put_attributes(ATTRIBUTES.rows(conn, scope), columns, place_of)
    for kind, statement in LABELS.items():
        keys = _keys(columns, kind, names)
        if keys:
            for number, key_id, value in statement.rows(conn, scope, sorted(keys)):
                for _aggregate, cells in keys[key_id]:
                    cells[place_of[number]] = value
    _put_metrics(conn, scope, _keys(columns, Kind.METRIC, names), place_of)
    return [columns[field] for field in fields]


def _keys(
    columns: dict[Field, Cells], kind: Kind, names: Names
) -> dict[int, list[tuple[Aggregate, Cells]]]:
    """Return by key which columns show it, and what of it."""
    keys: dict[int, list[tuple[Aggregate, Cells]]] = {}
    for field, cells in columns.items():
        if field.kind is kind and (known := names.key_of(field)) is not None:
            keys.setdefault(known[0], []).append((known[1], cells))
    return keys


def _put_attributes(
    rows: Iterable[Row], columns: dict[Field, Cells], place_of: dict[int, int]
) -> None:
    own = [(field.key, cells) for field, cells in columns.items() if field.kind is Kind.ATTRIBUTE]
    for row in rows:
        place = place_of[row[0]]
        for key, cells in own:
            value = row[PLACES[key]]
            cells[place] = RUN_STATUS_NUMBERS[value].value if key == "status" else value


def _put_metrics(
    conn: Connection,
    scope: list[int],
    keys: dict[int, list[tuple[Aggregate, Cells]]],
    place_of: dict[int, int],
) -> None:
    if not keys:
        return
    wanted = {aggregate for columns in keys.values() for aggregate, _cells in columns}
    if wanted == {Aggregate.LAST}:
        for number, key_id, value in LASTS.rows(conn, scope, sorted(keys)):
            cell = _NAN if value is None else value
            for _aggregate, cells in keys[key_id]:
                cells[place_of[number]] = cell
        return
    for row in SUMMARIES.rows(conn, scope, sorted(keys)):
        for aggregate, cells in keys[row[1]]:
            value = _FIGURES[aggregate](row)
            cells[place_of[row[0]]] = _NAN if value is None else value


def _mean(row: Row) -> Cell:
    return row[SUM] / row[N_FINITE] if row[N_FINITE] else None


def _at(place: int) -> Callable[[Row], Cell]:
    return lambda row: row[place]


_FIGURES: Final[dict[Aggregate, Callable[[Row], Cell]]] = {
    Aggregate.COUNT: _at(N_POINTS),
    Aggregate.MEAN: _mean,
    **{aggregate: _at(place) for aggregate, place in VALUES.items()},
}
