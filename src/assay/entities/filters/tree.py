"""The syntax tree of a filter, and of an order: what `parse.py` and `order.py` build.

Every comparison is either true or false: false when the thing compared is absent, except for
IS NULL. So NOT turns it round, and `NOT params.a = 'x'` holds for runs without the param `a`, while
`params.a != 'x'` does not. NaN compares with nothing; only IS NAN finds it.
"""

from enum import StrEnum
from typing import TypeAlias

import msgspec


class Kind(StrEnum):
    """What a field belongs to."""

    ATTRIBUTE = "attribute"
    METRIC = "metric"
    PARAM = "parameter"
    TAG = "tag"
    DATASET = "dataset"


class Aggregate(StrEnum):
    """What of a metric's history is compared; `LAST` is what a plain key means."""

    LAST = "last"
    FIRST = "first"
    MIN = "min"
    MAX = "max"
    MEAN = "mean"
    COUNT = "count"


class Operator(StrEnum):
    """How a field is compared; the values are the words of the grammar."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_EQUAL = "<="
    GREATER = ">"
    GREATER_EQUAL = ">="
    LIKE = "LIKE"
    NOT_LIKE = "NOT LIKE"
    ILIKE = "ILIKE"
    NOT_ILIKE = "NOT ILIKE"
    MATCH = "~"
    NOT_MATCH = "!~"
    IN = "IN"
    NOT_IN = "NOT IN"
    IS_NULL = "IS NULL"
    IS_NOT_NULL = "IS NOT NULL"
    IS_NAN = "IS NAN"
    IS_NOT_NAN = "IS NOT NAN"


class Field(msgspec.Struct, frozen=True):
    """Something that can be compared or ordered by.

    `metrics.loss.min` may be a metric of that name or the least `loss`: then `exact_key` holds the
    whole name, which wins where such a metric exists. Backticks decide: ``metrics.`loss.min` `` is
    always the name, ``metrics.`loss`.min`` always the aggregate.
    """

    kind: Kind
    key: str
    aggregate: Aggregate = Aggregate.LAST
    exact_key: str | None = None


class RelativeTime(msgspec.Struct, frozen=True):
    """A moment `offset_ms` after now, whenever the filter is applied."""

    offset_ms: int


Value: TypeAlias = str | int | float | RelativeTime


class Comparison(msgspec.Struct, frozen=True):
    """A field compared with one value, or with several for IN, or with none for IS."""

    field: Field
    operator: Operator
    values: tuple[Value, ...] = ()


class Not(msgspec.Struct, frozen=True):
    """True when `operand` is false."""

    operand: "Filter"


class And(msgspec.Struct, frozen=True):
    """True when all operands are true."""

    operands: tuple["Filter", ...]


class Or(msgspec.Struct, frozen=True):
    """True when at least one operand is true."""

    operands: tuple["Filter", ...]


Filter: TypeAlias = Comparison | Not | And | Or

EVERYTHING = And(())


class OrderKey(msgspec.Struct, frozen=True):
    """A field to sort by; missing values come last in both directions."""

    field: Field
    ascending: bool = True
