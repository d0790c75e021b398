"""Uploading files that were kept aside while a run's store could not be reached."""

from collections.abc import Sequence
from pathlib import Path

from assay.artifacts.store import ArtifactStore
from assay.client import run_files, spool
from assay.client.connection import Connection
from assay.client.records import SpooledArtifact
from assay.wire import runs as wire


def deliver_files(
    connection: Connection, root: Path, run_id: str, files: Sequence[SpooledArtifact]
) -> None:
    """Upload `files` of a run, which lie below `root`, and forget them there.

    Raises:
        Unavailable: They could not all be sent now; the others stay.
    """
    store = _store(connection, root / "journal", run_id)
    for file in files:
        spool.deliver_spooled(root, file, store)


def deliver_run_files(connection: Connection, root: Path, run_id: str) -> int:
    """Upload everything that waits below `root` for one run, and return how many files that were."""
    if not spool.spooled_files(root, run_id):
        return 0
    return spool.deliver_spool(root, run_id, _store(connection, root / "journal", run_id))


def _store(connection: Connection, journals: Path, run_id: str) -> ArtifactStore:
    """Return the store of a run's files; asks the transport, since this runs on the sender's thread."""
    request = wire.GetRun(run_id=connection.remote_run_id(run_id, journals))
    uri = connection.transport().call(wire.GET, request).run.info.artifact_uri
    return run_files.store_at(connection, uri)
