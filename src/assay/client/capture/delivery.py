"""Storing what was captured in a run's folder `assay/`, at no cost for what the user logs.

A plain MLflow server may have a place for files that this process cannot reach; there, what was
captured is tried once and then left, since the user's own records must not wait behind it.
"""

import logging

from assay.client import run_files
from assay.client.active import Entry
from assay.client.capture.pieces import folder_of
from assay.client.location import Kind
from assay.client.probe import ServerKind
from assay.errors import AssayError

_logger = logging.getLogger("assay")
_without_files: set[str] = set()


def put_captured(entry: Entry, name: str, content: bytes) -> None:
    """Store a file in the folder `assay` of a run; now or, by way of the spool, later."""
    run_id = entry.run.info.run_id
    path = f"{folder_of(entry.open_run.journal.rank)}/{name}"
    if entry.connection.server_kind is ServerKind.MLFLOW:
        _write(entry, path, content)
    else:
        run_files.put_later(entry.connection, run_id, path, [content])


def write_live(entry: Entry, name: str, content: bytes) -> None:
    """Show the present state of a file that will be stored at the end, when the store is in reach."""
    is_offline = entry.connection.target.kind is Kind.OFFLINE
    if not is_offline and entry.connection.trouble_of(entry.open_run) is None:
        _write(entry, f"{folder_of(entry.open_run.journal.rank)}/{name}", content)


def _write(entry: Entry, path: str, content: bytes) -> None:
    run_id = entry.run.info.run_id
    if run_id in _without_files or not run_files.may_reach(entry.connection):
        return
    try:
        run_files.store_of_run(entry.connection, run_id).write(path, [content])
    except (AssayError, OSError) as error:
        if entry.connection.server_kind is ServerKind.MLFLOW:
            _without_files.add(run_id)
        _logger.debug("Not stored: %s of run %s: %s", path, run_id, error)
