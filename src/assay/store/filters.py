"""The syntax tree of a filter over runs, as an SQL condition on the table `runs`.

Params, tags and series are looked up run by run through their primary keys, unless a search starts
from one of them (`search_plans.py`). Every condition here is true or false, never NULL.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    not_,
    select,
    true,
)

from assay.entities.filters.tree import (
    Aggregate,
    Comparison,
    Field,
    Filter,
    Kind,
    Not,
    Operator,
)
from assay.entities.filters.vocabulary import RANGE, RUNS
from assay.entities.runs import RUN_STATUS_NUMBERS
from assay.store.comparisons import (
    Condition,
    Expression,
    among,
    combine,
    compare_attribute,
    compare_integer,
    compare_number,
    compare_text,
    spelt_number,
)
from assay.store.keys import find_key_ids
from assay.store.tables import (
    NO_DATASET,
    NO_MODEL,
    dataset_inputs,
    datasets,
    params,
    runs,
    series,
    tags,
)

STATUS_NAME: Final = case(
    {number: status.value for number, status in RUN_STATUS_NUMBERS.items()}, value=runs.c.status
)
ATTRIBUTES: Final[dict[str, Expression]] = {
    "run_id": runs.c.run_id,
    "run_name": runs.c.name,
    "status": STATUS_NAME,
    "artifact_uri": runs.c.artifact_uri,
    "user_id": runs.c.user_id,
    "start_time": runs.c.start_time,
    "end_time": runs.c.end_time,
}
_LABELS: Final = {Kind.PARAM: params, Kind.TAG: tags}


class Rows(NamedTuple):
    """The rows that hold a keyed field of runs, one per run at most.

    Attributes:
        table: An alias of `params`, `tags` or `series`.
        key: Which rows of it, whatever their run.
        value: What is compared; NULL is NaN.
        key_id: The number of the field's key.
    """

    table: FromClause
    key: Condition
    value: Expression
    key_id: int


class Names:
    """What the names in a filter and its order stand for in the experiments that are searched."""

    def __init__(
        self, ids: Mapping[str, int], exact: frozenset[str], *, now_ms: int, dialect: str
    ) -> None:
        self._ids = ids
        self._exact = exact
        self.now_ms = now_ms
        self.dialect = dialect

    def rows(self, field: Field) -> Rows | None:
        """Return the rows that hold `field`, or None when nothing has such a key."""
        found = self.key_of(field)
        if found is None:
            return None
        key_id, aggregate = found
        if field.kind is Kind.METRIC:
            return _series_rows(key_id, aggregate)
        table = _LABELS[field.kind].alias()
        return Rows(table, table.c.key_id == key_id, table.c.value, key_id)

    def key_of(self, field: Field) -> tuple[int, Aggregate] | None:
        """Return the number of the field's key and what of a metric is meant; None when there is none."""
        key, aggregate = field.key, field.aggregate
        if field.exact_key in self._exact:
            key, aggregate = field.exact_key, Aggregate.LAST
        key_id = self._ids.get(key)
        return None if key_id is None else (key_id, aggregate)

    def is_indexed(self, field: Field) -> bool:
        """Return whether an index of an experiment's runs is sorted by `field`."""
        if field.kind is Kind.METRIC:
            return field.aggregate is Aggregate.LAST or field.exact_key in self._exact
        return field.kind in _LABELS

    def is_count(self, field: Field) -> bool:
        """Return whether `field` is a number of points."""
        return field.aggregate is Aggregate.COUNT and not self.is_indexed(field)


def _series_rows(key_id: int, aggregate: Aggregate) -> Rows:
    table = series.alias()
    columns: dict[Aggregate, ColumnElement[Any]] = {
        Aggregate.LAST: table.c.last_value,
        Aggregate.FIRST: table.c.first_value,
        Aggregate.MIN: table.c.min_value,
        Aggregate.MAX: table.c.max_value,
        Aggregate.MEAN: table.c.sum_value / func.nullif(table.c.n_finite, 0),
        Aggregate.COUNT: table.c.n_points,
    }
    key = and_(
        table.c.key_id == key_id,
        table.c.model_number == NO_MODEL,
        table.c.dataset_id == NO_DATASET,
    )
    return Rows(table, key, columns[aggregate], key_id)


