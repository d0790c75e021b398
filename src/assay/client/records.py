"""The lines of a journal.

A line is a JSON array: kind, sequence number, the kind's fields, and last the CRC-32 of all bytes
before the comma that precedes it::

    ["metric",7,"loss",0.25,3,1767225600000,2890713301]

| kind         | fields                                                           |
|--------------|------------------------------------------------------------------|
| writer       | who writes (`WriterHeader`); sequence number 0, opens a segment  |
| create       | `RunCreation`                                                    |
| attempt      | `RunAttempt`: the writer takes up a run that another one began   |
| metric       | key, value, step, timestamp                                      |
| model_metric | key, value, step, timestamp, model id, data set name, its digest |
| param        | key, value, and the value's type where it has one                |
| amend_param  | key, value, type or null, timestamp, reason or null              |
| media        | `MediaFile`: which artifact lies at which key and step           |
| tag          | key, value                                                       |
| delete_tag   | key                                                              |
| inputs       | list of data set inputs, list of model inputs                    |
| outputs      | list of model outputs                                            |
| artifact     | `SpooledArtifact`: a file that waits to be uploaded              |
| end          | `RunEnd`                                                         |

Sequence numbers count from 1 without gaps, over all segments of a writer. Values are numbers as
`repr` prints them, or "NaN", "Infinity", "-Infinity", or "NaN:<16 hexadecimal digits>" for a NaN with
other bits than the usual ones, so every 64-bit float comes back bit for bit.
"""

import struct
from typing import Any, Final
from zlib import crc32

import msgspec

METRIC: Final = "metric"
MODEL_METRIC: Final = "model_metric"
PARAM: Final = "param"
AMEND_PARAM: Final = "amend_param"
MEDIA: Final = "media"
TAG: Final = "tag"
DELETE_TAG: Final = "delete_tag"
INPUTS: Final = "inputs"
OUTPUTS: Final = "outputs"
ARTIFACT: Final = "artifact"
ATTEMPT: Final = "attempt"
CREATE: Final = "create"
END: Final = "end"
WRITER: Final = "writer"

Record = tuple[Any, ...]
"""A decoded line: kind, sequence number, fields, CRC."""

_encode: Final = msgspec.json.encode
_decoder: Final = msgspec.json.Decoder(tuple)
_USUAL_NAN: Final = struct.pack("<d", float("nan"))


class WriterHeader(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who writes a journal: enough to tell later whether that process is still alive.

    `owns_run` says that the writer began or resumed the run, so that its death fails the run. `rank` is
    the writer's, when a launcher started several together.
    """

    version: int = 1
    owns_run: bool = False
    run_id: str
    writer_id: str
    segment: int
    host: str
    boot_id: str
    pid: int
    process_start: str
    created_ms: int
    tracking_uri: str
    rank: int | None = None


class SpooledArtifact(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A file that lies in `spool_path` (below the journal's root) until it is uploaded to `path`."""

    spool_path: str
    path: str
    sha256: str
    size_bytes: int


def encode_record(kind: str, seq: int, *fields: object) -> bytes:
    """Return the line of a record, newline included."""
    return seal(_encode((kind, seq, *fields))[:-1])


def seal(body: bytes) -> bytes:
    """Return the line for `body`, which is the array without its end: adds CRC and newline."""
    return b"%b,%d]\n" % (body, crc32(body))


def decode_record(line: bytes) -> Record | None:
    """Return the record of `line`, or None when it is torn or was changed."""
    cut = line.rfind(b",")
    if cut < 0 or not line.endswith(b"]"):
        return None
    try:
        if crc32(line[:cut]) != int(line[cut + 1 : -1]):
            return None
        record = _decoder.decode(line)
    except ValueError:
        return None
    return record if _is_record(record) else None


def _is_record(record: Record) -> bool:
    return len(record) > 2 and isinstance(record[0], str) and isinstance(record[1], int)


def decode_records(lines: bytes) -> list[Record]:
    """Return the records of whole lines that this process has just written itself.

    Raises:
        msgspec.DecodeError: Some line is no JSON array.
    """
    return _decoder.decode_lines(lines)


def encode_value(value: float) -> str:
    """Return the JSON text of a metric value."""
    if value - value == 0.0:
        return repr(value)
    if value == value:
        return '"Infinity"' if value > 0 else '"-Infinity"'
    bits = struct.pack("<d", value)
    if bits == _USUAL_NAN:
        return '"NaN"'
    return f'"NaN:{bits[::-1].hex()}"'


def decode_value(value: float | str) -> float:
    """Return the metric value that a line holds."""
    if isinstance(value, str) and value.startswith("NaN:"):
        return float(struct.unpack(">d", bytes.fromhex(value[4:]))[0])
    return float(value)
