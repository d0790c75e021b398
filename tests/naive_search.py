"""Searching runs the slow and obvious way, and generators of runs, filters and orders."""

import functools
import math
import re
from typing import Any

import msgspec
from hypothesis import strategies as st

from assay.entities.filters.automaton import automaton
from assay.entities.filters.tree import (
    Aggregate,
    And,
    Comparison,
    Field,
    Filter,
    Kind,
    Not,
    Operator,
    Or,
    OrderKey,
)

STATUSES = ("RUNNING", "SCHEDULED", "FINISHED", "FAILED", "KILLED")
LONG = "z" * 128
TEXTS = (
    "",
    "1",
    "-2.50",
    "1e3",
    "1\n",
    "٣",
    "A",
    "a",
    "ab",
    "ä",
    "it's",
    '"',
    "%",
    "a%b",
    "a_b",
    "\\",
    "\\%",
    f"{LONG}1",
    LONG,
)
NUMBERS = (math.nan, math.inf, -math.inf, 0.0, -0.0, 1.0, 2.5, -3.0, 1e300)
KEYS = ("a", "b.c", "x y", "absent")
METRICS = ("loss", "loss.min", "acc", "absent")
PATTERNS = ("a", "^a", "b$", "^$", "[a-c]", ".", "\\W", "(a|ä)", "z{64}1", "(?i)a")


class Point(msgspec.Struct, frozen=True):
    """What the store keeps of a metric's history."""

    last: float
    first: float
    least: float
    greatest: float
    mean: float
    n_points: int


class NaiveRun(msgspec.Struct, frozen=True):
    """A run as the obvious search sees it."""

    run_id: str
    name: str
    user_id: str
    status: int
    is_deleted: bool
    start_time: int
    end_time: int | None
    params: dict[str, str]
    tags: dict[str, str]
    metrics: dict[str, Point]
    datasets: list[tuple[str, str, str | None]]


def _points() -> st.SearchStrategy[Point]:
    number = st.sampled_from(NUMBERS)
    extreme = st.sampled_from((math.nan, 0.0, 1.0, 2.5, -3.0))
    return st.builds(Point, number, number, extreme, extreme, extreme, st.integers(1, 3))


def naive_runs() -> st.SearchStrategy[list[NaiveRun]]:
    """Some runs, often with equal values."""
    texts = st.sampled_from(TEXTS)
    times = st.integers(0, 3)
    dataset = st.tuples(
        st.sampled_from(("d1", "d2")), st.sampled_from(("x", "Y")), st.none() | texts
    )
    run = st.builds(
        NaiveRun,
        run_id=st.integers(0, 16**4).map(lambda number: f"{number:032x}"),
        name=texts,
        user_id=texts,
        status=st.integers(1, 5),
        is_deleted=st.booleans(),
        start_time=times,
        end_time=st.none() | times,
        params=st.dictionaries(st.sampled_from(KEYS[:3]), texts),
        tags=st.dictionaries(st.sampled_from(KEYS[:3]), texts),
        metrics=st.dictionaries(st.sampled_from(METRICS[:3]), _points()),
        datasets=st.lists(dataset, max_size=2, unique_by=lambda one: one[:2]),
    )
    return st.lists(run, max_size=12, unique_by=lambda one: one.run_id)


TEXT_FIELDS = [
    *(Field(Kind.PARAM, key) for key in KEYS),
    *(Field(Kind.TAG, key) for key in KEYS),
    *(Field(Kind.ATTRIBUTE, key) for key in ("run_id", "run_name", "status", "user_id")),
    *(Field(Kind.DATASET, key) for key in ("name", "digest", "context")),
]
NUMBER_FIELDS = [
    *(Field(Kind.METRIC, key) for key in METRICS),
    *(Field(Kind.METRIC, "loss", aggregate) for aggregate in Aggregate),
    Field(Kind.METRIC, "acc", Aggregate.MIN, "acc.min"),
    Field(Kind.METRIC, "loss", Aggregate.MIN, "loss.min"),
]
TIME_FIELDS = [Field(Kind.ATTRIBUTE, key) for key in ("start_time", "end_time")]
PLAIN = (Operator.EQUAL, Operator.NOT_EQUAL)
RANGE = (Operator.LESS, Operator.LESS_EQUAL, Operator.GREATER, Operator.GREATER_EQUAL)
LIKES = (Operator.LIKE, Operator.NOT_LIKE, Operator.ILIKE, Operator.NOT_ILIKE)
LISTS = (Operator.IN, Operator.NOT_IN)
PRESENCE = (Operator.IS_NULL, Operator.IS_NOT_NULL)
NANS = (Operator.IS_NAN, Operator.IS_NOT_NAN)


