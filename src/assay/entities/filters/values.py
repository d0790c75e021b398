"""Value tokens to values, checked against what the field can be compared with."""

import re
from typing import Final

import lark

from assay.entities.filters.syntax import shortened
from assay.entities.filters.tree import Field, Kind, RelativeTime, Value
from assay.entities.filters.vocabulary import ValueType
from assay.errors import InvalidFilter

UNIT_MS: Final = {
    "s": 1000,
    "m": 60_000,
    "h": 3_600_000,
    "d": 86_400_000,
    "w": 604_800_000,
}
_OFFSET: Final = re.compile(r"([+-])\s*(\d+)\s*([smhdw])", re.IGNORECASE)
_MAX_DIGITS: Final = 30
_TEXT_NAMES: Final = {
    Kind.ATTRIBUTE: "attributes",
    Kind.PARAM: "parameter",
    Kind.TAG: "tag",
    Kind.DATASET: "dataset",
}


def resolve_value(token: lark.Token, field: Field, type_: ValueType, words: bool) -> Value:
    """Return the value of `token` as `field` compares it.

    Args:
        token: A string, number, relative time or bare word.
        field: What it is compared with, for messages.
        type_: What the field's values are.
        words: Whether a bare word is a text.

    Raises:
        InvalidFilter: The token is no value of that type.
    """
    if type_ is ValueType.TEXT:
        return _text(token, field, words)
    if type_ is ValueType.TIME and token.type == "NOW":
        return _relative_time(token)
    if token.type != "NUMBER":
        raise _not_numeric(token, field)
    return float(token) if type_ is ValueType.NUMBER else _integer_or_float(token)


def _text(token: lark.Token, field: Field, words: bool) -> str:
    if token.type == "STRING":
        quote = token[0]
        return token[1:-1].replace(quote * 2, quote)
    if words and token.type in ("WORD", "NOW"):
        return str(token)
    raise InvalidFilter(
        f"Expected a quoted string value for {_TEXT_NAMES[field.kind]} (e.g. 'my-value'). "
        f"Got value {shortened(token)}",
        token.start_pos,
    )


def _integer_or_float(token: lark.Token) -> int | float:
    digits = token.lstrip("+-")
    return int(token) if digits.isdecimal() and len(digits) <= _MAX_DIGITS else float(token)


def _relative_time(token: lark.Token) -> RelativeTime:
    offset_ms = 0
    for sign, count, unit in _OFFSET.findall(token):
        if len(count) > _MAX_DIGITS:
            raise InvalidFilter(f"Invalid time '{shortened(token)}'.", token.start_pos)
        length_ms = int(count) * UNIT_MS[unit.lower()]
        offset_ms += length_ms if sign == "+" else -length_ms
    return RelativeTime(offset_ms)


def _not_numeric(token: lark.Token, field: Field) -> InvalidFilter:
    what = "metric" if field.kind is Kind.METRIC else f"numeric attribute: {field.key}"
    return InvalidFilter(
        f"Expected numeric value type for {what}. Found {shortened(token)}", token.start_pos
    )
