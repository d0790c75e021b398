"""The files of one run or logged model below the server's root: counting them, and deleting them.

A folder is only touched when it is its owner's alone: it must lie below the root, end in the owner's
id and `artifacts`, and neither an experiment nor anything else that stays may keep files in it, nor
may it lie in the folder of another that stays. What is not certain stays, and the reason is told.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.artifacts.local import LocalStore
from assay.artifacts.paths import ArtifactPath, join, parent_folder
from assay.artifacts.schemes import ProxiedPlace, parse_place, served_path
from assay.artifacts.store import ArtifactStore
from assay.entities.artifacts import FileInfo
from assay.errors import AssayError, NotFound
from assay.server.services import Services
from assay.store.abandonment import stop_if_abandoned
from assay.store.purged import find_purging
from assay.store.statements import Statement

FOLDER: Final = "artifacts"

_LOCATIONS: Final = Statement("SELECT artifact_location FROM experiments")
_STAYING: Final = Statement(
    "SELECT artifact_uri FROM runs WHERE run_id IN (?text...) AND lifecycle < 2"
    " UNION ALL SELECT artifact_uri FROM logged_models WHERE model_id IN (?text...) AND lifecycle < 2"
)
_RUNS: Final = Statement("SELECT run_id FROM runs WHERE run_id IN (?text...)")
_MODELS: Final = Statement("SELECT model_id FROM logged_models WHERE model_id IN (?text...)")


class Files(NamedTuple):
    """How many files there are, and their bytes."""

    n_files: int
    size_bytes: int


class Unowned(NamedTuple):
    """Why files are not ours to delete."""

    reason: str


def folders_to_delete(
    conn: Connection, kind: str, uris: Mapping[str, str]
) -> dict[str, ArtifactPath | Unowned]:
    """Return for each run or logged model, by id, the folder that is its own, or why there is none.

    Args:
        conn: Any connection.
        kind: `run` or `model`.
        uris: Where each of them keeps its files.
    """
    # Locations of runs and models are made of their experiment's and never change, so nobody else
    # has files in the folder of an id unless an experiment lies in it, or a run is called like a model.
    locations = _claimed_folders(uri for (uri,) in _LOCATIONS.rows(conn))
    others = _MODELS if kind == "run" else _RUNS
    namesakes = {row[0] for row in others.rows(conn, sorted(uris))}
    found = {
        identity: Unowned("A run and a logged model have the same id.")
        if identity in namesakes
        else _own_folder(uri, identity, locations)
        for identity, uri in uris.items()
    }
    return _without_inner(conn, found)


def count_files(store: ArtifactStore, folder: ArtifactPath) -> Files:
    """Return how many files lie below a folder, and their bytes."""
    sizes = [info.file_size or 0 for info in walk(store, folder)]
    return Files(len(sizes), sum(sizes))


def delete_files(store: ArtifactStore, folder: ArtifactPath) -> Files:
    """Delete a folder with all that is in it, and the owner's folder around it when that is empty.

    Returns:
        What there was to delete.
    """
    found = count_files(store, folder)
    store.delete(folder)
    # Object stores have no empty folders.
    if isinstance(store, LocalStore):
        store.delete_empty_folder(parent_folder(folder))
    return found


def walk(store: ArtifactStore, folder: str) -> Iterator[FileInfo]:
    """Yield every file below a folder."""
    waiting = [folder]
    while waiting:
        stop_if_abandoned()
        for info in store.list(waiting.pop()):
            if info.is_dir:
                waiting.append(info.path)
            else:
                yield info


def refuse_purged(services: Services, path: str) -> None:
    """Raise when `path` lies in the folder of something that was purged, or is being purged.

    Raises:
        NotFound: It does; nothing may be kept there.
    """
    gone = _purged_owners(services, path)
    if gone:
        raise NotFound(f"{gone[0]!r} was purged, so no files can be kept for it.")


def undo_if_purged(services: Services, path: str) -> None:
    """Delete a file that was just stored for something whose purge began while it was on its way.

    A purge marks first and deletes files afterwards: a file that was there before this look at the
    mark is either deleted by it, or here.

    Raises:
        NotFound: It was.
    """
    if _purged_owners(services, path):
        services.artifacts.delete(path)
        refuse_purged(services, path)


def _purged_owners(services: Services, path: str) -> list[str]:
    owners = list(_owners(path.split("/")))
    if not owners:
        return []
    with services.database.read() as conn:
        purged = sorted(find_purging(conn, owners))
        return [] if purged and _lies_in_one_that_stays(conn, path, owners) else purged


def _lies_in_one_that_stays(conn: Connection, path: str, owners: list[str]) -> bool:
    """Return whether a run or logged model that stays keeps its files where `path` lies.

    Such a folder may have one inside, or around it, that is called like something purged.
    """
    staying = _folders_that_stay(conn, owners)
    return any(path == folder or path.startswith(f"{folder}/") for folder in staying)


def _without_inner(
    conn: Connection, found: dict[str, ArtifactPath | Unowned]
) -> dict[str, ArtifactPath | Unowned]:
    """Return the folders but those in the folder of another that stays: it may have files there."""
    around = {
        owner
        for identity, folder in found.items()
        if not isinstance(folder, Unowned)
        for owner in _owners(folder.split("/"))
        if owner != identity
    }
    staying = _folders_that_stay(conn, around)
    return {
        identity: Unowned(f"They lie at {folder!r}, in the folder of something that stays.")
        if not isinstance(folder, Unowned) and any(folder.startswith(f"{one}/") for one in staying)
        else folder
        for identity, folder in found.items()
    }


def _folders_that_stay(conn: Connection, owners: Collection[str]) -> list[ArtifactPath]:
    """Return where those of the runs and logged models keep their files that are not going."""
    ids = sorted(owners)
    return _claimed_folders(uri for (uri,) in _STAYING.rows(conn, ids, ids)) if ids else []


def _owners(segments: list[str]) -> Iterable[str]:
    """Return the ids whose folders a path may lie in."""
    return (owner for owner, inner in itertools.pairwise(segments) if inner == FOLDER)


def _own_folder(uri: str, identity: str, locations: list[ArtifactPath]) -> ArtifactPath | Unowned:
    folder = _below_root(uri)
    if folder is None:
        return Unowned(f"They lie at {uri!r}, which this server does not reach.")
    try:
        ending = join(identity, FOLDER)
    except AssayError:
        return Unowned("Its id is no name of a folder.")
    if folder != ending and not folder.endswith(f"/{ending}"):
        return Unowned(f"They lie at {uri!r}, which is not a folder of their own.")
    around = parent_folder(folder)
    if any(location == around or location.startswith(f"{around}/") for location in locations):
        return Unowned(f"An experiment keeps its files in {uri!r}.")
    return folder


def _claimed_folders(uris: Iterable[str]) -> list[ArtifactPath]:
    """Return which folders below the root locations mean, if the host they name is this server."""
    found = []
    for uri in uris:
        with suppress(AssayError):
            place = parse_place(uri)
            if isinstance(place, ProxiedPlace) and place.path:
                found.append(place.path)
    return found


def _below_root(uri: str) -> ArtifactPath | None:
    try:
        return served_path(uri) or None
    except AssayError:
        return None
