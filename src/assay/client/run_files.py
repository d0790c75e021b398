"""The files of a run as this process reaches them: in its store, or in the spool when that is away.

A run's artifact location is asked for once. After a failure of the network nothing more is tried
for a while, so that a server which is down costs one wait and not one for each file.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from assay.artifacts.content import FileContent, sha256_of
from assay.artifacts.paths import checked_path
from assay.artifacts.schemes import ProxiedPlace, open_place, parse_place
from assay.artifacts.store import ArtifactStore
from assay.artifacts.subfolder import Subfolder
from assay.artifacts.transfer import Advance, send_file
from assay.client import runs, spool
from assay.client.connection import Connection
from assay.client.location import Kind
from assay.errors import (
    AssayError,
    InvalidParameter,
    RemoteError,
    RequestTimeout,
    TooManyRequests,
    Unavailable,
)

RETRY_AFTER_S: Final = 30.0
_SERVER_ERROR: Final = 500
_logger = logging.getLogger("assay")

Content = FileContent | Sequence[bytes]


class _Known:
    """What is known of one connection: the stores of its runs, and until when it counts as away."""

    def __init__(self) -> None:
        self.stores: dict[str, ArtifactStore] = {}
        self.tables: dict[str, list[str]] = {}
        self.away_until_s = 0.0
        self.has_warned = False


_known: WeakKeyDictionary[Connection, _Known] = WeakKeyDictionary()
_lock = threading.Lock()


def store_of_run(connection: Connection, run_id: str) -> ArtifactStore:
    """Return the store of a run's files.

    Raises:
        RunNotFound: There is no such run.
        Unavailable: Nobody can be asked now.
    """
    known = _of(connection)
    store = known.stores.get(run_id)
    if store is None:
        uri = runs.get_run(connection, run_id).info.artifact_uri
        store = known.stores[run_id] = store_at(connection, uri)
    return store


def store_at(connection: Connection, uri: str) -> ArtifactStore:
    """Return the folder at an artifact location as a store.

    Raises:
        InvalidParameter: The location is of an unknown kind, or on a server other than ours.
    """
    place = parse_place(uri)
    if not isinstance(place, ProxiedPlace):
        return open_place(place)
    # Our credentials go to the tracking server only, whatever a location says (SECURITY R8).
    if place.host not in {None, urlsplit(connection.target.address).netloc}:
        raise InvalidParameter(
            f"{uri!r} lies on another server than {connection.target.uri!r}. "
            "Set the tracking URI to that server to reach it."
        )
    return Subfolder(connection.transport().artifacts(), place.path)


def put(connection: Connection, run_id: str, path: str, content: Content) -> None:
    """Store a file of a run, or keep it in the spool while its store cannot be reached."""
    put_counted(connection, run_id, path, content, _ignore)


def put_counted(
    connection: Connection, run_id: str, path: str, content: Content, advance: Advance
) -> None:
    """Do as `put` does, and tell `advance` of the bytes that are sent."""
    checked = checked_path(path)
    digest = sha256_of(content)
    if may_reach(connection):
        try:
            _send(store_of_run(connection, run_id), checked, content, digest, advance)
        except (AssayError, OSError) as error:
            if not _is_passing(error):
                raise
            _note_failure(connection, error)
        else:
            return
    _spool(connection, run_id, checked, content, digest)


def put_later(connection: Connection, run_id: str, path: str, content: Sequence[bytes]) -> bool:
    """Store a file of a run without waiting for a server: the sender takes it from the spool.

    Returns False when the disk has no room for it, so that it is lost.
    """
    if connection.target.kind is Kind.EMBEDDED:
        put(connection, run_id, path, content)
        return True
    return _spool(connection, run_id, checked_path(path), content, sha256_of(content))


def read(connection: Connection, run_id: str, path: str) -> Iterator[bytes]:
    """Return the content of a run's file, also of one that still waits in the spool.

    Raises:
        ArtifactNotFound: There is none.
    """
    if may_reach(connection):
        connection.flush()
        return store_of_run(connection, run_id).read(path)
    return spool.read_spooled(spool_root(connection), run_id, checked_path(path))


def tables_of(connection: Connection, run_id: str) -> list[str]:
    """Return the paths of the tables that this process logged to a run, for the caller to extend."""
    return _of(connection).tables.setdefault(run_id, [])


def spool_root(connection: Connection) -> Path:
    """Return the folder that journals and spool of a connection lie in."""
    return connection.target.journals.parent


def _send(store: ArtifactStore, path: str, content: Content, digest: str, advance: Advance) -> None:
    if isinstance(content, FileContent):
        send_file(store, path, content, digest=digest, advance=advance)
    else:
        store.write(path, content, sha256=digest)


def _spool(connection: Connection, run_id: str, path: str, content: Content, digest: str) -> bool:
    # The content was read once already, so what fails here is the disk of the spool.
    try:
        spooled = spool.spool_file(spool_root(connection), run_id, path, content, sha256=digest)
    except (OSError, Unavailable) as error:
        _logger.warning("Artifact %r of run %s is lost: %s.", path, run_id, error)
        return False
    runs.open_run(connection, run_id).log_artifact(spooled)
    return True


def may_reach(connection: Connection) -> bool:
    """Return whether it is worth trying to reach the store now."""
    if time.monotonic() < _of(connection).away_until_s:
        return False
    return connection.is_reachable()


def _note_failure(connection: Connection, error: Exception) -> None:
    known = _of(connection)
    known.away_until_s = time.monotonic() + RETRY_AFTER_S
    if not known.has_warned:
        known.has_warned = True
        _logger.warning(
            "Artifacts cannot be sent to %s now (%s). They are kept in %s and sent later; "
            "`assay sync` sends what is left.",
            connection.target.uri,
            error,
            spool_root(connection) / spool.SPOOL,
        )


def _is_passing(error: Exception) -> bool:
    if isinstance(error, Unavailable | TooManyRequests | RequestTimeout):
        return True
    return isinstance(error, RemoteError) and error.http_status >= _SERVER_ERROR


def _of(connection: Connection) -> _Known:
    with _lock:
        return _known.setdefault(connection, _Known())


def _ignore(_n_bytes: int) -> None:
    """Take no notice of progress."""
