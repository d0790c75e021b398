"""The statements that read a page of runs: each reads a stretch of the order, to a limit.

Statements yield run numbers followed by sort values. Which stretches there are is decided by
`search_plans.py`; here they become SQL.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import FromClause, Select, and_, exists, not_, select, true

from assay.entities.filters.tree import And, Comparison, Field, Filter, Kind, Operator, OrderKey
from assay.entities.filters.vocabulary import RUNS, ValueType
from assay.entities.lifecycle import ViewType
from assay.store.comparisons import Condition, Expression, among
from assay.store.cursors import CursorValue
from assay.store.filters import ATTRIBUTES, Names, Rows, compare_rows, run_condition
from assay.store.search_plans import Start, in_experiments, is_about, requires
from assay.store.sorting import (
    MISSING,
    NOT_A_NUMBER,
    PRESENT,
    Term,
    behind,
    expressions,
    head,
    of_rank,
    ordering,
    rank,
    sorted_part,
)
from assay.store.tables import ACTIVE, DELETED, runs

START_TIME: Final = Field(Kind.ATTRIBUTE, "start_time")
RUN_ID: Final = Field(Kind.ATTRIBUTE, "run_id")
_CHOOSING: Final = frozenset({Operator.EQUAL, Operator.IN})
TIES: Final = (OrderKey(START_TIME, ascending=False), OrderKey(RUN_ID))


class RunQuery(NamedTuple):
    """A search over runs with everything looked up that it names; `parts` must all hold."""

    experiments: Sequence[int]
    parts: Sequence[Filter]
    view: ViewType
    keys: Sequence[OrderKey]
    names: Names


class Stretch(NamedTuple):
    """A statement that yields run numbers and sort values, and the terms it is sorted by."""

    statement: Select[Any]
    terms: Sequence[Term]


class _Key(NamedTuple):
    """A sort key with its terms, and the rows that must be joined for it."""

    key: OrderKey
    terms: list[Term]
    rows: Rows | None = None


class _Base(NamedTuple):
    """Where a statement starts reading, and what it demands there."""

    source: FromClause
    conditions: Sequence[Condition]


def shape(query: RunQuery) -> tuple[type, ...]:
    """Return the types of the query's sort values."""
    return tuple(term.type for key in _keys(query) for term in key.terms)


def matching(query: RunQuery, start: Start | None) -> Select[Any]:
    """Return the statement that yields the numbers of all runs that match, in any order."""
    source, conditions = _base(query, start)
    return select(runs.c.run_number).select_from(source).where(*conditions)


def walked_field(query: RunQuery) -> Field | None:
    """Return the field along whose index a page can be read, if its first sort key has one."""
    first = _keys(query)[0]
    return first.key.field if _is_walked(first, query) else None


def stretches(
    query: RunQuery, start: Start | None, after: Sequence[CursorValue] | None
) -> Iterator[Stretch]:
    """Yield the stretches that lie behind the sort values `after`, in order."""
    keys = _keys(query)
    if start is not None or not _is_walked(keys[0], query):
        terms = [term for key in keys for term in key.terms]
        yield _stretch(_base(query, start), keys, terms, after)
        return
    for shared in _ranks(query, keys[0].key.field):
        behind_rank = after[0] if after else None
        if isinstance(behind_rank, int) and behind_rank > shared:
            continue
        base, terms = _walk(query, keys[0], shared)
        terms += [term for key in keys[1:] for term in key.terms]
        yield _stretch(base, keys[1:], terms, after if behind_rank == shared else None)


def _stretch(
    base: _Base, keys: Sequence[_Key], terms: Sequence[Term], after: Sequence[CursorValue] | None
) -> Stretch:
    source = base.source
    for key in keys:
        if key.rows is not None:
            table = key.rows.table
            on_run = table.c.run_number == runs.c.run_number
            source = source.outerjoin(table, and_(on_run, key.rows.key))
    statement = (
        select(runs.c.run_number, *expressions(terms))
        .select_from(source)
        .where(*base.conditions, behind(terms, after) if after else true())
        .order_by(*ordering(terms))
    )
    return Stretch(statement, terms)