def _compared(field: Field, operators: tuple[Operator, ...], value: Any) -> Any:
    return st.builds(
        lambda operator, values: Comparison(field, operator, tuple(values)),
        st.sampled_from(operators),
        value,
    )


def _text_comparisons(field: Field) -> Any:
    texts = st.sampled_from((*TEXTS, *STATUSES, "0" * 31 + "1", "d1", "Y"))
    likes = st.one_of(texts, st.sampled_from(("a%", "%B", "_", "%", "z%1", "F%", "fin%")))
    return st.one_of(
        _compared(field, PLAIN, st.tuples(texts)),
        _compared(field, LIKES, st.tuples(likes)),
        _compared(
            field, (Operator.MATCH, Operator.NOT_MATCH), st.tuples(st.sampled_from(PATTERNS))
        ),
        _compared(field, LISTS, st.lists(texts, min_size=1, max_size=3)),
        _compared(field, PRESENCE, st.just(())),
    )


def _size_comparisons(field: Field) -> Any:
    """Comparisons of texts with numbers, by the numbers that they spell."""
    return _compared(field, RANGE, st.tuples(st.sampled_from((0.0, 1.0, 2.5, -3.0, 1e30))))


def _number_comparisons(field: Field) -> Any:
    numbers = st.sampled_from([number for number in NUMBERS if math.isfinite(number)])
    if field.aggregate is Aggregate.COUNT or field.kind is Kind.ATTRIBUTE:
        numbers = st.one_of(st.integers(-1, 4), st.sampled_from((0.5, 1.5, 1e30, -1e30, 10**29)))
    choices = [
        _compared(field, (*PLAIN, *RANGE), st.tuples(numbers)),
        _compared(field, LISTS, st.lists(numbers, min_size=1, max_size=3)),
        _compared(field, PRESENCE, st.just(())),
    ]
    if field.kind is Kind.METRIC and field.aggregate is not Aggregate.COUNT:
        choices.append(_compared(field, NANS, st.just(())))
    return st.one_of(choices)


def filters() -> st.SearchStrategy[Filter]:
    """Any filter over the runs of `naive_runs`."""
    leaf = st.one_of(
        st.sampled_from(TEXT_FIELDS).flatmap(_text_comparisons),
        st.sampled_from(TEXT_FIELDS[: 2 * len(KEYS)]).flatmap(_size_comparisons),
        st.sampled_from([*NUMBER_FIELDS, *TIME_FIELDS]).flatmap(_number_comparisons),
    )
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(Not, inner),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: And(tuple(parts))),
            st.lists(inner, min_size=2, max_size=3).map(lambda parts: Or(tuple(parts))),
        ),
        max_leaves=5,
    )


def orders() -> st.SearchStrategy[list[OrderKey]]:
    """Any order of runs, without duplicate fields."""
    fields = [
        *(field for field in TEXT_FIELDS if field.kind is not Kind.DATASET),
        *NUMBER_FIELDS,
        *TIME_FIELDS,
    ]
    key = st.builds(OrderKey, st.sampled_from(fields), st.booleans())
    return st.lists(key, max_size=3, unique_by=lambda one: one.field)


def written_filter(condition: Filter) -> str:
    """Return a text that means `condition`."""
    if isinstance(condition, Comparison):
        field, operator = written_field(condition.field), condition.operator
        values = [written_value(value) for value in condition.values]
        if operator in LISTS:
            return f"{field} {operator.value} ({', '.join(values)})"
        return " ".join((field, operator.value, *values))
    if isinstance(condition, Not):
        return f"NOT ({written_filter(condition.operand)})"
    word = " AND " if isinstance(condition, And) else " OR "
    return word.join(f"({written_filter(part)})" for part in condition.operands)


def written_field(field: Field) -> str:
    """Return a text that names `field`."""
    if field.exact_key is not None:
        return f"metrics.{field.exact_key}"
    if field.aggregate is not Aggregate.LAST:
        return f"metrics.`{field.key}`.{field.aggregate.value}"
    return f"{field.kind.value}.`{field.key}`"


def written_order(key: OrderKey) -> str:
    """Return a text that means `key`."""
    return f"{written_field(key.field)} {'ASC' if key.ascending else 'DESC'}"


def written_value(value: Any) -> str:
    """Return a literal that means `value`."""
    if isinstance(value, str):
        doubled = value.replace("'", "''")
        return f"'{doubled}'"
    return repr(value)


