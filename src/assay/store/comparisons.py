"""Filters and their comparisons with columns, as SQL conditions with bound values.

A condition may be NULL where the column is NULL; callers that negate it must rule that out first.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    BigInteger,
    Boolean,
    ColumnElement,
    Double,
    and_,
    bindparam,
    case,
    cast,
    false,
    func,
    literal_column,
    not_,
    null,
    or_,
    true,
)

from assay.entities.filters.automaton import MAX_TEXT, postgresql_pattern
from assay.entities.filters.tree import And, Comparison, Filter, Not, Operator, RelativeTime, Value
from assay.entities.filters.vocabulary import SPELT_NUMBER, ValueType
from assay.entities.names import MAX_INT64, MIN_INT64

Condition: TypeAlias = ColumnElement[bool]
Expression: TypeAlias = ColumnElement[Any]

MAX_BOUND: Final = 1000
"""From how many numbers on they are spelt out: databases take only so many bound values."""

_NUMERIC: Final[dict[Operator, Callable[[Expression, Any], Condition]]] = {
    Operator.EQUAL: lambda column, value: column == value,
    Operator.NOT_EQUAL: lambda column, value: column != value,
    Operator.LESS: lambda column, value: column < value,
    Operator.LESS_EQUAL: lambda column, value: column <= value,
    Operator.GREATER: lambda column, value: column > value,
    Operator.GREATER_EQUAL: lambda column, value: column >= value,
}
_UPWARDS: Final = frozenset({Operator.GREATER, Operator.GREATER_EQUAL})
_NEGATED: Final = frozenset(
    {Operator.NOT_LIKE, Operator.NOT_ILIKE, Operator.NOT_MATCH, Operator.NOT_IN}
)


def combine(condition: Filter, leaf: Callable[[Comparison], Condition]) -> Condition:
    """Return what a filter means when `leaf` gives the meaning of its comparisons, never NULL."""
    if isinstance(condition, Comparison):
        return leaf(condition)
    if isinstance(condition, Not):
        return not_(combine(condition.operand, leaf))
    operands = [combine(operand, leaf) for operand in condition.operands]
    return and_(true(), *operands) if isinstance(condition, And) else or_(false(), *operands)


def among(column: Expression, numbers: Sequence[int]) -> Condition:
    """Return the condition that `column` is one of `numbers`, of which there may be many."""
    if len(numbers) == 1:
        return column == numbers[0]
    if len(numbers) <= MAX_BOUND:
        return column.in_(numbers)
    return column.in_(
        bindparam(None, list(numbers), BigInteger, expanding=True, literal_execute=True)
    )


def compare_attribute(
    column: Expression, comparison: Comparison, type_: ValueType, *, now_ms: int, dialect: str
) -> Condition:
    """Return the condition, never NULL, that a text or integer column meets a comparison."""
    operator, values = comparison.operator, comparison.values
    if operator is Operator.IS_NULL:
        return column.is_(None)
    if operator is Operator.IS_NOT_NULL:
        return column.is_not(None)
    if type_ is ValueType.TEXT:
        present = compare_text(column, operator, values, dialect=dialect)
    else:
        present = compare_integer(column, operator, values, now_ms=now_ms)
    return and_(column.is_not(None), present)


def compare_text(
    column: Expression, operator: Operator, values: tuple[Value, ...], *, dialect: str
) -> Condition:
    """Return the condition that a text column compares with `values`."""
    condition = _plain_text(column, operator, [str(value) for value in values], dialect)
    return ~condition if operator in _NEGATED else condition


def _plain_text(
    column: Expression, operator: Operator, values: list[str], dialect: str
) -> Condition:
    if operator in (Operator.IN, Operator.NOT_IN):
        return column.in_(values)
    value = values[0]
    if operator in (Operator.LIKE, Operator.NOT_LIKE):
        return column.like(_like(value, dialect))
    if operator in (Operator.ILIKE, Operator.NOT_ILIKE):
        return func.lower(column).like(func.lower(_like(value, dialect)))
    if operator in (Operator.MATCH, Operator.NOT_MATCH):
        return _matches(column, value, dialect)
    return column != value if operator is Operator.NOT_EQUAL else column == value


def _matches(column: Expression, pattern: str, dialect: str) -> Condition:
    text = func.substr(column, literal_column("1"), literal_column(str(MAX_TEXT)))
    if dialect == "postgresql":
        return text.regexp_match(postgresql_pattern(pattern))
    return func.assay_matches(pattern, text, type_=Boolean)


def _like(pattern: str, dialect: str) -> str:
    # PostgreSQL takes a backslash for an escape, SQLite takes it for itself.
    return pattern.replace("\\", "\\\\") if dialect == "postgresql" else pattern


def compare_number(column: Expression, operator: Operator, values: tuple[Value, ...]) -> Condition:
    """Return the condition that a float column, NULL where it is NaN, compares with `values`."""
    if operator is Operator.IS_NAN:
        return column.is_(None)
    if operator is Operator.IS_NOT_NAN:
        return column.is_not(None)
    numbers = [float(value) for value in values if not isinstance(value, RelativeTime)]
    if operator is Operator.IN:
        return column.in_(numbers)
    if operator is Operator.NOT_IN:
        return column.not_in(numbers)
    return _NUMERIC[operator](column, numbers[0])


def spelt_number(column: Expression, *, dialect: str) -> Expression:
    """Return the number that a text column spells, NULL where it spells none."""
    if dialect == "sqlite":
        return func.assay_number(column)
    spells = column.regexp_match(SPELT_NUMBER)
    return case((spells, cast(column, Double)), else_=null())


def compare_integer(
    column: Expression, operator: Operator, values: tuple[Value, ...], *, now_ms: int
) -> Condition:
    """Return the condition that a 64-bit integer column compares with `values`, exactly.

    Args:
        column: The column.
        operator: The comparison.
        values: Integers and floats of any size, and relative times.
        now_ms: What relative times are relative to.
    """
    if operator is Operator.IN:
        return or_(false(), *(_one(column, Operator.EQUAL, value, now_ms) for value in values))
    if operator is Operator.NOT_IN:
        return and_(true(), *(_one(column, Operator.NOT_EQUAL, value, now_ms) for value in values))
    return _one(column, operator, values[0], now_ms)


def _one(column: Expression, operator: Operator, value: Value, now_ms: int) -> Condition:
    number = _exact(value, now_ms)
    if isinstance(number, int) and MIN_INT64 <= number <= MAX_INT64:
        return _NUMERIC[operator](column, number)
    if operator is Operator.EQUAL:
        return false()
    if operator is Operator.NOT_EQUAL:
        return column.is_not(None)
    if not MIN_INT64 <= number <= MAX_INT64:
        is_met = (number < 0) == (operator in _UPWARDS)
        return column.is_not(None) if is_met else false()
    # A fraction: the next integer on the side that the comparison asks for.
    return column >= math.ceil(number) if operator in _UPWARDS else column <= math.floor(number)


def _exact(value: Value, now_ms: int) -> int | float:
    if isinstance(value, RelativeTime):
        return now_ms + value.offset_ms
    number = float(value) if isinstance(value, str) else value
    return int(number) if isinstance(number, float) and number.is_integer() else number
