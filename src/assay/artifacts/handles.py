"""Folders below a root as open handles, reached name by name and never through a link (R1).

Holding a handle, an operation cannot be led elsewhere by somebody who swaps a folder for a link
while it runs. Every root has one private folder, `INCOMING`, for what is not visible yet: files
being written, parts of uploads, trees on their way out. It lies on the same file system as the
rest, so that a rename makes a file appear or vanish at once.
"""

import os
import secrets
import shutil
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from assay.artifacts.paths import ArtifactPath, checked_folder, checked_path
from assay.errors import InvalidParameter, InvalidPath

INCOMING: Final = ".assay-incoming"
TRASH: Final = "trash"

# The root itself is the operator's choice and may be a link.
_ROOT_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FOLDER_FLAGS: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# A pipe or device that lies where a file should be must not block the server.
_FILE_FLAGS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_NEW_FILE_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def visible_path(text: str) -> ArtifactPath:
    """Return `text` as a path of a file or folder that users may name.

    Raises:
        InvalidPath: R1 refuses it, or it lies in the private folder.
    """
    path = checked_path(text)
    if path.partition("/")[0].casefold() == INCOMING:
        raise InvalidPath(text)
    return path


def visible_folder(text: str) -> ArtifactPath:
    """Return `text` as a folder that users may name; empty is the root."""
    folder = checked_folder(text)
    return visible_path(folder) if folder else folder


@contextmanager
def open_folder(root: Path, path: str) -> Iterator[int]:
    """Open the folder `path` below `root`.

    Raises:
        FileNotFoundError: It does not exist.
        NotADirectoryError: It, or something above it, is a file or a link.
    """
    handle = os.open(root, _ROOT_FLAGS)
    try:
        for name in path.split("/") if path else ():
            handle = _descend(handle, name)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def make_folder(root: Path, path: str) -> Iterator[int]:
    """Open the folder `path` below `root`, creating what is missing.

    Raises:
        InvalidParameter: A file or link stands where a folder is needed.
    """
    root.mkdir(parents=True, exist_ok=True)
    handle = os.open(root, _ROOT_FLAGS)
    try:
        for name in path.split("/") if path else ():
            handle = _descend_or_make(handle, name, path)
        yield handle
    finally:
        os.close(handle)


@contextmanager
def open_incoming(root: Path) -> Iterator[int]:
    """Open the private folder of `root`, creating it when missing."""
    root.mkdir(parents=True, exist_ok=True)
    with open_folder(root, "") as handle:
        with suppress(FileExistsError):
            os.mkdir(INCOMING, 0o700, dir_fd=handle)
        inner = os.open(INCOMING, _FOLDER_FLAGS, dir_fd=handle)
    try:
        yield inner
    finally:
        os.close(inner)


def open_regular(folder: int, name: str) -> int:
    """Open the file `name` of a folder for reading.

    Raises:
        FileNotFoundError: There is none: nothing, a folder, a link, a pipe or a device.
    """
    try:
        file = os.open(name, _FILE_FLAGS, dir_fd=folder)
    except OSError as error:
        raise FileNotFoundError(name) from error
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise FileNotFoundError(name)
    return file


def create_file(folder: int, name: str) -> int:
    """Create the file `name` of a folder for writing; its mode follows the umask."""
    return os.open(name, _NEW_FILE_FLAGS, 0o666, dir_fd=folder)


def private_name(kind: str) -> str:
    """Return a name for the private folder that nobody can guess."""
    return f"{kind}-{secrets.token_hex(16)}"


def remove_tree(folder: int, name: str) -> None:
    """Remove the file or folder `name`; links inside are removed, not followed."""
    try:
        os.unlink(name, dir_fd=folder)
    except FileNotFoundError:
        return
    except (IsADirectoryError, PermissionError):
        shutil.rmtree(name, ignore_errors=True, dir_fd=folder)


def sweep_incoming(root: Path, *, older_than_s: float) -> int:
    """Remove what uploads left behind that nobody has touched for a while; return how many."""
    try:
        with open_folder(root, INCOMING) as folder:
            return _sweep(folder, before=time.time() - older_than_s)
    except OSError:
        return 0


def sweep_deleted(root: Path) -> None:
    """Remove what was deleted by processes that died before it was gone from the disk."""
    with suppress(FileNotFoundError, NotADirectoryError), open_folder(root, INCOMING) as folder:
        for name in os.listdir(folder):  # noqa: PTH208 of an open folder, not of a path
            if name.startswith(f"{TRASH}-"):
                remove_tree(folder, name)


def _sweep(folder: int, *, before: float) -> int:
    n_removed = 0
    for name in os.listdir(folder):
        with suppress(FileNotFoundError):
            if os.stat(name, dir_fd=folder, follow_symlinks=False).st_mtime < before:
                remove_tree(folder, name)
                n_removed += 1
    return n_removed


def _descend(handle: int, name: str) -> int:
    inner = os.open(name, _FOLDER_FLAGS, dir_fd=handle)
    os.close(handle)
    return inner


def _descend_or_make(handle: int, name: str, path: str) -> int:
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=handle)
    try:
        return _descend(handle, name)
    except NotADirectoryError:
        raise InvalidParameter(
            f"{path!r} cannot be a folder, because it or something above it is a file."
        ) from None
