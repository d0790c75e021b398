"""Uploads in parts to a folder: parts lie in its private folder until they make a whole file.

State is nothing but files, so any process of a server can take the next part. Whoever knows an
upload's id, 128 random bits, may add parts to it; only `complete` makes anything visible.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from assay.artifacts.handles import (
    INCOMING,
    open_incoming,
    private_name,
    remove_tree,
    sweep_incoming,
    visible_path,
)
from assay.artifacts.local import LocalStore
from assay.artifacts.store import FileStat
from assay.errors import ArtifactNotFound, InvalidParameter

MAX_PARTS: Final = 10_000
STALE_AFTER_S: Final = 24 * 3600.0

_KIND: Final = "mpu"
_TARGET: Final = "target"
_ID = re.compile(r"[0-9a-f]{32}")


def create_upload(store: LocalStore, path: str, *, n_parts: int) -> str:
    """Begin an upload of `n_parts` parts to `path`, and return its id; forgets stale ones first.

    Raises:
        InvalidParameter: There are no parts, or too many.
    """
    target = visible_path(path)
    if not 1 <= n_parts <= MAX_PARTS:
        raise InvalidParameter(f"'num_parts' must be between 1 and {MAX_PARTS}, got {n_parts}.")
    sweep_incoming(store.root, older_than_s=STALE_AFTER_S)
    upload_id = private_name(_KIND).removeprefix(f"{_KIND}-")
    LocalStore(_folder_of(store, upload_id)).write(_TARGET, [target.encode()])
    return upload_id


def write_part(
    store: LocalStore, upload_id: str, *, number: int, content: Iterable[bytes]
) -> FileStat:
    """Store one part, replacing an earlier try.

    Raises:
        InvalidParameter: There is no such upload, or the number is out of range.
    """
    if not 1 <= number <= MAX_PARTS:
        raise InvalidParameter(f"Part numbers go from 1 to {MAX_PARTS}, got {number}.")
    return _parts_of(store, upload_id).write(str(number), content)


def complete_upload(
    store: LocalStore, upload_id: str, *, path: str, etags: dict[int, str]
) -> FileStat:
    """Join the parts into the file at `path`, in the order of their numbers.

    Args:
        store: Where the upload was created.
        upload_id: The upload.
        path: The file; the one that the upload was created for.
        etags: By part number, the etag that its writer got; empty when unknown.

    Raises:
        InvalidParameter: A part is missing or another than meant, or the path is another.
    """
    parts = _parts_of(store, upload_id)
    if b"".join(parts.read(_TARGET)) != visible_path(path).encode():
        raise InvalidParameter(f"Upload {upload_id!r} was created for another path.")
    if not etags:
        raise InvalidParameter("An upload needs at least one part to complete.")
    for number, etag in etags.items():
        _check_part(parts, number, etag)
    stored = store.write(path, _joined(parts, sorted(etags)))
    abort_upload(store, upload_id)
    return stored


def abort_upload(store: LocalStore, upload_id: str) -> None:
    """Forget an upload and its parts; one that is not there is fine."""
    _folder_of(store, upload_id)
    with open_incoming(store.root) as incoming:
        remove_tree(incoming, f"{_KIND}-{upload_id}")


def _check_part(parts: LocalStore, number: int, etag: str) -> None:
    try:
        stored = parts.stat(str(number))
    except ArtifactNotFound:
        raise InvalidParameter(f"Part {number} has not arrived.") from None
    if etag and etag.strip('"') != stored.etag:
        raise InvalidParameter(f"Part {number} is not the one with the etag {etag!r}.")


def _joined(parts: LocalStore, numbers: list[int]) -> Iterator[bytes]:
    for number in numbers:
        yield from parts.read(str(number))


def _parts_of(store: LocalStore, upload_id: str) -> LocalStore:
    folder = _folder_of(store, upload_id)
    if not folder.is_dir():
        raise InvalidParameter(f"There is no upload {upload_id!r}; it may have been completed.")
    return LocalStore(folder)


def _folder_of(store: LocalStore, upload_id: str) -> Path:
    if not _ID.fullmatch(upload_id):
        raise InvalidParameter(f"{upload_id!r} is not the id of an upload.")
    return store.root / INCOMING / f"{_KIND}-{upload_id}"
