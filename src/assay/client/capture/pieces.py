"""The pieces of a recording: which are wanted, and what capturing one gives."""

from typing import Final

import msgspec

from assay import settings
from assay.errors import InvalidParameter

PIECES: Final = (
    "git",
    "diff",
    "untracked",
    "command",
    "packages",
    "system",
    "variables",
    "console",
    "exit",
)
FOLDER: Final = "assay"
OF_EVERY_RANK: Final = frozenset({"console", "exit"})
"""What each of several ranks records of itself; the first one records the rest for all."""


class Captured(msgspec.Struct):
    """What capturing gave: files by name, tags, what was withheld, and what could not be had."""

    files: dict[str, bytes] = {}
    tags: dict[str, str] = {}
    withheld: list[str] = []
    missing: list[str] = []
    digests: dict[str, str] = {}


def formatted(value: object) -> bytes:
    """Return `value` as JSON for people."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def folder_of(rank: int | None) -> str:
    """Return the folder for what was captured of a run, or of one of its ranks but the first."""
    return f"{FOLDER}/ranks/{rank}" if rank else FOLDER


def wanted_pieces(text: str | None = None) -> frozenset[str]:
    """Return the pieces that `text`, else the setting, asks for.

    Raises:
        InvalidParameter: It names something that is no piece.
    """
    chosen: set[str] = set()
    words = (settings.CAPTURE.get() if text is None else text).lower().split(",")
    for word in (word.strip() for word in words):
        name = word.removeprefix("-")
        if name not in {*PIECES, "all", "none", ""}:
            raise InvalidParameter(
                f"The setting {settings.CAPTURE.variables[0]} names {word!r}. "
                f"It knows all, none, {', '.join(PIECES)}, and each of them with a - before it."
            )
        if word == "all" or (word.startswith("-") and not chosen):
            chosen.update(PIECES)
        if word == "none":
            chosen.clear()
        elif word.startswith("-"):
            chosen.discard(name)
        elif name in PIECES:
            chosen.add(name)
    return frozenset(chosen)
