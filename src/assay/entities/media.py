"""Files that belong to a key and a step of a run: images, audio, histograms and their like."""

import re

import msgspec

from assay.entities.entity import Entity

KINDS = ("image", "figure", "audio", "video", "text", "table", "histogram", "array", "file")
"""What a reader can show; files of other programs are of kind `image`."""

MAX_KEY_BYTES = 140

_NAME = re.compile(
    r"(?P<key>[^/]+?)(?P<cut>[+%])step(?P=cut)(?P<step>-?\d+)(?P=cut)timestamp(?P=cut)(?P<time>\d+)"
    r"(?P=cut)(?P<id>[^+%/.]+)(?P<small>(?P=cut)compressed)?\.(?P<ending>\w+)"
)


class MediaFile(Entity, frozen=True, kw_only=True):
    """One file under a key at a step; `details` is JSON text that depends on the kind."""

    key: str
    step: int = 0
    timestamp: int = 0
    kind: str
    path: str
    size_bytes: int = 0
    details: str | None = None


class MediaPlace(msgspec.Struct, frozen=True):
    """What the name of a media file says."""

    key: str
    step: int
    timestamp: int
    is_thumbnail: bool


def media_stem(key: str, *, step: int, timestamp_ms: int, identity: str) -> str:
    """Return the name, without extension, of a file under `key`.

    A `/` in the key is written `~`, as newer MLflow clients do: servers refuse `#` in paths. A long
    key is cut: names of files may have 255 bytes.
    """
    safe = key.replace("/", "~").replace(":", "_").encode()[:MAX_KEY_BYTES].decode(errors="ignore")
    return f"{safe}+step+{step}+timestamp+{timestamp_ms}+{identity}"


def parse_media_name(name: str) -> MediaPlace | None:
    """Return what a file's name says, also of older clients; None when it is no such name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    key = found["key"].replace("~", "/").replace("#", "/")
    return MediaPlace(key, int(found["step"]), int(found["time"]), found["small"] is not None)
