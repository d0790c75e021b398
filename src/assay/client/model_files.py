"""The files of logged models: uploading and listing them. They go straight to their store."""

from pathlib import Path

from assay.artifacts import transfer
from assay.artifacts.content import FileContent, sha256_of
from assay.artifacts.paths import checked_folder
from assay.artifacts.store import ArtifactStore
from assay.artifacts.transfer import Advance, FileMove
from assay.client import run_files
from assay.client.connection import Connection
from assay.client.logged_models import get_logged_model
from assay.entities.artifacts import FileInfo


def log_model_artifact(
    connection: Connection,
    model_id: str,
    local_path: str | Path,
    artifact_path: str | None = None,
) -> None:
    """Upload a file to folder `artifact_path` of a logged model."""
    move = transfer.local_file(Path(local_path), checked_folder(artifact_path or ""))
    _upload(_store(connection, model_id), [move])


def log_model_artifacts(
    connection: Connection,
    model_id: str,
    local_dir: str | Path,
    artifact_path: str | None = None,
) -> None:
    """Upload everything in a folder to folder `artifact_path` of a logged model."""
    moves = transfer.local_tree(Path(local_dir), checked_folder(artifact_path or ""))
    _upload(_store(connection, model_id), moves)


def list_logged_model_artifacts(
    connection: Connection, model_id: str, path: str | None = None
) -> list[FileInfo]:
    """Return one level of a logged model's files by path."""
    return _store(connection, model_id).list(checked_folder(path or ""))


def _store(connection: Connection, model_id: str) -> ArtifactStore:
    uri = get_logged_model(connection, model_id).info.artifact_uri
    return run_files.store_at(connection, uri)


def _upload(store: ArtifactStore, moves: list[FileMove]) -> None:
    def send(move: FileMove, advance: Advance) -> None:
        content = FileContent(move.local)
        transfer.send_file(store, move.path, content, digest=sha256_of(content), advance=advance)

    transfer.move_all(moves, send, title="Uploading")
