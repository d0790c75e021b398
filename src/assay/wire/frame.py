"""Binary answers for pages that draw: a JSON header and typed arrays that need no parsing.

The bytes: the length of the header in 4 bytes, little-endian; the header, JSON padded with spaces;
the arrays, little-endian, each starting at a multiple of 8 bytes from the start of the frame. The
header's `arrays` gives name, NumPy type and length of each, in order; its other fields are the
answer's own.
"""

import struct
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from assay.errors import InvalidParameter

ALIGNMENT: Final = 8
ROUNDING: Final = 1e-6
"""How much of a series' range may be lost by sending 32-bit floats."""

_LENGTH: Final = struct.Struct("<I")
_TYPES: Final = frozenset({"<f4", "<f8", "<i4", "<i8", "<u4", "|u1"})


class ArrayPlace(msgspec.Struct, frozen=True):
    """One array of a frame."""

    name: str
    type: str
    length: Annotated[int, msgspec.Meta(ge=0)]


class _Places(msgspec.Struct, frozen=True):
    arrays: tuple[ArrayPlace, ...]


def encode_frame(header: Mapping[str, object], arrays: Mapping[str, NDArray[Any]]) -> bytes:
    """Return `header` and `arrays` as one frame."""
    little = {name: _little_endian(array) for name, array in arrays.items()}
    places = [ArrayPlace(name, array.dtype.str, len(array)) for name, array in little.items()]
    head = msgspec.json.encode({**header, "arrays": places})
    head += b" " * (-(len(head) + _LENGTH.size) % ALIGNMENT)
    parts = [_LENGTH.pack(len(head)), head]
    for array in little.values():
        parts += [array.tobytes(), bytes(-array.nbytes % ALIGNMENT)]
    return b"".join(parts)


def decode_frame(data: bytes) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Return the header, without its `arrays`, and the arrays of a frame.

    Raises:
        InvalidParameter: The bytes are no frame.
    """
    if len(data) < _LENGTH.size:
        raise InvalidParameter("The frame is cut off.")
    start = _LENGTH.size + _LENGTH.unpack_from(data)[0]
    try:
        header = msgspec.json.decode(data[_LENGTH.size : start], type=dict[str, Any])
        places = msgspec.convert(header, _Places).arrays
    except (msgspec.MsgspecError, UnicodeDecodeError):
        raise InvalidParameter("The frame's header is broken.") from None
    del header["arrays"]
    arrays: dict[str, NDArray[Any]] = {}
    for place in places:
        if place.type not in _TYPES:
            raise InvalidParameter(f"The frame has an array of unknown type {place.type!r}.")
        dtype = np.dtype(place.type)
        end = start + place.length * dtype.itemsize
        if end > len(data):
            raise InvalidParameter("The frame is cut off.")
        arrays[place.name] = np.frombuffer(data, dtype, place.length, start)
        start = end + -end % ALIGNMENT
    return header, arrays


def narrowed(values: NDArray[np.float64]) -> NDArray[np.floating[Any]]:
    """Return `values` as 32-bit floats where that loses nothing that could be seen.

    Nothing can be seen when no finite value overflows and rounding moves none by more than a
    millionth of the range of the finite values; else the values come back as they are.
    """
    finite = values[np.isfinite(values)]
    with np.errstate(over="ignore", under="ignore"):
        narrow = values.astype(np.float32)
        kept = finite.astype(np.float32)
    if not len(finite):
        return narrow
    if not np.isfinite(kept).all():
        return values
    with np.errstate(over="ignore"):
        span = finite.max() - finite.min()
    loss = np.abs(finite - kept).max()
    return narrow if loss <= ROUNDING * span else values


def _little_endian(array: NDArray[Any]) -> NDArray[Any]:
    return np.ascontiguousarray(array, array.dtype.newbyteorder("<"))
