"""Artifacts in S3, Google Cloud Storage or Azure Blob Storage, through obstore.

Content travels in parts, a few at a time, so memory stays flat whatever the size. A folder is what
object stores make of it: it exists while an object lies below it. A digest that the writer
announced is kept with the object.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

import obstore
from obstore.exceptions import BaseError, NotFoundError
from obstore.store import AzureStore, GCSStore, S3Store

from assay.artifacts.paths import checked_folder, checked_path
from assay.artifacts.schemes import ObjectPlace
from assay.artifacts.store import CHUNK_BYTES, FileStat, check_digest
from assay.entities.artifacts import FileInfo
from assay.errors import ArtifactNotFound, Unavailable
from assay.settings import S3_ENDPOINT_URL

PART_BYTES: Final = 8 * CHUNK_BYTES
PARTS_IN_FLIGHT: Final = 3
_DIGEST: Final = "sha256"

Remote = S3Store | GCSStore | AzureStore


class ObjectFile:
    """One version of an object: reading another one, should it be replaced, is refused."""

    def __init__(self, remote: Remote, path: str) -> None:
        self._remote = remote
        self._path = path
        self.stat = _stat(remote, path)

    def read(self, start: int, end: int) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        if start >= end:
            return iter(())
        with _known_errors(self._path):
            found = obstore.get(
                self._remote,
                self._path,
                options={"range": (start, end), "if_match": f'"{self.stat.etag}"'},
            )
        return _chunks(found.stream(min_chunk_size=CHUNK_BYTES), self._path)

    def close(self) -> None:
        """Do nothing: no connection is held."""


class ObjectStore:
    """The tree of objects below one prefix of a bucket."""

    def __init__(self, place: ObjectPlace) -> None:
        self._remote: Remote = _open_remote(place)

    def list(self, path: str) -> list[FileInfo]:
        """Return one level of a folder by path."""
        folder = checked_folder(path)
        with _known_errors(folder):
            found = obstore.list_with_delimiter(self._remote, folder or None)
        files = [
            FileInfo(path=item["path"], is_dir=False, file_size=item["size"])
            for item in found["objects"]
            if item["path"] != folder
        ]
        folders = [FileInfo(path=prefix, is_dir=True) for prefix in found["common_prefixes"]]
        return sorted(files + folders, key=lambda info: info.path)

    def stat(self, path: str) -> FileStat:
        """Return what is known of an object."""
        return _stat(self._remote, checked_path(path))

    def open(self, path: str) -> ObjectFile:
        """Look up an object for reading."""
        return ObjectFile(self._remote, checked_path(path))

    def read(self, path: str, *, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to and without `end`, in chunks."""
        file = self.open(path)
        return file.read(start, file.stat.size_bytes if end is None else end)

    def write(self, path: str, content: Iterable[bytes], *, sha256: str | None = None) -> FileStat:
        """Store an object, replacing what was there; a single part is sent at once."""
        checked = checked_path(path)
        with _known_errors(checked):
            obstore.put(
                self._remote,
                checked,
                _hashed(content, sha256, checked),
                attributes={_DIGEST: sha256} if sha256 else None,
                chunk_size=PART_BYTES,
                max_concurrency=PARTS_IN_FLIGHT,
            )
        return _stat(self._remote, checked)

    def delete(self, path: str) -> None:
        """Remove an object and everything below it as a folder; what is missing is fine."""
        checked = checked_path(path)
        with _known_errors(checked):
            for page in obstore.list(self._remote, checked + "/", chunk_size=1000):
                obstore.delete(self._remote, [item["path"] for item in page])
            try:
                obstore.delete(self._remote, checked)
            except NotFoundError:
                return

    def is_folder(self, path: str) -> bool:
        """Return whether an object lies below `path`."""
        folder = checked_folder(path)
        with _known_errors(folder):
            return any(True for _ in obstore.list(self._remote, folder or None, chunk_size=1))

    def presigned_url(self, path: str, *, expires_in: timedelta) -> str:
        """Return an address from which anybody can read the object for a while."""
        checked = checked_path(path)
        with _known_errors(checked):
            return obstore.sign(self._remote, "GET", str(checked), expires_in)


def _stat(remote: Remote, path: str) -> FileStat:
    with _known_errors(path):
        found = obstore.get(remote, path, options={"head": True})
    meta = found.meta
    return FileStat(
        size_bytes=meta["size"],
        etag=(meta["e_tag"] or meta["last_modified"].isoformat()).strip('"'),
        modified_ms=int(meta["last_modified"].timestamp() * 1000),
        sha256=found.attributes.get(_DIGEST),
    )


def _hashed(content: Iterable[bytes], expected: str | None, path: str) -> Iterator[bytes]:
    """Pass chunks through; raise after the last one, before the object is complete."""
    digest = hashlib.sha256()
    for chunk in content:
        digest.update(chunk)
        yield chunk
    check_digest(expected=expected, actual=digest.hexdigest(), path=path)


def _chunks(stream: Iterable[Any], path: str) -> Iterator[bytes]:
    with _known_errors(path):
        for chunk in stream:
            yield bytes(chunk)


@contextmanager
def _known_errors(path: str) -> Iterator[None]:
    try:
        yield
    except (FileNotFoundError, NotFoundError):
        raise ArtifactNotFound(path) from None
    except BaseError as error:
        raise Unavailable(
            f"The object store failed at {path!r}: {type(error).__name__}. Check its address and "
            "credentials, then repeat the request."
        ) from error


def _open_remote(place: ObjectPlace) -> Remote:
    prefix = place.prefix or None
    if place.scheme == "gs":
        return GCSStore(place.bucket, prefix=prefix)
    if place.scheme == "az":
        return AzureStore(place.bucket, prefix=prefix)
    endpoint = S3_ENDPOINT_URL.get()
    if not endpoint:
        return S3Store(place.bucket, prefix=prefix)
    return S3Store(
        place.bucket,
        prefix=prefix,
        endpoint=endpoint,
        client_options={"allow_http": endpoint.startswith("http://")},
    )