def find_names(
    conn: Connection, fields: Iterable[Field], *, experiments: Sequence[int], now_ms: int
) -> Names:
    """Look up the keys of `fields`, with two statements at most."""
    keyed = [field for field in fields if field.kind in (Kind.METRIC, Kind.PARAM, Kind.TAG)]
    wanted = {field.key for field in keyed} | {field.exact_key or field.key for field in keyed}
    ids = find_key_ids(conn, wanted) if wanted else {}
    doubtful = {
        ids[field.exact_key]: field.exact_key
        for field in keyed
        if field.exact_key is not None and field.exact_key in ids
    }
    exact = _logged_metrics(conn, doubtful, experiments) if doubtful else frozenset()
    return Names(ids, exact, now_ms=now_ms, dialect=conn.dialect.name)


def _logged_metrics(
    conn: Connection, keys: Mapping[int, str], experiments: Sequence[int]
) -> frozenset[str]:
    logged = [
        select(literal(name))
        .where(
            exists().where(
                among(series.c.experiment_id, experiments),
                series.c.key_id == key_id,
                series.c.model_number == NO_MODEL,
            )
        )
        .scalar_subquery()
        for key_id, name in keys.items()
    ]
    return frozenset(name for name in conn.execute(select(*logged)).one() if name is not None)


def fields_of(condition: Filter) -> Iterator[Field]:
    """Yield the fields that a filter compares."""
    if isinstance(condition, Comparison):
        yield condition.field
    elif isinstance(condition, Not):
        yield from fields_of(condition.operand)
    else:
        for operand in condition.operands:
            yield from fields_of(operand)


def run_condition(condition: Filter, names: Names) -> Condition:
    """Return the condition on `runs` that a filter means."""
    return combine(condition, lambda comparison: _comparison(comparison, names))


def _comparison(comparison: Comparison, names: Names) -> Condition:
    kind = comparison.field.kind
    if kind is Kind.ATTRIBUTE:
        return _attribute(comparison, names)
    if kind is Kind.DATASET:
        return _dataset(comparison, names)
    rows = names.rows(comparison.field)
    is_absence = comparison.operator is Operator.IS_NULL
    if rows is None:
        return true() if is_absence else false()
    found = [rows.table.c.run_number == runs.c.run_number, rows.key]
    if comparison.operator not in (Operator.IS_NULL, Operator.IS_NOT_NULL):
        found.append(compare_rows(rows, comparison, names))
    matching = exists().where(*found).correlate(runs)
    return not_(matching) if is_absence else matching


def compare_rows(rows: Rows, comparison: Comparison, names: Names) -> Condition:
    """Return the condition on `rows` that a comparison other than IS NULL means."""
    field, operator = comparison.field, comparison.operator
    if operator is Operator.IS_NOT_NULL:
        return true()
    if field.kind is not Kind.METRIC and operator in RANGE:
        number = spelt_number(rows.value, dialect=names.dialect)
        return and_(number.is_not(None), compare_number(number, operator, comparison.values))
    if field.kind is not Kind.METRIC:
        return compare_text(rows.value, operator, comparison.values, dialect=names.dialect)
    if operator not in (Operator.IS_NAN, Operator.IS_NOT_NAN) and names.is_count(field):
        return compare_integer(rows.value, operator, comparison.values, now_ms=names.now_ms)
    return compare_number(rows.value, operator, comparison.values)


def _attribute(comparison: Comparison, names: Names) -> Condition:
    key = comparison.field.key
    type_ = RUNS.attributes[key].type
    return compare_attribute(
        ATTRIBUTES[key], comparison, type_, now_ms=names.now_ms, dialect=names.dialect
    )


def _dataset(comparison: Comparison, names: Names) -> Condition:
    used = dataset_inputs.alias()
    data = datasets.alias()
    columns = {"name": data.c.name, "digest": data.c.digest, "context": used.c.context}
    column = columns[comparison.field.key]
    found = [used.c.run_number == runs.c.run_number, data.c.dataset_id == used.c.dataset_id]
    is_absence = comparison.operator is Operator.IS_NULL
    if is_absence or comparison.operator is Operator.IS_NOT_NULL:
        found.append(column.is_not(None))
    else:
        found.append(
            compare_text(column, comparison.operator, comparison.values, dialect=names.dialect)
        )
    matching = exists().where(*found).correlate(runs)
    return not_(matching) if is_absence else matching
