"""The one gate from text that somebody sent to a path below an artifact root (SECURITY R1).

A checked path is relative, `/`-separated and means the same whoever decodes it again. Nothing else
in the project joins artifact paths: use `join`, which checks the result.
"""

import re
from typing import Final, NewType
from urllib.parse import unquote

from assay.errors import InvalidPath

ArtifactPath = NewType("ArtifactPath", str)

ROOT: Final = ArtifactPath("")
MAX_SEGMENT_BYTES: Final = 255
MAX_PATH_BYTES: Final = 4096

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_ABSOLUTE = re.compile(r"(?:[A-Za-z]|file):", re.IGNORECASE)
_FORBIDDEN_SEGMENTS: Final = frozenset({"", ".", ".."})


def checked_path(text: str) -> ArtifactPath:
    """Return `text` as a path below the root.

    Args:
        text: The path, decoded once already.

    Raises:
        InvalidPath: It is empty, could leave its root, is not plain text, or would become such a
            path if somebody decoded it again.
    """
    if _CONTROL.search(text) or _is_too_long(text):
        raise InvalidPath(text)
    # Decoding again may give control characters or broken UTF-8: image names of older clients,
    # such as "loss%step%10%timestamp%1700000000000%...", would. They cannot leave the root.
    form, decoded = text, unquote(text)
    while form != decoded:
        _refuse_escape(form)
        form, decoded = decoded, unquote(decoded)
    _refuse_escape(form)
    return ArtifactPath(text)


def checked_folder(text: str) -> ArtifactPath:
    """Return `text` as a folder: empty is the root, and one slash may follow a name.

    Raises:
        InvalidPath: As for `checked_path`.
    """
    return ROOT if not text else checked_path(text.removesuffix("/"))


def join(*parts: str) -> ArtifactPath:
    """Return the checked path of `parts` below one another; empty parts count for nothing.

    Raises:
        InvalidPath: The result is no path below the root.
    """
    return checked_folder("/".join(part for part in parts if part))


def base_name(path: str) -> str:
    """Return the last name of `path`."""
    return path.rpartition("/")[2]


def parent_folder(path: str) -> ArtifactPath:
    """Return the folder that holds `path`."""
    return ArtifactPath(path.rpartition("/")[0])


def _is_too_long(text: str) -> bool:
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise InvalidPath(text) from None
    return len(encoded) > MAX_PATH_BYTES or any(
        len(segment) > MAX_SEGMENT_BYTES for segment in encoded.split(b"/")
    )


def _refuse_escape(text: str) -> None:
    # Compatible clients cut an address at "#", so a name with one could not be read back.
    if "\\" in text or "\0" in text or "#" in text or _ABSOLUTE.match(text):
        raise InvalidPath(text)
    if not _FORBIDDEN_SEGMENTS.isdisjoint(text.split("/")):
        raise InvalidPath(text)
