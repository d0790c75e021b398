"""Sort terms and keysets: how a page starts right behind the last item of the page before.

A sort key that may be missing becomes a rank (number or text 0, NaN 1, missing 2, the same in both
directions) and its value, which is NULL unless the rank is 0. A term whose value is the same in all
rows of a statement is not sorted by, but has its place in the page token.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, case, false, func, literal_column, or_, true

from assay.store.comparisons import Condition, Expression
from assay.store.cursors import CursorValue
from assay.store.tables import VALUE_HEAD

PRESENT: Final = 0
NOT_A_NUMBER: Final = 1
MISSING: Final = 2

SORTED_LENGTH: Final = 1000
"""How many characters of a text count when sorting; a page token holds them."""


class Term(NamedTuple):
    """One thing to sort by.

    Attributes:
        type: What its values in a page token are; each may also be None.
        ascending: Its direction.
        expression: What to sort by; None when all rows share `shared`.
        shared: The value of all rows.
    """

    type: type
    ascending: bool = True
    expression: Expression | None = None
    shared: CursorValue = None


def head(text: Expression) -> Expression:
    """Return the part of a value that the value indexes hold, spelt as they spell it."""
    return func.substr(text, literal_column("1"), literal_column(str(VALUE_HEAD)))


def sorted_part(text: Expression) -> Expression:
    """Return the part of a text that counts when sorting."""
    return func.substr(text, literal_column("1"), literal_column(str(SORTED_LENGTH)))


def rank(row: ColumnElement[Any], value: Expression) -> Term:
    """Return the term that puts NaN behind numbers, and rows that are missing last.

    Args:
        row: A column that is NULL only when the row is missing.
        value: The value; NULL in a row that is there means NaN.
    """
    ranks = case(
        (row.is_(None), literal_column(str(MISSING))),
        (value.is_(None), literal_column(str(NOT_A_NUMBER))),
        else_=literal_column(str(PRESENT)),
    )
    return Term(int, expression=ranks)


def of_rank(shared: int, terms: Sequence[Term]) -> list[Term]:
    """Return `terms`, a rank and its values, as they are in the rows of one rank."""
    first, *values = terms
    if shared != PRESENT:
        values = [Term(term.type, term.ascending) for term in values]
    return [Term(first.type, shared=shared), *values]


def expressions(terms: Sequence[Term]) -> list[Expression]:
    """Return what a statement must select so that `sort_values` can be told from its rows."""
    return [term.expression for term in terms if term.expression is not None]


def sort_values(terms: Sequence[Term], row: Sequence[CursorValue]) -> tuple[CursorValue, ...]:
    """Return a row's sort values, given what it has for `expressions(terms)`."""
    selected = iter(row)
    return tuple(term.shared if term.expression is None else next(selected) for term in terms)


def ordering(terms: Sequence[Term]) -> list[ColumnElement[Any]]:
    """Return the ORDER BY clause of `terms`."""
    return [
        term.expression.asc() if term.ascending else term.expression.desc()
        for term in terms
        if term.expression is not None
    ]


def behind(terms: Sequence[Term], values: Sequence[CursorValue]) -> Condition:
    """Return the condition that a row sorts behind the row with these sort values.

    A value of None stands for NULL, which all rows of the same rank share.
    """
    known = [
        (term.expression, term.ascending, value)
        for term, value in zip(terms, values, strict=True)
        if value is not None and term.expression is not None
    ]
    condition: Condition = false()
    for expression, ascending, value in reversed(known):
        further = expression > value if ascending else expression < value
        condition = or_(further, and_(expression == value, condition))
    if not known:
        return true()
    expression, ascending, value = known[0]
    # This says nothing new, but lets an index start where the page starts.
    start = expression >= value if ascending else expression <= value
    return and_(start, condition)
