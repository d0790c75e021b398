"""Bytes to be stored: content that can be read again from the start, when sending it failed once."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from assay.artifacts.store import CHUNK_BYTES


class FileContent:
    """What is in a local file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size_bytes = path.stat().st_size

    def __iter__(self) -> Iterator[bytes]:
        return self.starting_at(0)

    def starting_at(self, start: int) -> Iterator[bytes]:
        """Yield the content from byte `start` on."""
        with self.path.open("rb") as file:
            file.seek(start)
            while chunk := file.read(CHUNK_BYTES):
                yield chunk


class CountedContent:
    """Other content, of which every chunk that is taken is told to `advance`."""

    def __init__(self, content: FileContent, advance: Callable[[int], None]) -> None:
        self.size_bytes = content.size_bytes
        self._content = content
        self._advance = advance

    def __iter__(self) -> Iterator[bytes]:
        return self.starting_at(0)

    def starting_at(self, start: int) -> Iterator[bytes]:
        """Yield the content from byte `start` on."""
        for chunk in self._content.starting_at(start):
            yield chunk
            self._advance(len(chunk))


@runtime_checkable
class LocalContent(Protocol):
    """Content of a local file, which can be read from any byte on."""

    size_bytes: int

    def __iter__(self) -> Iterator[bytes]:
        """Yield all of it."""
        ...

    def starting_at(self, start: int) -> Iterator[bytes]:
        """Yield the content from byte `start` on."""
        ...


def is_replayable(content: Iterable[bytes]) -> bool:
    """Return whether iterating over `content` again starts from its beginning."""
    return iter(content) is not content


def size_of(content: Iterable[bytes]) -> int | None:
    """Return how many bytes `content` has, when that is known without reading it."""
    if isinstance(content, list | tuple):
        return sum(len(chunk) for chunk in content)
    size = getattr(content, "size_bytes", None)
    return size if isinstance(size, int) else None


def sha256_of(content: Iterable[bytes]) -> str:
    """Return the SHA-256 of `content` in hexadecimal."""
    digest = hashlib.sha256()
    for chunk in content:
        digest.update(chunk)
    return digest.hexdigest()
