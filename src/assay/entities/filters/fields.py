"""Field tokens to fields: which entity, which key, which aggregate."""

import re
from collections.abc import Iterable
from typing import Final

import lark

from assay.entities.filters.syntax import shortened
from assay.entities.filters.tree import Aggregate, Field, Kind
from assay.entities.filters.vocabulary import ValueType, Vocabulary
from assay.errors import InvalidFilter

_PART: Final = re.compile(r"`([^`]*)`|\"([^\"]*)\"|([^.`\"]+)")
_AGGREGATES: Final = {aggregate.value: aggregate for aggregate in Aggregate}
_INTEGRAL: Final = frozenset({Aggregate.COUNT})


def resolve_field(token: lark.Token, vocabulary: Vocabulary) -> Field:
    """Return the field that `token` names.

    Raises:
        InvalidFilter: The search has no such entity or attribute.
    """
    parts = list(_PART.finditer(token))
    names = [_unquoted(part) for part in parts]
    if len(parts) == 1:
        return _attribute(names[0], token, vocabulary)
    kind = vocabulary.kinds.get(names[0])
    if kind is None:
        raise InvalidFilter(
            f"Invalid entity type '{shortened(names[0])}'. "
            f"Valid values are {sorted(vocabulary.kinds)}",
            token.start_pos,
        )
    key = ".".join(names[1:])
    if kind is Kind.ATTRIBUTE:
        return _attribute(key, token, vocabulary)
    if kind is Kind.DATASET and key not in vocabulary.dataset_keys:
        raise _unknown_key("dataset", key, vocabulary.dataset_keys, token)
    if kind is Kind.METRIC and vocabulary.has_aggregates:
        return _metric(parts[1:], names[1:])
    return Field(kind, key)


def value_type(field: Field, vocabulary: Vocabulary) -> ValueType:
    """Return what the values of `field` are."""
    if field.kind is Kind.METRIC:
        return ValueType.INTEGER if field.aggregate in _INTEGRAL else ValueType.NUMBER
    if field.kind is Kind.ATTRIBUTE:
        return vocabulary.attributes[field.key].type
    return ValueType.TEXT


def _attribute(key: str, token: lark.Token, vocabulary: Vocabulary) -> Field:
    attribute = vocabulary.attributes.get(key)
    if attribute is None:
        raise _unknown_key("attribute", key, vocabulary.attributes, token)
    return Field(Kind.ATTRIBUTE, attribute.name)


def _metric(parts: list[re.Match[str]], names: list[str]) -> Field:
    whole = ".".join(names)
    aggregate = _AGGREGATES.get(names[-1]) if _is_bare(parts[-1]) else None
    if aggregate is None or len(parts) == 1:
        return Field(Kind.METRIC, whole)
    is_certain = not all(_is_bare(part) for part in parts)
    key = ".".join(names[:-1])
    return Field(Kind.METRIC, key, aggregate, None if is_certain else whole)


def _unquoted(part: re.Match[str]) -> str:
    return next(text for text in part.groups() if text is not None)


def _is_bare(part: re.Match[str]) -> bool:
    return part.group(3) is not None


def _unknown_key(what: str, key: str, known: Iterable[str], token: lark.Token) -> InvalidFilter:
    keys = ", ".join(repr(name) for name in sorted(known))
    return InvalidFilter(
        f"Invalid {what} key '{shortened(key)}' specified. Valid keys are '{{{keys}}}'",
        token.start_pos,
    )
