"""Params keep the type of their value beside its text, so that they come back as they were logged.

The text is the value's `str`, which is what compatible clients see. The type is one word, or none
for text and for whatever has no exact way back from its text.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from assay.entities.entity import Entity

SEPARATOR: Final = "."
"""What joins the keys of nested params: `{"optimizer": {"rate": 1}}` is `optimizer.rate`."""
MAX_DEPTH: Final = 20

_FROM_TEXT: Final[dict[str, Callable[[str], Any]]] = {
    "bool": lambda text: text == "True",
    "int": int,
    "float": float,
    "none": lambda _text: None,
    "literal": ast.literal_eval,
}
TYPES: Final = frozenset(_FROM_TEXT)
_PLAIN: Final = {bool: "bool", int: "int", float: "float", type(None): "none"}


class ParamAmendment(Entity, frozen=True, omit_defaults=False):
    """What a param was before somebody corrected it, when, and why."""

    key: str
    old_value: str
    old_type: str | None
    new_value: str
    new_type: str | None
    timestamp: int
    reason: str | None = None


class TypedParam(Entity, frozen=True, omit_defaults=False):
    """A param with the type of its value; None for text."""

    key: str
    value: str
    type: str | None = None

    @property
    def typed_value(self) -> Any:
        """The value as it was logged."""
        return typed_value(self.value, self.type)


def type_of(value: object) -> str | None:
    """Return the type to keep for `value`."""
    found = _PLAIN.get(type(value)) or _type_of_number(value)
    if found is None and isinstance(value, list | tuple | dict | set):
        return "literal" if _is_literal(value) else None
    return found


def known_type(kind: str | None) -> str | None:
    """Return `kind` when it is one of ours."""
    return kind if kind in TYPES else None


def typed_value(text: str, kind: str | None) -> Any:
    """Return the value of a param from its text and type; the text when they do not fit."""
    if kind is None or kind not in _FROM_TEXT:
        return text
    try:
        return _FROM_TEXT[kind](text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return text


def flatten(key: str, value: Any, *, separator: str = SEPARATOR) -> Iterator[tuple[str, Any]]:
    """Return the keys and values of nested mappings; a mapping without items is a value."""
    return _flatten(str(key), value, separator, 0)


def _flatten(key: str, value: Any, separator: str, depth: int) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, Mapping) or not value or depth >= MAX_DEPTH:
        yield key, value
        return
    for name, inner in value.items():
        yield from _flatten(f"{key}{separator}{name}", inner, separator, depth + 1)


def _type_of_number(value: object) -> str | None:
    """Return the type of NumPy's scalars and the like, by the type that they turn into."""
    if type(value).__module__.partition(".")[0] != "numpy" or getattr(value, "shape", None) != ():
        return None
    item = getattr(value, "item", None)
    return _PLAIN.get(type(item())) if callable(item) else None


def _is_literal(value: object) -> bool:
    try:
        return bool(ast.literal_eval(str(value)) == value)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False


def params_by_key(params: tuple[TypedParam, ...]) -> dict[str, Any]:
    """Return typed values by key."""
    return {param.key: param.typed_value for param in params}
