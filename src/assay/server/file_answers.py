"""How a file is answered over HTTP: headers, ranges and conditions of RFC 9110.

Whatever the file is, a browser only ever downloads it (R4): it is an attachment, its type comes
from a short list, and would a browser show it all the same, it is sandboxed.
"""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Final
from urllib.parse import quote

import msgspec

from assay.artifacts.content_types import content_type
from assay.artifacts.paths import base_name
from assay.artifacts.store import Chunks, FileStat, OpenFile
from assay.server.routing import Download

SAFETY: Final = (
    ("x-content-type-options", "nosniff"),
    ("content-security-policy", "sandbox; default-src 'none'"),
)

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


class ByteRange(msgspec.Struct, frozen=True):
    """The bytes from `start` up to and without `end`; empty when a request asked for none of them."""

    start: int
    end: int


def answer_file(file: OpenFile, path: str, request_headers: Mapping[str, str]) -> Download:
    """Return the answer for a file, a range of it, or the news that the caller has it already."""
    described = _description(file.stat, path)
    if _is_known(file.stat, request_headers):
        file.close()
        return Download(status=304, headers=described)
    size = file.stat.size_bytes
    wanted = _wanted_range(file.stat, request_headers)
    if wanted is None:
        return _content(file, ByteRange(0, size), described, status=200)
    if wanted.start >= wanted.end:
        file.close()
        return _unsatisfiable(size)
    bounds = f"bytes {wanted.start}-{wanted.end - 1}/{size}"
    return _content(file, wanted, (*described, ("content-range", bounds)), status=206)


def answer_stored(stat: FileStat) -> Download:
    """Return the answer to an upload: nothing, with what is known of the file in its headers."""
    body = b"{}"
    return Download(
        content=iter((body,)),
        headers=(
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            *_validators(stat),
        ),
    )


def disposition(name: str) -> str:
    """Return the header value that makes a browser save a file as `name`.

    Plain names go unquoted, as compatible clients expect; others are quoted and encoded.
    """
    if _TOKEN.fullmatch(name):
        return f"attachment; filename={name}"
    fallback = re.sub(r'[^ -~]|["\\%]', "_", name)
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(name, safe='')}"


def http_date(timestamp_ms: int) -> str:
    """Return a time as HTTP headers have it, in whole seconds."""
    return format_datetime(datetime.fromtimestamp(timestamp_ms // 1000, UTC), usegmt=True)


def parse_range(header: str, size: int) -> ByteRange | None:
    """Return the range that a `Range` header asks for; None when it is to be ignored.

    Several ranges at once, and forms that we do not know, are ignored, as the standard allows.
    """
    match = _RANGE.fullmatch(header.strip())
    if match is None or match[1] == match[2] == "":
        return None
    if not match[1]:
        return ByteRange(max(0, size - int(match[2])), size)
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None
    end = min(int(match[2]) + 1, size) if match[2] else size
    return ByteRange(start, end)


def _description(stat: FileStat, path: str) -> tuple[tuple[str, str], ...]:
    return (
        ("content-type", content_type(path)),
        ("content-disposition", disposition(base_name(path))),
        ("accept-ranges", "bytes"),
        ("cache-control", "private, no-cache"),
        *_validators(stat),
        *SAFETY,
    )


def _validators(stat: FileStat) -> tuple[tuple[str, str], ...]:
    headers = (("etag", f'"{stat.etag}"'), ("last-modified", http_date(stat.modified_ms)))
    if stat.sha256 is None:
        return headers
    return (*headers, ("repr-digest", encode_digest(stat.sha256)))


def encode_digest(sha256: str) -> str:
    """Return the value of a `Repr-Digest` header (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(bytes.fromhex(sha256)).decode()}:"


def _content(
    file: OpenFile, wanted: ByteRange, headers: tuple[tuple[str, str], ...], *, status: int
) -> Download:
    length = ("content-length", str(wanted.end - wanted.start))
    content = Chunks(file, start=wanted.start, end=wanted.end)
    return Download(content=content, headers=(*headers, length), status=status)


def _unsatisfiable(size: int) -> Download:
    body = msgspec.json.encode(
        {
            "error_code": "BAD_REQUEST",
            "message": f"The range lies outside the file, which has {size} bytes.",
        }
    )
    return Download(
        content=iter((body,)),
        headers=(
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("content-range", f"bytes */{size}"),
            *SAFETY,
        ),
        status=416,
    )


def _is_known(stat: FileStat, headers: Mapping[str, str]) -> bool:
    tags = headers.get("if-none-match")
    if tags is not None:
        return tags.strip() == "*" or stat.etag in _tags(tags)
    since = _date(headers.get("if-modified-since", ""))
    return since is not None and stat.modified_ms // 1000 <= since.timestamp()


def _wanted_range(stat: FileStat, headers: Mapping[str, str]) -> ByteRange | None:
    asked = headers.get("range")
    if asked is None:
        return None
    condition = headers.get("if-range")
    if condition is not None and condition not in {f'"{stat.etag}"', http_date(stat.modified_ms)}:
        return None
    return parse_range(asked, stat.size_bytes)


def _tags(header: str) -> set[str]:
    return {tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")}


def _date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
