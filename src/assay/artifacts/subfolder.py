"""One folder of a store as a store of its own: how a run sees its artifacts."""

from collections.abc import Iterable, Iterator

from assay.artifacts.paths import ArtifactPath, checked_folder, checked_path, join
from assay.artifacts.store import ArtifactStore, FileStat
from assay.entities.artifacts import FileInfo
from assay.errors import InvalidPath


class Subfolder:
    """The tree of files below `folder` of `store`."""

    def __init__(self, store: ArtifactStore, folder: str) -> None:
        self._store = store
        self._folder = checked_folder(folder)

    def list(self, path: str) -> list[FileInfo]:
        """Return one level of a folder by path.

        Raises:
            InvalidPath: The store lists something that does not lie there.
        """
        prefix = f"{self._folder}/" if self._folder else ""
        found = self._store.list(join(self._folder, checked_folder(path)))
        for info in found:
            if not info.path.startswith(prefix):
                raise InvalidPath(info.path)
        return [
            FileInfo(
                path=info.path.removeprefix(prefix), is_dir=info.is_dir, file_size=info.file_size
            )
            for info in found
        ]

    def stat(self, path: str) -> FileStat:
        """Return what is known of a file."""
        return self._store.stat(self._inside(path))

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        return self._store.read(self._inside(path), start=start, end=end)

    def write(self, path: str, content: Iterable[bytes], *, sha256: str | None = None) -> FileStat:
        """Store a file, replacing what was there."""
        return self._store.write(self._inside(path), content, sha256=sha256)

    def delete(self, path: str) -> None:
        """Remove a file or a whole folder; what is missing is fine, the root is refused."""
        self._store.delete(self._inside(path))

    def _inside(self, path: str) -> ArtifactPath:
        return join(self._folder, checked_path(path))
