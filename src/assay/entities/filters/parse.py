"""Filter text to a checked syntax tree; the trees of recent texts are kept."""

from functools import lru_cache

from assay.entities.filters.fields import resolve_field, value_type
from assay.entities.filters.patterns import parse_pattern
from assay.entities.filters.syntax import Raw, RawTerm, parse_raw_filter
from assay.entities.filters.tree import (
    EVERYTHING,
    And,
    Comparison,
    Field,
    Filter,
    Not,
    Operator,
    Or,
)
from assay.entities.filters.values import resolve_value
from assay.entities.filters.vocabulary import (
    EXPERIMENTS,
    LOGGED_MODELS,
    MATCHES,
    OPERATORS,
    RANGE,
    RUNS,
    ValueType,
    Vocabulary,
)
from assay.errors import InvalidFilter

_KNOWN = {operator.value: operator for operator in Operator}


def parse_run_filter(text: str) -> Filter:
    """Return the syntax tree of a filter over runs, or raise InvalidFilter."""
    return _parse(text, RUNS.name)


def parse_experiment_filter(text: str) -> Filter:
    """Return the syntax tree of a filter over experiments, or raise InvalidFilter."""
    return _parse(text, EXPERIMENTS.name)


def parse_logged_model_filter(text: str) -> Filter:
    """Return the syntax tree of a filter over logged models, or raise InvalidFilter."""
    return _parse(text, LOGGED_MODELS.name)


_VOCABULARIES = {vocabulary.name: vocabulary for vocabulary in (RUNS, EXPERIMENTS, LOGGED_MODELS)}


@lru_cache(maxsize=256)
def _parse(text: str, vocabulary_name: str) -> Filter:
    if text == "":
        return EVERYTHING
    return _resolve(parse_raw_filter(text), _VOCABULARIES[vocabulary_name])


def _resolve(raw: Raw, vocabulary: Vocabulary) -> Filter:
    if isinstance(raw, RawTerm):
        return _comparison(raw, vocabulary)
    operands = tuple(_resolve(operand, vocabulary) for operand in raw.operands)
    if raw.word == "NOT":
        return Not(operands[0])
    return And(operands) if raw.word == "AND" else Or(operands)


def _comparison(raw: RawTerm, vocabulary: Vocabulary) -> Comparison:
    field = resolve_field(raw.field, vocabulary)
    type_ = (
        ValueType.NUMBER if _is_by_size(raw, field, vocabulary) else value_type(field, vocabulary)
    )
    words = vocabulary.accepts_words
    values = tuple(resolve_value(token, field, type_, words) for token in raw.values)
    operator = _KNOWN.get(raw.operator)
    allowed = OPERATORS[type_]
    if operator is None or operator not in allowed:
        names = ", ".join(repr(known.value) for known in sorted(allowed))
        raise InvalidFilter(
            f"Invalid comparator '{raw.operator}' not one of '{{{names}}}'",
            raw.operator_position,
        )
    if operator in MATCHES:
        _check_pattern(str(values[0]), raw.values[0].start_pos)
    return Comparison(field, operator, values)


def _is_by_size(raw: RawTerm, field: Field, vocabulary: Vocabulary) -> bool:
    """Return whether texts are compared by the numbers that they spell: `params.lr < 0.01`."""
    return (
        field.kind in vocabulary.spelt_kinds
        and _KNOWN.get(raw.operator) in RANGE
        and raw.values[0].type == "NUMBER"
    )


def _check_pattern(pattern: str, position: int | None) -> None:
    try:
        parse_pattern(pattern)
    except InvalidFilter as error:
        raise InvalidFilter(error.message, position) from None
