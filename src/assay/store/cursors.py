"""Page tokens: where the last page ended, and which query it belonged to.

A token is base64 of a JSON list: the query's fingerprint, the moment of the first page (so that
relative times mean the same on every page), and the sort values of the last item. It is not secret,
but opaque: nothing else may read it.
"""

import base64
import binascii
import hashlib
import json
import math
import re
from collections.abc import Sequence
from typing import Final, TypeAlias

import msgspec

from assay.entities.names import MAX_INT64, MIN_INT64
from assay.errors import InvalidPageToken

CursorValue: TypeAlias = int | float | str | None

MAX_TOKEN: Final = 200_000
_UNSTORABLE: Final = re.compile("[\0\ud800-\udfff]")
_FOREIGN: Final = "it was not made for this search"


class Cursor(msgspec.Struct, frozen=True):
    """Where a page starts: behind the item with these sort values."""

    values: tuple[CursorValue, ...]
    now_ms: int

    def of_shape(self, shape: Sequence[type]) -> tuple[CursorValue, ...]:
        """Return the sort values when they have these types; each may also be None.

        Raises:
            InvalidPageToken: They have not, so someone made the token up.
        """
        if len(self.values) != len(shape) or not all(map(_fits, self.values, shape)):
            raise InvalidPageToken(_FOREIGN)
        return self.values


def fingerprint(*query: object) -> str:
    """Return a short digest of what a token belongs to; arguments are compared by their repr."""
    return hashlib.sha256(repr(query).encode("utf-8", "replace")).hexdigest()[:16]


def encode_cursor(cursor: Cursor, query: str) -> str:
    """Return the token for a page of the query with this fingerprint."""
    # Not msgspec: it writes infinities as null.
    text = json.dumps([query, cursor.now_ms, list(cursor.values)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode()


def decode_cursor(token: str, query: str) -> Cursor:
    """Return where the page starts that `token` stands for.

    Args:
        token: What a page of the same query ended with.
        query: The query's fingerprint.

    Raises:
        InvalidPageToken: It is no token, or one of another query.
    """
    if len(token) > MAX_TOKEN:
        raise InvalidPageToken(f"it is longer than {MAX_TOKEN} characters")
    try:
        raw = base64.b64decode(token, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise InvalidPageToken from None
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise InvalidPageToken("could not be decoded") from None
    match found:
        case [str(own), int(now_ms), list(values)] if own == query and _fits(now_ms, int):
            return Cursor(tuple(values), now_ms)
    raise InvalidPageToken(_FOREIGN)


def _fits(value: object, type_: type) -> bool:
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, type_):
        return False
    if isinstance(value, int):
        return MIN_INT64 <= value <= MAX_INT64
    if isinstance(value, float):
        return not math.isnan(value)
    return not isinstance(value, str) or _UNSTORABLE.search(value) is None