def _base(query: RunQuery, start: Start | None) -> _Base:
    if start is None:
        in_scope = among(runs.c.experiment_id, query.experiments)
        return _Base(runs, [in_scope, *_visible(query), _all(query, query.parts)])
    rest = [part for part in query.parts if part not in start.parts]
    return _Base(_with_runs(start.rows), [start.condition, *_visible(query), _all(query, rest)])


def _is_walked(key: _Key, query: RunQuery) -> bool:
    # Runs that are asked for by id are found by their own index.
    has_ids = any(
        is_about(part, RUN_ID) and isinstance(part, Comparison) and part.operator in _CHOOSING
        for part in query.parts
    )
    return key.rows is not None and query.names.is_indexed(key.key.field) and not has_ids


def _ranks(query: RunQuery, field: Field) -> list[int]:
    demanded = requires(query.parts, field)
    ranks = [PRESENT]
    if field.kind is Kind.METRIC and "number" not in demanded:
        ranks.append(NOT_A_NUMBER)
    if "present" not in demanded:
        ranks.append(MISSING)
    return ranks


def _walk(query: RunQuery, key: _Key, shared: int) -> tuple[_Base, list[Term]]:
    rows = key.rows
    assert rows is not None  # noqa: S101  (only keys with rows are walked)
    terms = of_rank(shared, key.terms)
    if shared == MISSING:
        base = _base(query, None)
        found = exists().where(rows.table.c.run_number == runs.c.run_number, rows.key)
        return _Base(base.source, [*base.conditions, not_(found.correlate(runs))]), terms
    own = [part for part in query.parts if is_about(part, key.key.field)]
    rest = [part for part in query.parts if part not in own]
    conditions = [in_experiments(rows, query.experiments), _of_rank(rows, key, shared)]
    conditions += [
        compare_rows(rows, part, query.names) for part in own if isinstance(part, Comparison)
    ]
    return _Base(_with_runs(rows), [*conditions, *_visible(query), _all(query, rest)]), terms


def _of_rank(rows: Rows, key: _Key, shared: int) -> Condition:
    if key.key.field.kind is not Kind.METRIC:
        return true()
    if shared == NOT_A_NUMBER:
        return rows.value.is_(None)
    # Unlike IS NOT NULL, a range is something that SQLite's index can start from.
    return rows.value >= -math.inf


def _keys(query: RunQuery) -> list[_Key]:
    given = [key.field for key in query.keys]
    ties = [key for key in TIES if key.field not in given]
    return [_key(key, query.names) for key in (*query.keys, *ties)]


def _key(key: OrderKey, names: Names) -> _Key:
    field, ascending = key.field, key.ascending
    if field.kind is Kind.ATTRIBUTE:
        return _Key(key, _attribute_terms(field, ascending))
    rows = names.rows(field)
    if field.kind is Kind.METRIC:
        type_ = int if names.is_count(field) else float
        kinds: list[tuple[type, Expression | None]] = [(type_, rows.value if rows else None)]
    else:
        kinds = [(str, head(rows.value) if rows else None)]
        kinds += [(str, sorted_part(rows.value) if rows else None)]
    values = [Term(kind, ascending, expression) for kind, expression in kinds]
    if rows is None:
        return _Key(key, of_rank(MISSING, [Term(int), *values]))
    return _Key(key, [rank(rows.table.c.run_number, rows.value), *values], rows)


def _attribute_terms(field: Field, ascending: bool) -> list[Term]:
    column = ATTRIBUTES[field.key]
    if field == RUN_ID:
        return [Term(str, ascending, column)]
    if RUNS.attributes[field.key].type is ValueType.TEXT:
        return [Term(str, ascending, sorted_part(column))]
    if field == START_TIME:
        return [Term(int, ascending, column)]
    return [rank(column, column), Term(int, ascending, column)]


def _with_runs(rows: Rows) -> FromClause:
    return rows.table.join(runs, runs.c.run_number == rows.table.c.run_number)


def _visible(query: RunQuery) -> list[Condition]:
    if query.view is ViewType.ALL:
        return [runs.c.lifecycle <= DELETED]
    wanted = ACTIVE if query.view is ViewType.ACTIVE_ONLY else DELETED
    return [runs.c.lifecycle == wanted]


def _all(query: RunQuery, parts: Sequence[Filter]) -> Condition:
    return run_condition(And(tuple(parts)), query.names)
