"""Where experiments, runs and logged models keep their files: rules for URIs, and joining them.

A location is text that clients resolve; the server itself opens only those under its own roots.
"""

import os
import re
from typing import Final
from urllib.parse import unquote, urlsplit

from assay.entities.names import MAX_ARTIFACT_LOCATION, check_length
from assay.errors import InvalidParameter

SCHEMES: Final = frozenset(
    [
        "mlflow-artifacts",
        "file",
        "s3",
        "s3a",
        "r2",
        "gs",
        "az",
        "wasb",
        "wasbs",
        "abfs",
        "abfss",
        "adl",
        "hdfs",
        "viewfs",
        "dbfs",
        "oss",
        "http",
        "https",
        "ftp",
        "sftp",
    ]
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def parse_location(text: str, *, limit: int = MAX_ARTIFACT_LOCATION) -> str:
    """Return the artifact location that `text` means; a relative path becomes an absolute one.

    Raises:
        InvalidParameter: It is too long, of a kind that nobody can store files in, or ambiguous.
    """
    check_length(text, what="artifact_location", limit=limit)
    if _CONTROL.search(text):
        raise InvalidParameter("'artifact_location' must not have control characters.")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise InvalidParameter(f"Invalid artifact location {text!r}.") from None
    if parts.scheme == "runs":
        raise InvalidParameter("Artifact location cannot be a runs:/ URI. Give a storage location.")
    if parts.fragment or text.endswith("#") or ";" in parts.path.rpartition("/")[2]:
        raise InvalidParameter("'artifact_location' URL can't include fragments or params.")
    if ".." in unquote(parts.query):
        raise InvalidParameter(f"Invalid query string {parts.query!r} in 'artifact_location'.")
    if not parts.scheme:
        return os.path.abspath(text)  # noqa: PTH100 pathlib leaves `..` in
    if parts.scheme not in SCHEMES:
        raise InvalidParameter(
            f"Artifact locations of kind {parts.scheme!r} are not supported. "
            f"Use one of {', '.join(sorted(SCHEMES))}, or a path."
        )
    if ".." in re.split(r"[/\\]", unquote(parts.path)) or parts.password is not None:
        raise InvalidParameter("'artifact_location' must not have '..' segments or a password.")
    return text


def join_location(location: str, path: str) -> str:
    """Return the place `path` under `location`; a query stays at the end."""
    base, mark, query = location.partition("?")
    return f"{base.rstrip('/')}/{path}{mark}{query}"