class Searched:
    """The runs that are searched, and what doubtful names mean among them."""

    def __init__(self, runs: list[NaiveRun]) -> None:
        self.runs = runs
        self.metrics = {key for run in runs for key in run.metrics}

    def search(self, condition: Filter, order: list[OrderKey], *, deleted: bool) -> list[str]:
        """Return the ids of the runs that match, in order."""
        found = [
            run for run in self.runs if run.is_deleted == deleted and self.matches(condition, run)
        ]
        found.sort(key=lambda run: run.run_id)
        if all(key.field != Field(Kind.ATTRIBUTE, "start_time") for key in order):
            found.sort(key=lambda run: run.start_time, reverse=True)
        elif order[-1].field.key == "run_id":
            pass
        for key in reversed(order):
            found.sort(key=functools.cmp_to_key(functools.partial(self._compare, key)))
        return [run.run_id for run in found]

    def matches(self, condition: Filter, run: NaiveRun) -> bool:
        """Return whether `run` meets `condition`."""
        if isinstance(condition, Not):
            return not self.matches(condition.operand, run)
        if isinstance(condition, And):
            return all(self.matches(part, run) for part in condition.operands)
        if isinstance(condition, Or):
            return any(self.matches(part, run) for part in condition.operands)
        found = [value for value in self.values(condition.field, run) if value is not None]
        if condition.operator is Operator.IS_NULL:
            return not found
        return any(_holds(condition, value) for value in found)

    def values(self, field: Field, run: NaiveRun) -> list[Any]:
        """Return what `run` has of `field`."""
        if field.kind is Kind.DATASET:
            position = ("name", "digest", "context").index(field.key)
            return [dataset[position] for dataset in run.datasets]
        if field.kind is Kind.METRIC:
            return self._metric(field, run)
        if field.kind is Kind.ATTRIBUTE:
            return [_attribute(field.key, run)]
        return [(run.params if field.kind is Kind.PARAM else run.tags).get(field.key)]

    def _metric(self, field: Field, run: NaiveRun) -> list[Any]:
        key, aggregate = field.key, field.aggregate
        if field.exact_key in self.metrics:
            key, aggregate = str(field.exact_key), Aggregate.LAST
        point = run.metrics.get(key)
        if point is None:
            return []
        names = {
            Aggregate.LAST: point.last,
            Aggregate.FIRST: point.first,
            Aggregate.MIN: point.least,
            Aggregate.MAX: point.greatest,
            Aggregate.MEAN: point.mean,
            Aggregate.COUNT: point.n_points,
        }
        return [names[aggregate]]

    def _compare(self, key: OrderKey, left: NaiveRun, right: NaiveRun) -> int:
        values = [(self.values(key.field, run) or [None])[0] for run in (left, right)]
        ranks = [_rank(value) for value in values]
        if ranks != [0, 0]:
            return ranks[0] - ranks[1]
        difference = (values[0] > values[1]) - (values[0] < values[1])
        return difference if key.ascending else -difference


def _rank(value: Any) -> int:
    if value is None:
        return 2
    return int(value != value)


def _attribute(key: str, run: NaiveRun) -> Any:
    if key == "status":
        return STATUSES[run.status - 1]
    return getattr(run, "name" if key == "run_name" else key)


def _holds(comparison: Comparison, value: Any) -> bool:
    operator, values = comparison.operator, comparison.values
    if operator in (Operator.IS_NAN, Operator.IS_NOT_NAN):
        return (value != value) == (operator is Operator.IS_NAN)
    if operator is Operator.IS_NOT_NULL:
        return True
    if value != value:
        return False
    if isinstance(value, str) and operator in RANGE:
        if not re.fullmatch(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?", value):
            return False
        value = float(value)
    tests = {
        Operator.EQUAL: lambda: value == values[0],
        Operator.NOT_EQUAL: lambda: value != values[0],
        Operator.LESS: lambda: value < values[0],
        Operator.LESS_EQUAL: lambda: value <= values[0],
        Operator.GREATER: lambda: value > values[0],
        Operator.GREATER_EQUAL: lambda: value >= values[0],
        Operator.IN: lambda: value in values,
        Operator.NOT_IN: lambda: value not in values,
        Operator.LIKE: lambda: _like(value, values[0]),
        Operator.NOT_LIKE: lambda: not _like(value, values[0]),
        Operator.ILIKE: lambda: _like(_lower(value), _lower(values[0])),
        Operator.NOT_ILIKE: lambda: not _like(_lower(value), _lower(values[0])),
        Operator.MATCH: lambda: automaton(values[0]).is_in(value),
        Operator.NOT_MATCH: lambda: not automaton(values[0]).is_in(value),
    }
    return bool(tests[operator]())


def _like(text: str, pattern: str) -> bool:
    parts = {"%": ".*", "_": "."}
    written = "".join(parts.get(character, re.escape(character)) for character in pattern)
    return re.fullmatch(written, text, re.DOTALL) is not None


def _lower(text: str) -> str:
    return "".join(character.lower() if character.isascii() else character for character in text)
