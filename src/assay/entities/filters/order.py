"""Order expressions to order keys."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from assay.entities.filters.fields import resolve_field
from assay.entities.filters.syntax import parse_raw_order, shortened
from assay.entities.filters.tree import OrderKey
from assay.entities.filters.vocabulary import EXPERIMENTS, RUNS, Vocabulary
from assay.errors import InvalidFilter

MAX_ORDER_KEYS: Final = 16

_VOCABULARIES: Final = {vocabulary.name: vocabulary for vocabulary in (RUNS, EXPERIMENTS)}


def parse_run_order(expressions: Sequence[str]) -> tuple[OrderKey, ...]:
    """Return the sort keys of a search over runs, or raise InvalidFilter."""
    return _parse_all(expressions, RUNS)


def parse_experiment_order(expressions: Sequence[str]) -> tuple[OrderKey, ...]:
    """Return the sort keys of a search over experiments, or raise InvalidFilter."""
    return _parse_all(expressions, EXPERIMENTS)


def _parse_all(expressions: Sequence[str], vocabulary: Vocabulary) -> tuple[OrderKey, ...]:
    if len(expressions) > MAX_ORDER_KEYS:
        raise InvalidFilter(f"Invalid order_by: more than {MAX_ORDER_KEYS} keys.")
    keys = tuple(_parse(expression, vocabulary.name) for expression in expressions)
    fields = [key.field for key in keys]
    for number, field in enumerate(fields):
        if field in fields[:number]:
            raise InvalidFilter(f"`order_by` contains duplicate fields: {list(expressions)}")
    return keys


@lru_cache(maxsize=256)
def _parse(expression: str, vocabulary_name: str) -> OrderKey:
    vocabulary = _VOCABULARIES[vocabulary_name]
    raw = parse_raw_order(expression)
    field = resolve_field(raw.field, vocabulary)
    if field.kind not in vocabulary.order_kinds:
        kinds = sorted(kind.value for kind in vocabulary.order_kinds)
        raise InvalidFilter(
            f"Invalid order_by entity in '{shortened(expression)}'. Valid entities are {kinds}",
            raw.field.start_pos,
        )
    return OrderKey(field, raw.ascending)
