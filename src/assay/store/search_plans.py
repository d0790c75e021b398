"""Where a search over runs starts, chosen by counting, not by the database's statistics.

- From the rows of one comparison, when few match it: their runs are checked and sorted.
- Along the index of the first sort key, when that is a param, a tag or a metric: numbers, then NaN,
  then the runs that lack it, each only when the page is not full yet. Nothing is sorted but ties.
- Along the index of start times, or over all runs of the experiments, otherwise.

Measured with 100,000 runs on SQLite; without this, its planner sorts all of them for each page.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection, and_, func, literal, select

from assay.entities.filters.tree import And, Comparison, Field, Filter, Kind, Operator
from assay.store.comparisons import Condition, among
from assay.store.filters import Names, Rows, compare_rows
from assay.store.sorting import head
from assay.store.tables import VALUE_HEAD

FEW: Final = 2000
"""Up to how many matching rows are cheaper to sort than to meet along another index."""
COUNTED: Final = 20_000
"""Up to how many matching rows are told apart when only the number of runs is asked for."""
MAX_ESTIMATES: Final = 8

_KEYED: Final = frozenset({Kind.METRIC, Kind.PARAM, Kind.TAG})
_SEEKS: Final = {
    Kind.METRIC: frozenset(
        {
            Operator.EQUAL,
            Operator.LESS,
            Operator.LESS_EQUAL,
            Operator.GREATER,
            Operator.GREATER_EQUAL,
            Operator.IN,
            Operator.IS_NAN,
            Operator.IS_NOT_NULL,
        }
    ),
    Kind.PARAM: frozenset({Operator.EQUAL, Operator.IN, Operator.IS_NOT_NULL}),
    Kind.TAG: frozenset({Operator.EQUAL, Operator.IN, Operator.IS_NOT_NULL}),
}


class Start(NamedTuple):
    """Comparisons of one field that a search can start from: the rows to read, and which of them."""

    parts: tuple[Comparison, ...]
    rows: Rows
    condition: Condition


def conjuncts(condition: Filter) -> tuple[Filter, ...]:
    """Return the conditions that must all hold."""
    if isinstance(condition, And):
        return tuple(part for operand in condition.operands for part in conjuncts(operand))
    return (condition,)


def is_impossible(parts: Sequence[Filter], names: Names) -> bool:
    """Return whether one of the conditions needs a key that nothing has."""
    return any(
        part.operator is not Operator.IS_NULL and names.rows(part.field) is None
        for part in parts
        if isinstance(part, Comparison) and part.field.kind in _KEYED
    )


def requires(parts: Sequence[Filter], field: Field) -> frozenset[str]:
    """Return what the conditions demand of `field`: that it is present, that it is a number."""
    operators = {
        part.operator for part in parts if isinstance(part, Comparison) and part.field == field
    }
    present = operators - {Operator.IS_NULL}
    numbers = present - {Operator.IS_NAN, Operator.IS_NOT_NULL}
    return frozenset((["present"] if present else []) + (["number"] if numbers else []))


def most_rows(parts: Sequence[Filter], walked: Field | None) -> int:
    """Return up to how many rows a page should start from, rather than walk along an index.

    Conditions on other fields than the walked one may exclude each other, and then nothing is met
    on the way: with two of them, starting from many rows is the safer choice.
    """
    others = [part for part in parts if walked is None or not is_about(part, walked)]
    return FEW if len(others) < 2 else COUNTED


def is_about(part: Filter, field: Field) -> bool:
    """Return whether `part` compares `field` and so needs it to be present."""
    return (
        isinstance(part, Comparison)
        and part.field == field
        and part.operator is not Operator.IS_NULL
    )


def starts(parts: Sequence[Filter], names: Names, experiments: Sequence[int]) -> list[Start]:
    """Return the conditions that an index of the experiments' rows can find."""
    return list(_starts(parts, names, experiments))[:MAX_ESTIMATES]


def _starts(parts: Sequence[Filter], names: Names, experiments: Sequence[int]) -> Iterator[Start]:
    comparisons = [part for part in parts if isinstance(part, Comparison)]
    for field in dict.fromkeys(comparison.field for comparison in comparisons):
        own = [comparison for comparison in comparisons if is_about(comparison, field)]
        rows = names.rows(field) if names.is_indexed(field) else None
        if rows is None or not any(part.operator in _SEEKS[field.kind] for part in own):
            continue
        found = [_found(rows, part, names) for part in own]
        yield Start(tuple(own), rows, and_(in_experiments(rows, experiments), *found))


def _found(rows: Rows, part: Comparison, names: Names) -> Condition:
    if part.field.kind is Kind.METRIC or part.operator not in _SEEKS[part.field.kind]:
        return compare_rows(rows, part, names)
    return _seek(rows, part)


def in_experiments(rows: Rows, experiments: Sequence[int]) -> Condition:
    """Return the condition that `rows` are those of the experiments' runs."""
    return and_(among(rows.table.c.experiment_id, experiments), rows.key)


def _seek(rows: Rows, comparison: Comparison) -> Condition:
    texts = [str(value) for value in comparison.values]
    if not texts:
        return rows.table.c.value.is_not(None)
    heads = [text[:VALUE_HEAD] for text in texts]
    found = head(rows.value).in_(heads) if len(heads) > 1 else head(rows.value) == heads[0]
    if all(len(text) < VALUE_HEAD for text in texts):
        return found
    return and_(found, rows.value.in_(texts))


def fewest(conn: Connection, candidates: Sequence[Start], *, most: int) -> Start | None:
    """Return the start with the fewest rows, or None when all have more than `most`."""
    if not candidates:
        return None
    counts = [
        select(func.count())
        .select_from(
            select(literal(1).label("one")).where(start.condition).limit(most + 1).subquery()
        )
        .scalar_subquery()
        for start in candidates
    ]
    found = conn.execute(select(*counts)).one()
    n_rows, position = min((count, position) for position, count in enumerate(found))
    return candidates[position] if n_rows <= most else None
