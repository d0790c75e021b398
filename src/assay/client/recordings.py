"""Reading what runs recorded by themselves, and how they ended."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from assay.artifacts.store import ArtifactStore
from assay.client import run_files, runs
from assay.client.connection import Connection
from assay.client.probe import ServerKind
from assay.entities.runs import END_REASON_TAG, Run
from assay.errors import AssayError
from assay.wire import runs as wire

FOLDER: Final = "assay"
Record = Mapping[str, Any]


class Recording(msgspec.Struct, kw_only=True):
    """What a run recorded: the JSON documents of its folder `assay/`, the console, file names."""

    source: Record = {}
    environment: Record = {}
    ending: Record = {}
    report: Record = {}
    console: str = ""
    packages: list[str] = []
    files: list[str] = []


def read_recording(connection: Connection, run_id: str) -> Recording:
    """Return what a run recorded; what is missing is empty."""
    connection.flush()
    store = run_files.store_of_run(connection, run_id)
    return Recording(
        source=_document(store, "source.json"),
        environment=_document(store, "environment.json"),
        ending=_document(store, "exit.json"),
        report=_document(store, "capture.json"),
        console=_text(store, "console.log"),
        packages=_text(store, "packages.txt").splitlines(),
        files=_files(store, FOLDER),
    )


def get_ending(connection: Connection, run: Run) -> wire.RunEnding:
    """Return how a run ended or stands; a plain MLflow server knows its status and tags only."""
    if connection.server_kind is not ServerKind.MLFLOW:
        return connection.call(wire.GET_ENDING, wire.GetRun(run_id=run.info.run_id))
    return wire.RunEnding(
        run_id=run.info.run_id,
        status=run.info.status,
        reason=run.data.tags.get(END_REASON_TAG),
        last_seen_ms=run.info.end_time or run.info.start_time,
    )


def get_run(connection: Connection, run_id: str) -> Run:
    """Return a run with everything that was logged to it."""
    connection.is_reachable()
    return runs.get_run(connection, run_id)


def _document(store: ArtifactStore, name: str) -> Record:
    try:
        return msgspec.json.decode(_read(store, name), type=dict[str, Any])
    except (AssayError, msgspec.MsgspecError):
        return {}


def _text(store: ArtifactStore, name: str) -> str:
    with contextlib.suppress(AssayError):
        return _read(store, name).decode("utf-8", "replace")
    return ""


def _read(store: ArtifactStore, name: str) -> bytes:
    return b"".join(store.read(f"{FOLDER}/{name}"))


def _files(store: ArtifactStore, folder: str) -> list[str]:
    found: list[str] = []
    try:
        for info in store.list(folder):
            if info.is_dir:
                found += _files(store, info.path)
            else:
                found.append(info.path)
    except AssayError:
        return found
    return found
