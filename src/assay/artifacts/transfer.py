"""Moving files and trees between a local folder and a store: parallel, verified, repeatable.

What is there already, as size and digest tell, is not moved again, so a transfer that broke off is
resumed by repeating it. What a store lists is not trusted: each path passes R1 and must lie where
it was asked for, before anything is written (SECURITY R8).
"""

import os
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import msgspec

from assay.artifacts.content import CountedContent, FileContent, sha256_of
from assay.artifacts.handles import INCOMING
from assay.artifacts.local import LocalStore
from assay.artifacts.paths import ArtifactPath, checked_folder, checked_path, join, parent_folder
from assay.artifacts.store import ArtifactStore
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath
from assay.settings import ARTIFACTS_PROGRESS_BAR

N_THREADS: Final = 8
LARGE_BYTES: Final = 4 * 1024 * 1024
MAX_FILES: Final = 1_000_000
MAX_DEPTH: Final = 100

_SHOWN_FROM_FILES: Final = 20
_SHOWN_FROM_BYTES: Final = 64 * 1024 * 1024
_PROGRESS: Final = "assay.artifacts.progress:TerminalProgress"

Advance = Callable[[int], None]


class FileMove(msgspec.Struct, frozen=True):
    """A file, where it lies on this machine and in a store, and its size."""

    local: Path
    path: ArtifactPath
    size_bytes: int


def local_file(file: Path, folder: str) -> FileMove:
    """Return the move of one local file into `folder` of a store.

    Raises:
        FileNotFoundError: It does not exist.
        InvalidPath: Its name cannot be stored.
    """
    return FileMove(file, join(folder, checked_path(file.name)), file.stat().st_size)


def local_tree(root: Path, folder: str) -> list[FileMove]:
    """Return the moves of everything below a local folder; links to folders are not followed.

    Raises:
        NotADirectoryError: It is no folder.
        InvalidPath: A name cannot be stored.
    """
    if not root.is_dir():
        raise NotADirectoryError(f"{str(root)!r} is no folder.")
    moves = []
    for parent, _, names in os.walk(root):
        inside = Path(parent).relative_to(root).as_posix()
        target = join(folder, "" if inside == "." else inside)
        moves += [local_file(Path(parent) / name, target) for name in sorted(names)]
    return moves


def send_file(
    store: ArtifactStore, path: str, content: FileContent, *, digest: str, advance: Advance
) -> None:
    """Store a local file whose SHA-256 is `digest`; a large one that is there is not sent again."""
    if content.size_bytes >= LARGE_BYTES and has_content(store, path, digest):
        advance(content.size_bytes)
        return
    store.write(path, CountedContent(content, advance), sha256=digest)


def move_all(
    moves: Sequence[FileMove], move: Callable[[FileMove, Advance], None], *, title: str
) -> None:
    """Call `move` for each file, on several threads; the first failure stops the rest."""
    n_bytes = sum(each.size_bytes for each in moves)
    with _progress(title, len(moves), n_bytes) as advance:
        if len(moves) <= 1:
            for each in moves:
                move(each, advance)
            return
        with ThreadPoolExecutor(min(N_THREADS, len(moves))) as threads:
            futures = [threads.submit(move, each, advance) for each in moves]
            try:
                for future in futures:
                    future.result()
            finally:
                threads.shutdown(cancel_futures=True)


def download(store: ArtifactStore, path: str, destination: Path) -> Path:
    """Copy a file or folder of a store below `destination`, at the same path, and return where.

    Raises:
        ArtifactNotFound: There is neither a file nor a folder.
        InvalidPath: The store lists something that does not lie there.
    """
    folder = checked_folder(path)
    moves = remote_tree(store, folder, destination)
    if not moves and folder:
        moves = [FileMove(destination / folder, folder, store.stat(folder).size_bytes)]
    target = LocalStore(destination, is_durable=False)
    try:
        move_all(
            moves, lambda move, advance: _fetch(store, move, target, advance), title="Downloading"
        )
    finally:
        with suppress(OSError):
            (destination / INCOMING).rmdir()
    return destination / folder


def remote_tree(store: ArtifactStore, folder: str, destination: Path) -> list[FileMove]:
    """Return the moves of everything below a folder of a store.

    Raises:
        InvalidPath: The store lists something that does not lie there.
        InvalidParameter: It lists more, or deeper, than anybody could want.
    """
    moves: list[FileMove] = []
    waiting = [checked_folder(folder)]
    while waiting:
        parent = waiting.pop()
        for info in store.list(parent):
            path = checked_path(info.path)
            if parent_folder(path) != parent:
                raise InvalidPath(path)
            if info.is_dir:
                waiting.append(path)
            else:
                moves.append(FileMove(destination / path, path, info.file_size or 0))
        if len(moves) + len(waiting) > MAX_FILES or parent.count("/") > MAX_DEPTH:
            raise InvalidParameter(
                f"{folder!r} has more than {MAX_FILES} files or {MAX_DEPTH} levels of folders."
            )
    return moves


def _fetch(store: ArtifactStore, move: FileMove, target: LocalStore, advance: Advance) -> None:
    digest = None
    if move.size_bytes >= LARGE_BYTES:
        digest = store.stat(move.path).sha256
        if digest is not None and _has_same_content(move, digest):
            advance(move.size_bytes)
            return
    stored = target.write(move.path, _counted(store.read(move.path), advance), sha256=digest)
    if move.size_bytes not in {0, stored.size_bytes}:
        target.delete(move.path)
        raise InvalidParameter(
            f"{move.path!r} should have {move.size_bytes} bytes, but {stored.size_bytes} came. "
            "It changed on the way; download it again."
        )


def has_content(store: ArtifactStore, path: str, digest: str) -> bool:
    """Return whether the file at `path` is known to have this SHA-256."""
    try:
        return store.stat(path).sha256 == digest
    except ArtifactNotFound:
        return False


def _has_same_content(move: FileMove, digest: str) -> bool:
    try:
        content = FileContent(move.local)
    except OSError:
        return False
    return content.size_bytes == move.size_bytes and sha256_of(content) == digest


def _counted(chunks: Iterator[bytes], advance: Advance) -> Iterator[bytes]:
    for chunk in chunks:
        advance(len(chunk))
        yield chunk


@contextmanager
def _progress(title: str, n_files: int, n_bytes: int) -> Iterator[Advance]:
    is_long = n_files >= _SHOWN_FROM_FILES or n_bytes >= _SHOWN_FROM_BYTES
    if not (is_long and sys.stderr.isatty() and ARTIFACTS_PROGRESS_BAR.get()):
        yield lambda _n_bytes: None
        return
    opener: Any = pkgutil.resolve_name(_PROGRESS)
    with opener(f"{title} {n_files} files", n_bytes) as bar:
        yield bar.advance
