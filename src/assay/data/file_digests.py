"""Digests of files, remembered by path, size and times, so that a file is read once.

They are kept in `digests.jsonl` of the nearest `.assay` folder: one JSON array a line (path, size,
modification time, change time, inode, SHA-256), appended with one write, the last word on a path
counts. A file that changed within the last seconds is not remembered: it could change again without
its time telling.
"""

import hashlib
import os
import time
from pathlib import Path
from typing import Final

import msgspec

from assay.client.location import nearest_root, prepare_root

FILE_NAME: Final = "digests.jsonl"
SETTLED_AFTER_S: Final = 3.0
MAX_CACHE_BYTES: Final = 64 * 1024 * 1024

Identity = tuple[int, int, int, int]


class FileState(msgspec.Struct, frozen=True):
    """A file as it is now: what changes when its content does."""

    path: Path
    size_bytes: int
    modified_ns: int
    changed_ns: int
    inode: int

    @staticmethod
    def of(path: Path) -> "FileState":
        """Look at a file."""
        found = path.stat()
        return FileState(path, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)

    @property
    def identity(self) -> Identity:
        """What is compared."""
        return (self.size_bytes, self.modified_ns, self.changed_ns, self.inode)

    @property
    def is_settled(self) -> bool:
        """True when the last change is long enough ago for another one to show."""
        return time.time_ns() - max(self.modified_ns, self.changed_ns) > SETTLED_AFTER_S * 1e9


class DigestCache:
    """Digests that were made before; a cache that cannot be read or written is no trouble."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known = _read(file)
        self._new: dict[str, tuple[Identity, str]] = {}

    @staticmethod
    def of_nearest_root() -> "DigestCache":
        """Return the cache of the nearest `.assay` folder."""
        return DigestCache(nearest_root() / FILE_NAME)

    def find(self, state: FileState) -> str | None:
        """Return the digest of a file that is as it was."""
        identity, sha256 = self._known.get(str(state.path), (None, None))
        return sha256 if identity == state.identity else None

    def add(self, state: FileState, sha256: str) -> None:
        """Remember the digest of a file that has not changed just now."""
        if state.is_settled:
            self._new[str(state.path)] = (state.identity, sha256)

    def save(self) -> None:
        """Write down what is new."""
        lines = [
            msgspec.json.encode([path, *identity, sha256])
            for path, (identity, sha256) in self._new.items()
            if path.isprintable()
        ]
        if not lines:
            return
        try:
            prepare_root(self._file.parent)
            is_too_long = self._file.exists() and self._file.stat().st_size > MAX_CACHE_BYTES
            flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if is_too_long else os.O_APPEND)
            descriptor = os.open(self._file, flags, 0o600)
            try:
                os.write(descriptor, b"\n".join(lines) + b"\n")
            finally:
                os.close(descriptor)
        except OSError:
            return


def digest_of(state: FileState, cache: DigestCache) -> str:
    """Return the SHA-256 of a file, from the cache when it is unchanged."""
    found = cache.find(state)
    if found is not None:
        return found
    with state.path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if FileState.of(state.path) == state:
        cache.add(state, sha256)
    return sha256


def _read(file: Path) -> dict[str, tuple[Identity, str]]:
    known: dict[str, tuple[Identity, str]] = {}
    try:
        lines = file.read_bytes().splitlines()
    except OSError:
        return known
    decoder = msgspec.json.Decoder(tuple[str, int, int, int, int, str])
    for line in lines:
        try:
            path, size, modified, changed, inode, sha256 = decoder.decode(line)
        except msgspec.DecodeError:
            continue
        known[path] = ((size, modified, changed, inode), sha256)
    return known
