"""Reading a request field by field, forgiving what compatible clients send and naming what is wrong.

`wire/requests.py` comes here only when the fast typed decode does not understand a request: unknown
fields are passed over, old and camel-case names are known, enums come as names or numbers, and each
mistake gets the message that compatible clients and their tests look for.
"""

import math
import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final, TypeVar

import msgspec
from msgspec import inspect

from assay.entities.names import MAX_INT64, MIN_INT64
from assay.entities.runs import RUN_STATUS_NUMBERS, RunStatus
from assay.errors import InvalidParameter, MissingParameter

_fields_by_type: dict[type[Any], "tuple[_Field, ...]"] = {}

StructT = TypeVar("StructT", bound=msgspec.Struct)

_ABSENT: Final = object()
_INT_TEXT = re.compile(r"[+-]?\d{1,30}(\.0*)?", re.ASCII)
_SHOWN = 200

_ENUM_NUMBERS: dict[type, dict[int, Enum]] = {RunStatus: dict(RUN_STATUS_NUMBERS)}


class _Field(msgspec.Struct, frozen=True):
    """One field of a message: every name it may have, its kind, whether it must be given."""

    name: str
    attribute: str
    spellings: tuple[str, ...]
    kind: inspect.Type
    is_required: bool


def read_struct(struct_type: type[StructT], given: Mapping[str, Any]) -> StructT:
    """Return the `struct_type` that decoded JSON or query values `given` describe.

    Raises:
        MissingParameter: A required field is absent, null or empty.
        InvalidParameter: A field has a value of the wrong type.
    """
    result: StructT = _read_fields(struct_type, given, where="")
    return result


def invalid_value(value: object, where: str) -> InvalidParameter:
    """Return the error that says that `value` is wrong for parameter `where`."""
    try:
        shown = msgspec.json.encode(value).decode()
    except (TypeError, ValueError, RecursionError):
        shown = f'"{type(value).__name__}"'
    if isinstance(value, float) and not math.isfinite(value):
        shown = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
    if len(shown) > _SHOWN:
        shown = shown[:_SHOWN] + "..."
    return InvalidParameter(
        f"Invalid value {shown} for parameter '{where}' supplied:  Hint: Value was of type "
        f"'{type(value).__name__}'. See the API docs for more information about request parameters."
    )


