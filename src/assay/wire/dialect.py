"""JSON as compatible clients expect it, for answers and for what our client sends.

msgspec writes NaN and infinities as null, which no client reads back. So encoding looks for a null
in the result, which is rare, and only then takes the slow path: NaN becomes the string "NaN", and
infinities are clamped to the largest finite number, or, for clients that ask with the header
`Assay-Exact: 1`, become "Infinity" and "-Infinity". Reading requests is `wire/requests.py`.
"""

import math
from typing import Any, TypeVar

import msgspec

from assay.entities.metrics import MAX_FINITE
from assay.errors import RemoteError
from assay.wire.endpoint import Body, Endpoint, Request

EXACT_HEADER = "Assay-Exact"
"""A request header: with the value 1 infinities come back exactly, not clamped."""

Message = TypeVar("Message")
RequestT = TypeVar("RequestT", bound=Request)
ResponseT = TypeVar("ResponseT")

_encoder = msgspec.json.Encoder()
_packer = msgspec.msgpack.Encoder()


def encode_message(message: object, *, exact: bool) -> bytes:
    """Return `message` as JSON that has no bare NaN, infinity or null in place of one.

    Args:
        message: A struct, or plain dictionaries, lists and scalars.
        exact: Write infinities as strings instead of clamping them.
    """
    encoded = _encoder.encode(message)
    if b":null" not in encoded:
        return encoded
    return _encoder.encode(_spell_floats(msgspec.to_builtins(message), exact=exact))


def decode_message(content: bytes, message_type: type[Message]) -> Message:
    """Return the `message_type` that JSON `content` holds; reads what `encode_message` writes.

    Raises:
        RemoteError: The content is not JSON of that shape.
    """
    try:
        return msgspec.json.decode(content, type=message_type, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RemoteError(
            f"The server's answer is not understood: {error}", "INTERNAL_ERROR", 502
        ) from error


def encode_body(endpoint: Endpoint[RequestT, ResponseT], request: RequestT) -> bytes:
    """Return the body that carries `request`: msgpack for binary endpoints, else JSON."""
    if endpoint.body is Body.BINARY:
        return _packer.encode(request)
    return encode_message(request, exact=True)


def query_pairs(request: Request) -> list[tuple[str, str]]:
    """Return the names and values of `request` for a query string; lists repeat their name."""
    pairs: list[tuple[str, str]] = []
    for name, value in msgspec.to_builtins(request).items():
        values = value if isinstance(value, list | tuple) else (value,)
        pairs.extend((name, _query_text(item)) for item in values if item is not None)
    return pairs


def _query_text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _spell_floats(value: Any, *, exact: bool) -> Any:
    """Return `value` with every float that JSON has no number for replaced."""
    if isinstance(value, float):
        return value if math.isfinite(value) else _spell(value, exact=exact)
    if isinstance(value, dict):
        return {key: _spell_floats(item, exact=exact) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_spell_floats(item, exact=exact) for item in value]
    return value


def _spell(value: float, *, exact: bool) -> str | float:
    if math.isnan(value):
        return "NaN"
    if exact:
        return "Infinity" if value > 0 else "-Infinity"
    return math.copysign(MAX_FINITE, value)
