"""One column of numbers as bytes, without NumPy: raw, constant or evenly spaced.

A column is an `array.array` of type `I`, `q` or `d`; on the wire it is one encoding byte, the length
of its content in 4 bytes, and the content, all little-endian. Bits are kept, so NaN payloads and
-0.0 survive. The number of items is known from outside, so a short content cannot claim more.
"""

import struct
import sys
from array import array
from typing import Final, TypeVar

from assay.errors import InvalidParameter

RAW: Final = 0
CONSTANT: Final = 1
EVEN: Final = 2
HEAD: Final = struct.Struct("<BI")

_PAIR: Final = struct.Struct("<qq")
_WORTH_A_LOOK: Final = 16
_MAX_INT64: Final = 2**63 - 1
_MIN_INT64: Final = -(2**63)
_IS_BIG_ENDIAN: Final = sys.byteorder == "big"

Item = TypeVar("Item", int, float)


def encode_column(column: "array[Item]") -> bytes:
    """Return `column` as bytes, in the shortest of the three forms."""
    raw = column.tobytes() if not _IS_BIG_ENDIAN else _to_bytes(column)
    if len(column) >= _WORTH_A_LOOK:
        size = column.itemsize
        if raw[size:] == raw[:-size]:
            return HEAD.pack(CONSTANT, size) + raw[:size]
        if column.typecode == "q" and _is_even(column):
            first, second = int(column[0]), int(column[1])
            return HEAD.pack(EVEN, _PAIR.size) + _PAIR.pack(first, second - first)
    return HEAD.pack(RAW, len(raw)) + raw


def decode_column(data: memoryview, typecode: str, n_items: int) -> "tuple[array[Item], int]":
    """Return the column at the start of `data` and how many bytes it took.

    Raises:
        InvalidParameter: The bytes are no column of `n_items` items.
    """
    if len(data) < HEAD.size:
        raise _broken("a column is cut off")
    encoding, length = HEAD.unpack_from(data)
    content = data[HEAD.size : HEAD.size + length]
    if len(content) != length:
        raise _broken("a column is cut off")
    column: array[Item] = array(typecode)
    if encoding == RAW:
        _expect(length, n_items * column.itemsize)
        _append(column, content)
    elif encoding == CONSTANT:
        _expect(length, column.itemsize)
        _append(column, content)
        column *= n_items
    elif encoding == EVEN and typecode == "q":
        _expect(length, _PAIR.size)
        column = array(typecode, _even(content, n_items))
    else:
        raise _broken(f"encoding {encoding} is unknown")
    return column, HEAD.size + length


def _is_even(column: "array[Item]") -> bool:
    first, last, n_items = int(column[0]), int(column[-1]), len(column)
    gap = int(column[1]) - first
    if not gap or last != first + gap * (n_items - 1) or not _MIN_INT64 <= gap <= _MAX_INT64:
        return False
    return column.tobytes() == array("q", range(first, last + gap, gap)[:n_items]).tobytes()


def _even(content: memoryview, n_items: int) -> range:
    first, gap = _PAIR.unpack(content)
    if not gap or not _MIN_INT64 <= first + gap * (n_items - 1) <= _MAX_INT64:
        raise _broken("an evenly spaced column leaves 64 bits")
    return range(first, first + gap * n_items, gap)


def _expect(length: int, expected: int) -> None:
    if length != expected:
        raise _broken(f"a column has {length} bytes instead of {expected}")


def _to_bytes(column: "array[Item]") -> bytes:
    if _IS_BIG_ENDIAN:
        column = column[:]
        column.byteswap()
    return column.tobytes()


def _append(column: "array[Item]", content: memoryview) -> None:
    column.frombytes(content)
    if _IS_BIG_ENDIAN:
        column.byteswap()


def _broken(reason: str) -> InvalidParameter:
    return InvalidParameter(f"The metric chunk is broken: {reason}.")