def camel_case(name: str) -> str:
    """Return the camel-case spelling of a snake-case field name."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def fields_of(struct_type: type[Any]) -> tuple[_Field, ...]:
    """Return the fields of a message type with all names that clients use for them."""
    fields = _fields_by_type.get(struct_type)
    if fields is None:
        fields = _fields_by_type[struct_type] = _inspect_fields(struct_type)
    return fields


def _inspect_fields(struct_type: type[Any]) -> tuple[_Field, ...]:
    info = inspect.type_info(struct_type)
    if not isinstance(info, inspect.StructType):
        raise TypeError(f"{struct_type.__name__} is not a message.")
    names = {field.encode_name for field in info.fields}
    return tuple(
        _Field(
            name=field.encode_name,
            attribute=field.name,
            spellings=_spellings(field.encode_name, names),
            kind=_without_none(field.type),
            is_required=field.required,
        )
        for field in info.fields
    )


def _spellings(name: str, names: set[str]) -> tuple[str, ...]:
    spellings = [name, camel_case(name)]
    if name == "run_id":
        spellings += ["run_uuid", "runUuid"]
    if name == "run_uuid" and "run_id" in names:
        spellings += ["run_id", "runId"]
    return tuple(dict.fromkeys(spellings))


def _without_none(kind: inspect.Type) -> inspect.Type:
    if not isinstance(kind, inspect.UnionType):
        return kind
    others = [
        item for item in kind.types if not isinstance(item, inspect.NoneType | inspect.CustomType)
    ]
    return others[0]


def _read_fields(struct_type: type[Any], given: Mapping[str, Any], *, where: str) -> Any:
    values: dict[str, Any] = {}
    for field in fields_of(struct_type):
        path = f"{where}.{field.name}" if where else field.name
        value = _first_given(given, field.spellings)
        if field.is_required and (value is None or value == ""):
            raise MissingParameter(path)
        if value is None:
            continue
        read = _read_value(field.kind, value, path)
        if read is not _ABSENT:
            values[field.attribute] = read
        elif field.is_required:
            raise invalid_value(value, path)
    return struct_type(**values)


def _first_given(given: Mapping[str, Any], spellings: tuple[str, ...]) -> Any:
    for name in spellings:
        value = given.get(name)
        if value is not None and value != "":
            return value
    return given.get(spellings[0])


def _read_value(kind: inspect.Type, value: Any, where: str) -> Any:
    reader = _READERS.get(type(kind))
    if reader is None:
        raise invalid_value(value, where)
    return reader(kind, value, where)


def _read_text(_kind: inspect.Type, value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise invalid_value(value, where)
    if any("\ud800" <= character <= "\udfff" for character in value) or "\x00" in value:
        raise InvalidParameter(f"The text of parameter '{where}' is not valid Unicode without NUL.")
    return value


def _read_int(_kind: inspect.Type, value: Any, where: str) -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, str) and _INT_TEXT.fullmatch(value):
        value = int(value.partition(".")[0])
    if not isinstance(value, int) or isinstance(value, bool):
        raise invalid_value(value, where)
    if not MIN_INT64 <= value <= MAX_INT64:
        raise invalid_value(value, where)
    return value


def _read_float(_kind: inspect.Type, value: Any, where: str) -> float:
    if isinstance(value, str):
        return _float_from_text(value, where)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise invalid_value(value, where)
    try:
        number = float(value)
    except OverflowError:
        raise invalid_value(value, where) from None
    # A bare NaN or Infinity is no JSON; only the strings are.
    if not math.isfinite(number):
        raise invalid_value(number, where)
    return number


def _float_from_text(text: str, where: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise invalid_value(text, where) from None
    is_spelt_out = text.lstrip("+-")[:1].isalpha()
    if not is_spelt_out and math.isinf(number):
        raise invalid_value(text, where)
    return number


def _read_bool(_kind: inspect.Type, value: Any, where: str) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise invalid_value(value, where)


def _read_enum(kind: inspect.Type, value: Any, _where: str) -> Any:
    members: Any = kind.cls if isinstance(kind, inspect.EnumType) else None
    by_number = _ENUM_NUMBERS.get(members) or dict(enumerate(members, start=_first_number(members)))
    if isinstance(value, str):
        by_name = {**{member.name: member for member in members}}
        by_name |= {member.value: member for member in members if isinstance(member.value, str)}
        if value.isdecimal() and value.isascii():
            return by_number.get(int(value[:9]), _ABSENT)
        return by_name.get(value, _ABSENT)
    if isinstance(value, bool) or not isinstance(value, int):
        return _ABSENT
    return by_number.get(value, _ABSENT)


def _first_number(members: Any) -> int:
    """Return the API's number of the first member; an UNSPECIFIED one counts as 0."""
    return 0 if next(iter(members)).name == "UNSPECIFIED" else 1


def _read_list(kind: inspect.Type, value: Any, where: str) -> Any:
    if not isinstance(value, list):
        raise invalid_value(value, where)
    item = kind.item_type if isinstance(kind, inspect.VarTupleType) else inspect.AnyType()
    read = (_read_value(item, entry, f"{where}[{index}]") for index, entry in enumerate(value))
    return tuple(entry for entry in read if entry is not _ABSENT)


def _read_message(kind: inspect.Type, value: Any, where: str) -> Any:
    if not isinstance(value, dict) or not isinstance(kind, inspect.StructType):
        raise invalid_value(value, where)
    return _read_fields(kind.cls, value, where=where)


_READERS: dict[type[inspect.Type], Any] = {
    inspect.StrType: _read_text,
    inspect.IntType: _read_int,
    inspect.FloatType: _read_float,
    inspect.BoolType: _read_bool,
    inspect.EnumType: _read_enum,
    inspect.VarTupleType: _read_list,
    inspect.StructType: _read_message,
}
