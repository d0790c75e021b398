"""Which type an artifact is served as: a short list, so that no browser runs what a run produced."""

from typing import Final

from assay.artifacts.paths import base_name

OCTETS: Final = "application/octet-stream"
PLAIN: Final = "text/plain"

_PLAIN_NAMES: Final = frozenset({"mlmodel", "mlproject"})
_PLAIN_EXTENSIONS: Final = frozenset(
    "txt log err cfg conf cnf cf ini properties prop hocon toml yaml yml xml json jsonl js py py3 "  # noqa: SIM905 a list would take a page
    "csv tsv md rst".split()
)
_TYPES: Final = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "bmp": "image/bmp",
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "wav": "audio/x-wav",
    "mp3": "audio/mpeg",
    "zip": "application/zip",
}


def content_type(path: str) -> str:
    """Return the type to serve the file at `path` as; text of every kind is plain text."""
    name = base_name(path).lower()
    extension = name.rpartition(".")[2]
    if name in _PLAIN_NAMES or extension in _PLAIN_EXTENSIONS:
        return PLAIN
    return _TYPES.get(extension, OCTETS)
