"""Where artifacts lie: text from a database or a user, parsed once into a closed type (R2).

A server resolves only places inside its own root and stores that its operator named; to it, a
folder of a client's machine is text. A client opens folders and object stores by itself.
"""

import pkgutil
from pathlib import Path
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from assay.artifacts.paths import ArtifactPath, checked_folder
from assay.artifacts.store import ServedStore
from assay.errors import InvalidParameter, InvalidPath

PROXIED_SCHEME: Final = "mlflow-artifacts"

OBJECT_SCHEMES: Final = ("s3", "gs", "az")

STORES: Final = {
    "file": "assay.artifacts.local:LocalStore",
    "object": "assay.artifacts.object_store:ObjectStore",
}


class ProxiedPlace(msgspec.Struct, frozen=True):
    """A folder below a server's artifact root; `host` when it is another server than ours."""

    path: ArtifactPath
    host: str | None = None


class FolderPlace(msgspec.Struct, frozen=True):
    """A folder of the machine where the run was logged."""

    path: str


class ObjectPlace(msgspec.Struct, frozen=True):
    """A prefix in a bucket of an object store."""

    scheme: str
    bucket: str
    prefix: ArtifactPath


Place = ProxiedPlace | FolderPlace | ObjectPlace


def parse_place(uri: str) -> Place:
    """Return the place that an artifact location names.

    Raises:
        InvalidParameter: The scheme is unknown, or the location has a query, a fragment or a user.
        InvalidPath: Its path could leave the root.
    """
    parts = _split(uri)
    if not parts.scheme:
        return _folder(uri)
    if parts.query or parts.fragment or "@" in parts.netloc:
        raise InvalidParameter(
            f"The artifact location {uri!r} must not have a query, a fragment or a user name."
        )
    if parts.scheme == "file":
        return _file_place(parts, uri)
    if parts.scheme == PROXIED_SCHEME:
        return ProxiedPlace(_below_root(parts.path), parts.netloc or None)
    if parts.scheme in OBJECT_SCHEMES and parts.netloc:
        return ObjectPlace(parts.scheme, parts.netloc, _below_root(parts.path))
    raise InvalidParameter(
        f"assay cannot reach artifacts at {uri!r}. It knows folders, file:, {PROXIED_SCHEME}:, "
        f"{', '.join(f'{scheme}://' for scheme in OBJECT_SCHEMES)}."
    )


def served_path(uri: str) -> ArtifactPath | None:
    """Return where below a server's own root an artifact location lies; None for elsewhere."""
    place = parse_place(uri)
    if isinstance(place, ProxiedPlace) and place.host is None:
        return place.path
    return None


def open_artifact_store(uri: str) -> ServedStore:
    """Open the folder or object store at `uri`.

    Raises:
        InvalidParameter: It is neither; places on a server are reached through a transport.
    """
    return open_place(parse_place(uri))


def open_place(place: Place) -> ServedStore:
    """Open a folder or an object store."""
    match place:
        case FolderPlace(path):
            store: ServedStore = pkgutil.resolve_name(STORES["file"])(Path(path))
            return store
        case ObjectPlace():
            opened: ServedStore = pkgutil.resolve_name(STORES["object"])(place)
            return opened
        case ProxiedPlace():
            raise InvalidParameter("Artifacts on a server are reached through its address.")


def _split(uri: str) -> SplitResult:
    try:
        return urlsplit(uri)
    except ValueError as error:
        raise InvalidParameter(f"The artifact location {uri!r} is no address: {error}.") from None


def _folder(path: str) -> FolderPlace:
    if "\0" in path or not path:
        raise InvalidPath(path)
    return FolderPlace(path)


def _file_place(parts: SplitResult, uri: str) -> FolderPlace:
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise InvalidParameter(f"The artifact location {uri!r} is no folder of this machine.")
    return _folder(unquote(parts.path))


def _below_root(path: str) -> ArtifactPath:
    return checked_folder(path.lstrip("/"))
