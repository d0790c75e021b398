"""Describing files and folders by their whole content.

The digest of a file is its SHA-256; that of a folder is over the names and digests of all files in
it, so that it does not depend on where the folder lies, on times or on rights.
"""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import msgspec

from assay.data.described import DescribedDataset, MetaDataset
from assay.data.file_digests import DigestCache, FileState, digest_of
from assay.data.sources import DatasetSource, source_of
from assay.errors import InvalidParameter

DIGEST_LENGTH: Final = 8
N_THREADS: Final = 4
MAX_LISTED: Final = 1_000
"""How many files of a folder its profile names, the largest first."""


class FoundFile(msgspec.Struct, frozen=True):
    """A file by its place in the folder, with its digest."""

    path: str
    size_bytes: int
    sha256: str


def from_files(
    path: str | Path,
    source: Any = None,
    name: str | None = None,
    digest: str | None = None,
) -> DescribedDataset:
    """Describe a file, or everything in a folder, by its content.

    A path of another place (`s3://...`, `https://...`) is only named: nothing of it is read. A file
    that was digested before is not read again while its size and its times are the same.

    Args:
        path: The file or folder.
        source: Where it is from, when that is elsewhere than `path`.
        name: What to call it; the name of the file or folder when None.
        digest: What tells it apart from others; made from its content when None.

    Raises:
        InvalidParameter: There is no such file or folder.
    """
    origin = source_of(path if source is None else source)
    title = name or str(path).rstrip("/").rpartition("/")[2]
    if source_of(path).type != "local":
        return MetaDataset(origin, name=title, digest=digest)
    place = Path(str(path).removeprefix("file://")).expanduser().absolute()
    if not place.exists():
        raise InvalidParameter(f"There is no file or folder {str(path)!r} to describe.")
    if source is None:
        origin = DatasetSource("local", {"uri": _printable(str(place))})
    found = describe_tree(place)
    content = found[0].sha256 if place.is_file() else tree_digest(found)
    return DescribedDataset(
        name=_printable(title or place.name),
        digest=digest or content[:DIGEST_LENGTH],
        source=origin,
        schema=None,
        profile=_profile(found, is_folder=place.is_dir()),
        content_sha256=content,
        data=str(place),
    )


def describe_tree(place: Path) -> list[FoundFile]:
    """Return every file at or below `place`, by path, with its digest."""
    cache = DigestCache.of_nearest_root()
    states = [FileState.of(file) for file in ([place] if place.is_file() else _walk(place))]
    with ThreadPoolExecutor(N_THREADS) as threads:
        digests = list(threads.map(lambda state: digest_of(state, cache), states))
    cache.save()
    return [
        FoundFile(_relative(state.path, place), state.size_bytes, sha256)
        for state, sha256 in zip(states, digests, strict=True)
    ]


def tree_digest(files: list[FoundFile]) -> str:
    """Return the digest over the names and digests of a folder's files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{file.sha256} {file.path}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def _walk(folder: Path) -> Iterator[Path]:
    found = []
    for parent, folders, files in os.walk(folder):
        folders.sort()
        found += [Path(parent, name) for name in files]
    # Broken links, sockets and pipes hold no data.
    return (path for path in sorted(found, key=str) if path.is_file())


def _relative(path: Path, place: Path) -> str:
    return path.name if path == place else path.relative_to(place).as_posix()


def _profile(files: list[FoundFile], *, is_folder: bool) -> dict[str, Any]:
    endings: dict[str, int] = {}
    for file in files:
        ending = Path(file.path).suffix.lower() or "none"
        endings[ending] = endings.get(ending, 0) + 1
    facts: dict[str, Any] = {
        "num_files": len(files),
        "size_in_bytes": sum(file.size_bytes for file in files),
        "endings": endings,
    }
    if is_folder:
        largest = sorted(files, key=lambda file: (-file.size_bytes, file.path))[:MAX_LISTED]
        facts["files"] = [[_printable(file.path), file.size_bytes, file.sha256] for file in largest]
    return facts


def _printable(path: str) -> str:
    return path.encode(errors="surrogateescape").decode(errors="replace")
