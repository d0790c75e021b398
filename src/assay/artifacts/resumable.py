"""Uploads to a folder that go on where a connection broke.

What has come lies in the root's private folder under the upload's id, 128 random bits that the client
chose, until the file is whole. Whoever goes on says where; the digest of the whole is announced from the
start and checked at the end. What nobody has gone on with for a day is swept away.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterable
from typing import Final

from assay.artifacts.handles import (
    INCOMING,
    open_folder,
    open_incoming,
    sweep_incoming,
    visible_path,
)
from assay.artifacts.local import LocalStore, LocalUpload
from assay.artifacts.multipart import STALE_AFTER_S
from assay.artifacts.store import CHUNK_BYTES, FileStat, write_through
from assay.errors import Conflict, InvalidParameter, Unavailable

_KIND: Final = "resume"
_ID: Final = re.compile(r"[0-9a-f]{32}")
_FLAGS: Final = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC


def n_bytes_received(store: LocalStore, upload_id: str) -> int:
    """Return how many bytes of an upload have come; 0 for one that is not known.

    Raises:
        InvalidParameter: It is no id of an upload.
    """
    name = _name_of(upload_id)
    try:
        with open_folder(store.root, INCOMING) as incoming:
            return os.stat(name, dir_fd=incoming, follow_symlinks=False).st_size
    except (FileNotFoundError, NotADirectoryError):
        return 0


def go_on(
    store: LocalStore,
    path: str,
    content: Iterable[bytes],
    *,
    upload_id: str,
    start: int,
    sha256: str,
) -> FileStat:
    """Store the rest of a file, from byte `start` on; when it breaks off, what has come is kept.

    Raises:
        InvalidParameter: It is no id of an upload, or the whole does not have the digest.
        Conflict: Another number of bytes has come than `start`.
        Unavailable: The connection that broke still has the upload.
    """
    checked = visible_path(path)
    name = _name_of(upload_id)
    if not start:
        sweep_incoming(store.root, older_than_s=STALE_AFTER_S)
    with open_incoming(store.root) as incoming:
        handle = os.open(name, _FLAGS, 0o666, dir_fd=incoming)
    try:
        digest = _digest_of_start(handle, start)
    except BaseException:
        os.close(handle)
        raise
    upload = LocalUpload(
        store.root,
        checked,
        name=name,
        handle=handle,
        digest=digest,
        is_durable=store.is_durable,
        is_kept=True,
    )
    return write_through(upload, content, sha256)


def _digest_of_start(handle: int, start: int) -> "hashlib._Hash":
    """Return the digest of what has come, which must be `start` bytes; leaves the file at its end."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise Unavailable("This upload is still being written. Ask again how far it is.") from error
    n_bytes = os.fstat(handle).st_size
    if n_bytes != start:
        raise Conflict(f"{n_bytes} bytes of this upload have come; go on from there, not {start}.")
    digest = hashlib.sha256()
    while chunk := os.read(handle, CHUNK_BYTES):
        digest.update(chunk)
    return digest


def _name_of(upload_id: str) -> str:
    if not _ID.fullmatch(upload_id):
        raise InvalidParameter(f"{upload_id[:50]!r} is not the id of an upload.")
    return f"{_KIND}-{upload_id}"
