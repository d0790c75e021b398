"""From the bytes of a request to its struct: fast when the client is exact, tolerant when it is not.

Nearly every request decodes in one typed pass. What that pass refuses (an unknown field, an enum by
name, a null, a wrong type) is read again by `wire/tolerant.py`, which forgives or explains it.
Our own area (`/api/assay/v1`) is strict: broken JSON and unknown content are errors there.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NoReturn, TypeVar

import msgspec
from msgspec import inspect

from assay.entities.names import MAX_INT64, MIN_INT64
from assay.errors import InvalidParameter, MissingParameter
from assay.wire.endpoint import Area, Body, Endpoint, Request
from assay.wire.tolerant import camel_case, fields_of, invalid_value, read_struct

RequestT = TypeVar("RequestT", bound=Request)

MAX_DEPTH: Final = 64
"""How deep lists and objects of a request may nest."""

_shapes: dict[type[Request], "_Shape"] = {}
_NOT_DECODED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Shape(msgspec.Struct, frozen=True):
    """What the typed pass needs to know of a request type beside its decoder."""

    decoder: Any
    required_texts: tuple[str, ...]
    integers: tuple[str, ...]
    list_names: frozenset[str]
    camel_names: tuple[tuple[bytes, bytes], ...]


def _shape(request_type: type[Request]) -> _Shape:
    shape = _shapes.get(request_type)
    if shape is None:
        shape = _shapes[request_type] = _make_shape(request_type)
    return shape


def _make_shape(request_type: type[Request]) -> _Shape:
    fields = fields_of(request_type)
    return _Shape(
        decoder=msgspec.json.Decoder(request_type, strict=False),
        required_texts=tuple(
            field.attribute
            for field in fields
            if field.is_required and isinstance(field.kind, inspect.StrType)
        ),
        integers=tuple(
            field.attribute for field in fields if isinstance(field.kind, inspect.IntType)
        ),
        list_names=frozenset(
            field.name for field in fields if isinstance(field.kind, inspect.VarTupleType)
        ),
        camel_names=tuple(
            (_first_capital(name), name) for name in sorted(_camel_names_inside(request_type))
        ),
    )


def _camel_names_inside(request_type: type[Any]) -> set[bytes]:
    """Return the camel-case names that the typed pass would pass over in nested messages.

    Names of the request itself need no looking for: they are unknown fields, which it refuses.
    """
    names: set[bytes] = set()
    for field in fields_of(request_type):
        kind = field.kind.item_type if isinstance(field.kind, inspect.VarTupleType) else field.kind
        if not isinstance(kind, inspect.StructType):
            continue
        nested = fields_of(kind.cls)
        names |= {
            f'{camel_case(item.name)}"'.encode()
            for item in nested
            if not item.is_required and camel_case(item.name) != item.name and item.name != "run_id"
        }
        names |= _camel_names_inside(kind.cls)
    return names


def decode_body(
    endpoint: Endpoint[RequestT, Any], body: bytes, path_values: Mapping[str, str] | None = None
) -> RequestT:
    """Return the request that a JSON `body` and the values in its path describe.

    Raises:
        InvalidParameter: A field is missing or wrong.
    """
    if not path_values:
        request = _decode_typed(endpoint.request, body)
        if request is not None:
            return request
    given = _decode_loosely(body, is_strict=endpoint.area is Area.ASSAY)
    return read_struct(endpoint.request, {**given, **(path_values or {})})


def decode_query(
    endpoint: Endpoint[RequestT, Any],
    pairs: Sequence[tuple[str, str]],
    path_values: Mapping[str, str] | None = None,
) -> RequestT:
    """Return the request that the pairs of a query string describe; repeated names make lists."""
    lists = _shape(endpoint.request).list_names
    given: dict[str, Any] = {}
    for name, value in pairs:
        if name in lists:
            given.setdefault(name, []).append(value)
        else:
            given.setdefault(name, value)
    return read_struct(endpoint.request, {**given, **(path_values or {})})


def decode_packed(
    endpoint: Endpoint[RequestT, Any], body: bytes, _path_values: Mapping[str, str] | None = None
) -> RequestT:
    """Return the request that a msgpack `body` holds; strict in every respect.

    Raises:
        InvalidParameter: The body is not msgpack of the request's shape.
    """
    if endpoint.body is not Body.BINARY:
        raise TypeError(f"{endpoint.name} does not take msgpack.")
    try:
        return msgspec.msgpack.decode(body, type=endpoint.request)
    except _NOT_DECODED as error:
        raise InvalidParameter(
            f"The body is not a valid {endpoint.request.__name__}: {error}."
        ) from error


def _decode_typed(request_type: type[RequestT], body: bytes) -> RequestT | None:
    """Return the request when the body is exactly what we would send; None sends it the slow way."""
    shape = _shape(request_type)
    if _needs_care(body, shape):
        return None
    try:
        request: RequestT = shape.decoder.decode(body)
    except _NOT_DECODED:
        return None
    for name in shape.required_texts:
        if not getattr(request, name):
            raise MissingParameter(name)
    for name in shape.integers:
        number = getattr(request, name)
        if number is not None and not MIN_INT64 <= number <= MAX_INT64:
            raise invalid_value(number, name)
    return request


def _needs_care(body: bytes, shape: _Shape) -> bool:
    """Return whether the typed pass could let something through: a NUL, or a camel-case name.

    Looking for one byte first is twenty times faster than for the whole, and nearly always enough.
    """
    if b"\\" in body and b"\\u0000" in body:
        return True
    return any(capital in body and name in body for capital, name in shape.camel_names)


def _first_capital(name: bytes) -> bytes:
    return next(
        name[index : index + 1] for index in range(len(name)) if name[index : index + 1].isupper()
    )


def _decode_loosely(body: bytes, *, is_strict: bool) -> dict[str, Any]:
    """Return the object in `body`; compatible clients may send broken JSON, which counts as empty."""
    try:
        given = _load(body)
        # Some clients encode twice: a JSON string that holds the object.
        if isinstance(given, str) and not is_strict:
            given = _load(given.encode())
    except RecursionError:
        _refuse_depth()
    except UnicodeDecodeError as error:
        raise InvalidParameter("The body is not valid UTF-8.") from error
    except json.JSONDecodeError as error:
        if is_strict:
            raise InvalidParameter(f"The body is not valid JSON: {error}.") from error
        return {}
    except ValueError as error:
        raise InvalidParameter("The body has a number that is too long.") from error
    if not isinstance(given, dict):
        raise InvalidParameter("The body must be a JSON object.")
    _check_depth(given)
    return given


def _load(body: bytes) -> Any:
    # Unlike msgspec this reads bare NaN, which many clients write, so that the message can name it.
    return json.loads(body.decode("utf-8"), object_pairs_hook=_unique)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    given = dict(pairs)
    if len(given) != len(pairs):
        raise InvalidParameter("A JSON object in the body has the same key twice.")
    return given


def _check_depth(given: dict[str, Any]) -> None:
    level: list[Any] = [given]
    for _ in range(MAX_DEPTH):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item)
            if isinstance(child, dict | list)
        ]
        if not level:
            return
    _refuse_depth()


def _refuse_depth() -> NoReturn:
    raise InvalidParameter(f"The body nests deeper than {MAX_DEPTH} levels.")
