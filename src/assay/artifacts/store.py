"""What every place for artifacts can do, and what a place that a server offers can do besides.

Paths are text; each store passes them through `paths.py` itself, so that no caller can forget to.
A file becomes visible only when it is whole; a half-written one leaves no trace.
"""

from collections.abc import Iterable, Iterator
from typing import Final, Protocol, Self

import msgspec

from assay.entities.artifacts import FileInfo
from assay.errors import InvalidParameter

CHUNK_BYTES: Final = 1024 * 1024


class FileStat(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a file without reading it; `sha256` in hexadecimal when it was recorded."""

    size_bytes: int
    etag: str
    modified_ms: int
    sha256: str | None = None


class ArtifactStore(Protocol):
    """A tree of files below one root."""

    def list(self, path: str) -> list[FileInfo]:
        """Return one level of a folder by path, relative to the root; [] when there is none."""
        ...

    def stat(self, path: str) -> FileStat:
        """Return what is known of a file.

        Raises:
            ArtifactNotFound: No file lies there; it may be a folder.
        """
        ...

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks.

        Raises:
            ArtifactNotFound: No file lies there; raised before the first chunk is asked for.
        """
        ...

    def write(self, path: str, content: Iterable[bytes], *, sha256: str | None = None) -> FileStat:
        """Store a file, replacing what was there.

        Raises:
            InvalidParameter: The content does not have the digest `sha256`; nothing is stored.
        """
        ...

    def delete(self, path: str) -> None:
        """Remove a file or a whole folder; what is missing is fine, the root is refused."""
        ...


class OpenFile(Protocol):
    """One version of a file, held open: what `stat` says stays true of what `read` gives."""

    @property
    def stat(self) -> FileStat:
        """What is known of the file."""
        ...

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class Upload(Protocol):
    """A file that is being written, invisible until `commit`."""

    def write(self, chunk: bytes) -> None:
        """Append `chunk`."""
        ...

    def commit(self, *, sha256: str | None = None) -> FileStat:
        """Make the file visible at its path.

        Raises:
            InvalidParameter: The content does not have the digest `sha256`; nothing is stored.
        """
        ...

    def abort(self) -> None:
        """Forget the file; harmless after `commit`."""
        ...


class ServedStore(ArtifactStore, Protocol):
    """A store that a server can offer: it takes and gives chunks at the peer's pace."""

    def open(self, path: str) -> OpenFile:
        """Open a file for reading.

        Raises:
            ArtifactNotFound: No file lies there.
        """
        ...

    def begin(self, path: str) -> Upload:
        """Begin to write the file at `path`."""
        ...

    def is_folder(self, path: str) -> bool:
        """Return whether `path` is a folder."""
        ...


class Chunks:
    """The chunks of an open file, which is closed after the last one, on failure, or by `close`.

    A generator would not do: one that was never asked for a chunk does not run its clean-up.
    """

    def __init__(self, file: OpenFile, *, start: int, end: int) -> None:
        self._file: OpenFile | None = file
        self._chunks = file.read(start, end)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        try:
            return next(self._chunks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; may be repeated."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def __del__(self) -> None:
        self.close()


def write_through(upload: Upload, content: Iterable[bytes], sha256: str | None) -> FileStat:
    """Push `content` into `upload` and commit it; abort it when anything fails."""
    try:
        for chunk in content:
            upload.write(chunk)
        return upload.commit(sha256=sha256)
    finally:
        upload.abort()


def check_digest(*, expected: str | None, actual: str, path: str) -> None:
    """Raise InvalidParameter when a digest was promised and the content has another."""
    if expected is not None and expected.lower() != actual:
        raise InvalidParameter(
            f"The content of {path!r} has the SHA-256 {actual}, but {expected} was announced. "
            "It was damaged on the way; send it again."
        )
