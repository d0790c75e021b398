"""Artifacts in a folder of this machine, or of a cluster file system.

A file is written to the root's private folder, hashed on the way, forced to disk and renamed to its
place. Its SHA-256 is kept in an extended attribute beside size and time of change, where the file
system has such attributes; a file that somebody edits in place loses its digest that way.
"""

import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from assay.artifacts.handles import (
    INCOMING,
    TRASH,
    create_file,
    make_folder,
    open_folder,
    open_incoming,
    open_regular,
    private_name,
    remove_tree,
    visible_folder,
    visible_path,
)
from assay.artifacts.paths import base_name, checked_path, parent_folder
from assay.artifacts.store import CHUNK_BYTES, Chunks, FileStat, Upload, check_digest, write_through
from assay.entities.artifacts import FileInfo
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath, StoreFull

DIGEST_ATTRIBUTE: Final = "user.assay.sha256"
_FULL_DISK: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
_NOT_EMPTY: Final = frozenset({errno.ENOTEMPTY, errno.EEXIST})


class LocalFile:
    """One file, held open."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self.stat = _stat_of(handle)

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        while start < end:
            chunk = os.pread(self._handle, min(CHUNK_BYTES, end - start), start)
            if not chunk:
                return
            start += len(chunk)
            yield chunk

    def close(self) -> None:
        """Let go of the file; may be repeated."""
        handle, self._handle = self._handle, -1
        if handle >= 0:
            os.close(handle)


class LocalUpload:
    """A file on its way into a local root, from the private file `name` that `handle` has open.

    Args:
        root: The root.
        path: Where the file is to appear.
        name: What it is called in the private folder until then.
        handle: The private file, at its end.
        digest: The digest of what is in it already.
        is_durable: Whether to force the file to disk.
        is_kept: Whether to keep what has come when the upload is given up.
    """

    def __init__(
        self,
        root: Path,
        path: str,
        *,
        name: str,
        handle: int,
        digest: "hashlib._Hash | None" = None,
        is_durable: bool = True,
        is_kept: bool = False,
    ) -> None:
        self._root = root
        self._is_durable = is_durable
        self._path = path
        self._name = name
        self._digest = hashlib.sha256() if digest is None else digest
        self._is_open = True
        self._is_kept = is_kept
        self._handle = handle

    def write(self, chunk: bytes) -> None:
        """Append `chunk`."""
        self._digest.update(chunk)
        rest = memoryview(chunk)
        try:
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        except OSError as error:
            raise _as_known(error) from error

    def commit(self, *, sha256: str | None = None) -> FileStat:
        """Make the file visible at its path."""
        digest = self._digest.hexdigest()
        # Whole, but not what was announced: nothing of it is of use.
        self._is_kept = False
        check_digest(expected=sha256, actual=digest, path=self._path)
        _keep_digest(self._handle, digest)
        try:
            if self._is_durable:
                os.fsync(self._handle)
            self._reveal()
        except OSError as error:
            raise _as_known(error) from error
        stored = _stat_of(self._handle)
        self._close()
        return stored

    def abort(self) -> None:
        """Forget the file; harmless after `commit`."""
        if self._is_open:
            self._close()
            if self._is_kept:
                return
            with open_incoming(self._root) as incoming:
                remove_tree(incoming, self._name)

    def _reveal(self) -> None:
        with (
            open_incoming(self._root) as incoming,
            make_folder(self._root, parent_folder(self._path)) as folder,
        ):
            target = base_name(self._path)
            try:
                os.rename(self._name, target, src_dir_fd=incoming, dst_dir_fd=folder)
            except IsADirectoryError:
                raise InvalidParameter(
                    f"{self._path!r} is a folder; a file cannot take its place."
                ) from None
            if self._is_durable:
                os.fsync(folder)

    def _close(self) -> None:
        self._is_open = False
        os.close(self._handle)


class LocalStore:
    """The tree of files below one folder; `is_durable` forces each file to disk."""

    def __init__(self, root: Path, *, is_durable: bool = True) -> None:
        self.root = root
        self.is_durable = is_durable

    def list(self, path: str) -> list[FileInfo]:
        """Return one level of a folder by path; links and the private folder are left out."""
        folder = visible_folder(path)
        try:
            with open_folder(self.root, folder) as handle, os.scandir(handle) as entries:
                found = [_info(entry, folder) for entry in entries]
        except (FileNotFoundError, NotADirectoryError):
            return []
        return sorted((info for info in found if info), key=lambda info: info.path)

    def stat(self, path: str) -> FileStat:
        """Return what is known of a file."""
        file = self.open(path)
        file.close()
        return file.stat

    def open(self, path: str) -> LocalFile:
        """Open a file for reading."""
        checked = visible_path(path)
        try:
            with open_folder(self.root, parent_folder(checked)) as folder:
                return LocalFile(open_regular(folder, base_name(checked)))
        except (FileNotFoundError, NotADirectoryError):
            raise ArtifactNotFound(path) from None

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        file = self.open(path)
        return Chunks(file, start=start, end=file.stat.size_bytes if end is None else end)

    def begin(self, path: str) -> Upload:
        """Begin to write the file at `path`."""
        checked = visible_path(path)
        name = private_name("file")
        try:
            with open_incoming(self.root) as incoming:
                handle = create_file(incoming, name)
        except OSError as error:
            raise _as_known(error) from error
        return LocalUpload(self.root, checked, name=name, handle=handle, is_durable=self.is_durable)

    def write(self, path: str, content: Iterable[bytes], *, sha256: str | None = None) -> FileStat:
        """Store a file, replacing what was there."""
        return write_through(self.begin(path), content, sha256)

    def delete(self, path: str) -> None:
        """Remove a file or a whole folder at once; what is missing is fine."""
        checked = visible_path(path)
        trash = private_name(TRASH)
        with (
            suppress(FileNotFoundError, NotADirectoryError),
            open_folder(self.root, parent_folder(checked)) as folder,
            open_incoming(self.root) as incoming,
        ):
            os.rename(base_name(checked), trash, src_dir_fd=folder, dst_dir_fd=incoming)
            remove_tree(incoming, trash)

    def delete_empty_folder(self, path: str) -> None:
        """Remove a folder unless anything is in it, also what `list` leaves out; missing is fine."""
        checked = visible_path(path)
        with (
            suppress(FileNotFoundError, NotADirectoryError),
            open_folder(self.root, parent_folder(checked)) as folder,
        ):
            try:
                os.rmdir(base_name(checked), dir_fd=folder)
            except OSError as error:
                if error.errno not in _NOT_EMPTY:
                    raise

    def is_folder(self, path: str) -> bool:
        """Return whether `path` is a folder."""
        try:
            with open_folder(self.root, visible_folder(path)):
                return True
        except (FileNotFoundError, NotADirectoryError):
            return False


def _info(entry: os.DirEntry[str], folder: str) -> FileInfo | None:
    try:
        path = checked_path(f"{folder}/{entry.name}" if folder else entry.name)
    except InvalidPath:
        return None
    if path == INCOMING:
        return None
    if entry.is_dir(follow_symlinks=False):
        return FileInfo(path=path, is_dir=True)
    if not entry.is_file(follow_symlinks=False):
        return None
    return FileInfo(path=path, is_dir=False, file_size=entry.stat(follow_symlinks=False).st_size)


def _stat_of(handle: int) -> FileStat:
    status = os.fstat(handle)
    digest = _kept_digest(handle, status)
    return FileStat(
        size_bytes=status.st_size,
        etag=digest or f"{status.st_mtime_ns:x}-{status.st_size:x}",
        modified_ms=status.st_mtime_ns // 1_000_000,
        sha256=digest,
    )


def _keep_digest(handle: int, digest: str) -> None:
    status = os.fstat(handle)
    mark = f"{digest} {status.st_size} {status.st_mtime_ns}"
    if hasattr(os, "setxattr"):
        with suppress(OSError):
            os.setxattr(handle, DIGEST_ATTRIBUTE, mark.encode())


def _kept_digest(handle: int, status: os.stat_result) -> str | None:
    if not hasattr(os, "getxattr"):
        return None
    try:
        mark = os.getxattr(handle, DIGEST_ATTRIBUTE).decode(errors="replace")
    except OSError:
        return None
    digest, _, rest = mark.partition(" ")
    return digest if rest == f"{status.st_size} {status.st_mtime_ns}" else None


def _as_known(error: OSError) -> Exception:
    return StoreFull() if error.errno in _FULL_DISK else error
