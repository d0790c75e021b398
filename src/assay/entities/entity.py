"""The shape that all entities share: frozen, compared by value, unset fields left off the wire."""

from typing import Any

import msgspec


class Entity(msgspec.Struct, frozen=True, omit_defaults=True, dict=True):
    """A frozen value; `to_dictionary` is the form that the compatible API prints."""

    def to_dictionary(self) -> dict[str, Any]:
        """Return plain dictionaries, lists and scalars; NaN and infinities stay floats."""
        return dict(msgspec.to_builtins(self))
