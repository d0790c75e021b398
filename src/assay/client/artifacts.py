"""Logging, listing and downloading the files of runs.

Figures, images and tables are in modules of their own, loaded when asked for, because they bring
libraries along.
"""

import json
import pkgutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any, Final

from assay.artifacts import transfer
from assay.artifacts.content import FileContent
from assay.artifacts.paths import checked_folder, checked_path, join
from assay.artifacts.store import CHUNK_BYTES
from assay.artifacts.transfer import Advance, FileMove
from assay.client import run_files
from assay.client.connection import Connection
from assay.entities.artifacts import FileInfo
from assay.errors import InvalidParameter

_YAML: Final = (".yml", ".yaml")
_ENCODE_YAML: Final = "assay.client.yaml_documents:encode_yaml"


def log_artifact(
    connection: Connection, run_id: str, local_path: str | Path, artifact_path: str | None = None
) -> None:
    """Upload a file, or a folder under its own name, to folder `artifact_path` of a run.

    Raises:
        FileNotFoundError: It does not exist.
        InvalidPath: `artifact_path`, or a name, is no plain path.
    """
    source, target = Path(local_path), checked_folder(artifact_path or "")
    if source.is_dir():
        name = checked_path(source.resolve().name)
        _upload(connection, run_id, transfer.local_tree(source, join(target, name)))
    else:
        _upload(connection, run_id, [transfer.local_file(source, target)])


def log_artifacts(
    connection: Connection, run_id: str, local_dir: str | Path, artifact_path: str | None = None
) -> None:
    """Upload everything in a folder to folder `artifact_path` of a run."""
    target = checked_folder(artifact_path or "")
    _upload(connection, run_id, transfer.local_tree(Path(local_dir), target))


def log_text(connection: Connection, run_id: str, text: str, artifact_file: str) -> None:
    """Store a text as a file, in UTF-8."""
    log_bytes(connection, run_id, text.encode(), artifact_file)


def log_bytes(connection: Connection, run_id: str, content: bytes, artifact_file: str) -> None:
    """Store bytes as a file."""
    run_files.put(connection, run_id, artifact_file, [content])


def log_dict(
    connection: Connection, run_id: str, dictionary: Mapping[Any, Any], artifact_file: str
) -> None:
    """Store a dictionary as a file: YAML where the name ends so, else JSON."""
    if artifact_file.lower().endswith(_YAML):
        encode: Any = pkgutil.resolve_name(_ENCODE_YAML)
        text = encode(dictionary)
    else:
        text = json.dumps(dictionary, indent=2, default=str)
    log_text(connection, run_id, text, artifact_file)


def log_stream(connection: Connection, run_id: str, stream: IO[Any], artifact_file: str) -> None:
    """Store what an open file or stream holds, from where it stands to its end."""
    checked_path(artifact_file)
    # Kept in a file first: a stream cannot be read again when sending it fails.
    with tempfile.NamedTemporaryFile(prefix="assay-") as copy:
        while chunk := stream.read(CHUNK_BYTES):
            copy.write(chunk.encode() if isinstance(chunk, str) else chunk)
        copy.flush()
        run_files.put(connection, run_id, artifact_file, FileContent(Path(copy.name)))


def list_artifacts(connection: Connection, run_id: str, path: str | None = None) -> list[FileInfo]:
    """Return one level of a run's files by path; nothing for a file or what is not there."""
    folder = checked_folder(path or "")
    connection.flush()
    return run_files.store_of_run(connection, run_id).list(folder)


def download_artifacts(
    connection: Connection, run_id: str, path: str | None = None, dst_path: str | None = None
) -> str:
    """Copy a file or folder of a run to this machine, and return where it is.

    Args:
        connection: Where the run was logged.
        run_id: The run.
        path: The file or folder; everything when empty.
        dst_path: Folder to copy into, created when missing; a new temporary one when None.

    Raises:
        ArtifactNotFound: The run has neither a file nor a folder there.
    """
    folder = checked_folder(path or "")
    connection.flush()
    store = run_files.store_of_run(connection, run_id)
    return str(transfer.download(store, folder, destination_folder(dst_path)))


def destination_folder(dst_path: str | None) -> Path:
    """Return the folder to download into.

    Raises:
        InvalidParameter: A file stands there.
    """
    if dst_path is None:
        return Path(tempfile.mkdtemp(prefix="assay-"))
    folder = Path(dst_path).expanduser().absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InvalidParameter(f"{dst_path!r} is a file; a folder is needed.") from None
    return folder


def _upload(connection: Connection, run_id: str, moves: list[FileMove]) -> None:
    def send(move: FileMove, advance: Advance) -> None:
        content = FileContent(move.local)
        run_files.put_counted(connection, run_id, move.path, content, advance)

    transfer.move_all(moves, send, title="Uploading")
