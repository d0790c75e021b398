"""What the files of runs and logged models take, found by walking through the storage for a while."""

import heapq
import time
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from assay.artifacts.schemes import served_path
from assay.artifacts.store import ArtifactStore
from assay.errors import AssayError
from assay.server.owned_files import Files, walk
from assay.store.space import Folder

WALK_LIMIT_S: Final = 20.0
_NONE: Final = Files(0, 0)


class LargeFile(NamedTuple):
    """A file, its path in the folder of its owner, and that folder."""

    size_bytes: int
    path: str
    folder: Folder


class FileSpace:
    """How many files there are and their bytes, by run or by experiment and in all."""

    def __init__(self) -> None:
        self._by: dict[str, Files] = {}
        self.total = _NONE
        self.is_complete = True
        self.n_unreached = 0

    def add(self, owner: str, size_bytes: int) -> None:
        """Count one file."""
        before = self.of(owner)
        self._by[owner] = Files(before.n_files + 1, before.size_bytes + size_bytes)
        self.total = Files(self.total.n_files + 1, self.total.size_bytes + size_bytes)

    def of(self, owner: str) -> Files:
        """Return what one run or experiment has."""
        return self._by.get(owner, _NONE)


def files_of(store: ArtifactStore, folders: Iterable[Folder], *, by: str) -> FileSpace:
    """Count the files of each run or experiment; those of a logged model are its source run's."""
    space = FileSpace()
    for file in _files(store, folders, space):
        owner = file.folder.run_id if by == "run" else file.folder.experiment_id
        space.add(owner, file.size_bytes)
    return space


def largest_files(
    store: ArtifactStore, folders: Iterable[Folder], most: int
) -> tuple[list[LargeFile], FileSpace]:
    """Return the largest files, and the figures of all."""
    space = FileSpace()

    def counted() -> Iterator[LargeFile]:
        for file in _files(store, folders, space):
            space.add(file.folder.id, file.size_bytes)
            yield file

    found = heapq.nsmallest(
        most, counted(), key=lambda file: (-file.size_bytes, file.folder.id, file.path)
    )
    return found, space


def _files(
    store: ArtifactStore, folders: Iterable[Folder], space: FileSpace
) -> Iterator[LargeFile]:
    """Yield the files of all folders until time is up; note in `space` what was left out."""
    deadline = time.monotonic() + WALK_LIMIT_S
    for folder in folders:
        root = _root(folder)
        if root is None:
            space.n_unreached += 1
            continue
        for info in walk(store, root):
            yield LargeFile(info.file_size or 0, info.path[len(root) + 1 :], folder)
            if time.monotonic() > deadline:
                space.is_complete = False
                return
        if time.monotonic() > deadline:
            space.is_complete = False
            return


def _root(folder: Folder) -> str | None:
    try:
        return served_path(folder.artifact_uri) or None
    except AssayError:
        return None
