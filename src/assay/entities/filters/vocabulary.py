"""Which fields each kind of search knows, and what they may be compared with.

Everything that may appear in a query is listed here or is a key that travels as a bound value.
"""

from enum import StrEnum
from typing import Final

import msgspec

from assay.entities.filters.tree import Kind, Operator


class ValueType(StrEnum):
    """What the values of a field are."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    TIME = "time"


EQUALITY: Final = (Operator.EQUAL, Operator.NOT_EQUAL)
RANGE: Final = (Operator.LESS, Operator.LESS_EQUAL, Operator.GREATER, Operator.GREATER_EQUAL)
LISTS: Final = (Operator.IN, Operator.NOT_IN)
PRESENCE: Final = (Operator.IS_NULL, Operator.IS_NOT_NULL)
NAN_TESTS: Final = (Operator.IS_NAN, Operator.IS_NOT_NAN)
LIKES: Final = (Operator.LIKE, Operator.NOT_LIKE, Operator.ILIKE, Operator.NOT_ILIKE)
SPELT_NUMBER: Final = r"^[+-]?([0-9]{1,30}([.][0-9]{0,30})?|[.][0-9]{1,30})([eE][+-]?[0-9]{1,2})?$"
"""Which params and tags count as numbers where they are compared with one; none of them overflows."""

MATCHES: Final = (Operator.MATCH, Operator.NOT_MATCH)

OPERATORS: Final[dict[ValueType, frozenset[Operator]]] = {
    ValueType.TEXT: frozenset((*EQUALITY, *LIKES, *MATCHES, *LISTS, *PRESENCE)),
    ValueType.NUMBER: frozenset((*EQUALITY, *RANGE, *LISTS, *PRESENCE, *NAN_TESTS)),
    ValueType.INTEGER: frozenset((*EQUALITY, *RANGE, *LISTS, *PRESENCE)),
    ValueType.TIME: frozenset((*EQUALITY, *RANGE, *LISTS, *PRESENCE)),
}


class Attribute(msgspec.Struct, frozen=True):
    """A field that every item of a search has; `name` is what its aliases stand for."""

    name: str
    type: ValueType = ValueType.TEXT


class Vocabulary(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of one kind of search.

    Attributes:
        name: What is searched, for messages and caches.
        kinds: What may stand before the dot.
        attributes: Attributes by every name they go by.
        order_kinds: What can be ordered by.
        has_aggregates: Whether `metrics.loss.min` may mean the least value.
        accepts_words: Whether text values may go without quotes.
        spelt_kinds: Whose texts, where they spell numbers, compare with numbers by size.
    """

    name: str
    kinds: dict[str, Kind]
    attributes: dict[str, Attribute]
    dataset_keys: frozenset[str] = frozenset()
    order_kinds: frozenset[Kind] = frozenset({Kind.ATTRIBUTE})
    has_aggregates: bool = False
    accepts_words: bool = False
    spelt_kinds: frozenset[Kind] = frozenset()


def _attributes(*attributes: Attribute, **aliases: str) -> dict[str, Attribute]:
    by_name = {attribute.name: attribute for attribute in attributes}
    return by_name | {alias: by_name[name] for alias, name in aliases.items()}


RUNS: Final = Vocabulary(
    name="runs",
    kinds={
        "metric": Kind.METRIC,
        "metrics": Kind.METRIC,
        "parameter": Kind.PARAM,
        "parameters": Kind.PARAM,
        "param": Kind.PARAM,
        "params": Kind.PARAM,
        "tag": Kind.TAG,
        "tags": Kind.TAG,
        "attribute": Kind.ATTRIBUTE,
        "attributes": Kind.ATTRIBUTE,
        "attr": Kind.ATTRIBUTE,
        "run": Kind.ATTRIBUTE,
        "dataset": Kind.DATASET,
        "datasets": Kind.DATASET,
    },
    attributes=_attributes(
        Attribute("run_id"),
        Attribute("run_name"),
        Attribute("status"),
        Attribute("artifact_uri"),
        Attribute("user_id"),
        Attribute("start_time", ValueType.TIME),
        Attribute("end_time", ValueType.TIME),
        created="start_time",
        Created="start_time",
        **{"run name": "run_name", "Run name": "run_name", "Run Name": "run_name"},
    ),
    dataset_keys=frozenset({"name", "digest", "context"}),
    order_kinds=frozenset({Kind.ATTRIBUTE, Kind.METRIC, Kind.PARAM, Kind.TAG}),
    has_aggregates=True,
    spelt_kinds=frozenset({Kind.PARAM, Kind.TAG}),
)

EXPERIMENTS: Final = Vocabulary(
    name="experiments",
    kinds={
        "attribute": Kind.ATTRIBUTE,
        "attributes": Kind.ATTRIBUTE,
        "tag": Kind.TAG,
        "tags": Kind.TAG,
    },
    attributes=_attributes(
        Attribute("name"),
        Attribute("experiment_id"),
        Attribute("creation_time", ValueType.TIME),
        Attribute("last_update_time", ValueType.TIME),
    ),
)

LOGGED_MODELS: Final = Vocabulary(
    name="logged models",
    kinds={
        "attributes": Kind.ATTRIBUTE,
        "metrics": Kind.METRIC,
        "params": Kind.PARAM,
        "tags": Kind.TAG,
    },
    attributes=_attributes(
        Attribute("name"),
        Attribute("model_id"),
        Attribute("model_type"),
        Attribute("status"),
        Attribute("source_run_id"),
        Attribute("experiment_id"),
        Attribute("artifact_location"),
        Attribute("creation_timestamp", ValueType.TIME),
        Attribute("last_updated_timestamp", ValueType.TIME),
        creation_time="creation_timestamp",
        creation_timestamp_ms="creation_timestamp",
        last_updated_timestamp_ms="last_updated_timestamp",
    ),
    order_kinds=frozenset({Kind.ATTRIBUTE, Kind.METRIC}),
    accepts_words=True,
)
