"""Saved views: what a page of the UI shows, kept under a name or under a digest of it."""

import hashlib
from typing import Any, Final

import msgspec

from assay.entities.entity import Entity
from assay.errors import InvalidParameter

MAX_STATE: Final = 64 * 1024
MAX_NAME: Final = 250
ID_DIGITS: Final = 16


class View(Entity, frozen=True, omit_defaults=False):
    """A named state of a page; `state` is a JSON object of the page's own, as text.

    `experiment_id` is None for views of all experiments. `version` counts how often it was saved.
    """

    view_id: str
    experiment_id: str | None
    name: str
    version: int
    state: str
    updated_ms: int


class ViewVersion(Entity, frozen=True, omit_defaults=False):
    """One saved version of a view."""

    version: int
    state: str
    saved_ms: int


def check_view_name(name: str) -> str:
    """Return a view's name without space around it; raise InvalidParameter when it is no name."""
    stripped = name.strip()
    if not stripped or len(stripped) > MAX_NAME:
        raise InvalidParameter(f"A view's name has 1 to {MAX_NAME} characters.")
    return stripped


def canonical_state(state: str) -> str:
    """Return a state in the one form that equal states have.

    Raises:
        InvalidParameter: It is no JSON object, or too long.
    """
    if len(state.encode()) > MAX_STATE:
        raise InvalidParameter(f"A state may have at most {MAX_STATE} bytes.")
    try:
        fields = msgspec.json.decode(state, type=dict[str, Any])
    except (msgspec.MsgspecError, RecursionError):
        raise InvalidParameter("A state must be a JSON object.") from None
    return msgspec.json.encode(fields, order="deterministic").decode()


def state_id(canonical: str) -> str:
    """Return the digest under which a canonical state is kept."""
    return hashlib.sha256(canonical.encode()).hexdigest()[:ID_DIGITS]
