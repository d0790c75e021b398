"""Logging files to the active run, and reaching files by an address: `assay.log_artifact` and friends."""

import pkgutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Final

from assay.artifacts import transfer
from assay.artifacts.paths import checked_folder
from assay.artifacts.schemes import FolderPlace, parse_place
from assay.artifacts.store import ArtifactStore
from assay.client import artifacts, fluent, run_files, runs
from assay.client.connection import Connection, all_connections, connection_to
from assay.client.tracking_uri import current_connection, target_of
from assay.entities.artifacts import FileInfo
from assay.entities.locations import join_location
from assay.errors import InvalidParameter, NotSupported

_LOG_FIGURE: Final = "assay.client.figures:log_figure"
_LOG_IMAGE: Final = "assay.client.images:log_image"
_DECODE_IMAGE: Final = "assay.client.images:decode_image"
_LOG_TABLE: Final = "assay.client.tables:log_table"
_LOAD_TABLE: Final = "assay.client.tables:load_table"
_DECODE_YAML: Final = "assay.client.yaml_documents:decode_yaml"


def log_artifact(
    local_path: str | Path, artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Upload a file, or a folder under its own name, to folder `artifact_path` of the run."""
    artifacts.log_artifact(*_run(run_id), local_path, artifact_path)


def log_artifacts(
    local_dir: str | Path, artifact_path: str | None = None, run_id: str | None = None
) -> None:
    """Upload everything in a folder to folder `artifact_path` of the run."""
    artifacts.log_artifacts(*_run(run_id), local_dir, artifact_path)


def log_text(text: str, artifact_file: str, run_id: str | None = None) -> None:
    """Store a text as a file, in UTF-8."""
    artifacts.log_text(*_run(run_id), text, artifact_file)


def log_dict(dictionary: Mapping[Any, Any], artifact_file: str, run_id: str | None = None) -> None:
    """Store a dictionary as a file: YAML where the name ends in .yml or .yaml, else JSON."""
    artifacts.log_dict(*_run(run_id), dictionary, artifact_file)


def log_stream(stream: IO[Any], artifact_file: str, run_id: str | None = None) -> None:
    """Store what an open file or stream holds, from where it stands to its end."""
    artifacts.log_stream(*_run(run_id), stream, artifact_file)


def log_figure(
    figure: Any, artifact_file: str, *, save_kwargs: dict[str, Any] | None = None
) -> None:
    """Store a figure of matplotlib or plotly, in the form that the file's extension names."""
    log: Any = pkgutil.resolve_name(_LOG_FIGURE)
    log(*_run(None), figure, artifact_file, save_kwargs=save_kwargs)


def log_image(
    image: Any,
    artifact_file: str | None = None,
    key: str | None = None,
    step: int | None = None,
    timestamp: int | None = None,
    synchronous: bool | None = False,
) -> None:
    """Store an image as a file, or under a key that may have one image for each step."""
    log: Any = pkgutil.resolve_name(_LOG_IMAGE)
    log(*_run(None), image, artifact_file, key, step, timestamp, synchronous)


def log_table(data: Mapping[str, Any] | Any, artifact_file: str, run_id: str | None = None) -> None:
    """Store a table, given as columns or as a DataFrame; an existing one grows."""
    log: Any = pkgutil.resolve_name(_LOG_TABLE)
    log(*_run(run_id), data, artifact_file)


def load_table(
    artifact_file: str,
    run_ids: Sequence[str] | None = None,
    extra_columns: Sequence[str] | None = None,
) -> Any:
    """Return the rows of a table from every run of the active experiment that has it."""
    connection = current_connection()
    load: Any = pkgutil.resolve_name(_LOAD_TABLE)
    return load(
        connection,
        fluent.active_experiment(connection).experiment_id,
        artifact_file,
        run_ids=run_ids,
        extra_columns=extra_columns,
    )


def get_artifact_uri(artifact_path: str | None = None) -> str:
    """Return where the active run keeps its files, or one of them."""
    uri = fluent.active_entry().run.info.artifact_uri
    return join_location(uri, checked_folder(artifact_path)) if artifact_path else uri


def flush_artifact_async_logging() -> None:
    """Wait until every file that this process logged has arrived."""
    for connection in all_connections():
        connection.flush()


def download_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    dst_path: str | None = None,
    tracking_uri: str | None = None,
    registry_uri: str | None = None,
) -> str:
    """Copy a file or folder to this machine, and return where it is.

    Args:
        artifact_uri: `runs:/<run id>/<path>`, or where it lies.
        run_id: The run that has it, instead of `artifact_uri`.
        artifact_path: Its path in the run; everything when None.
        dst_path: Folder to copy into, created when missing; a new temporary one when None.
        tracking_uri: Where the run was logged, when elsewhere than now.
        registry_uri: Where registered models live; none are reached yet.

    Raises:
        InvalidParameter: Not exactly one of `artifact_uri` and `run_id` is given.
        ArtifactNotFound: There is neither a file nor a folder.
    """
    connection = _connection(tracking_uri)
    if dst_path is None and artifact_uri is not None:
        local = _local_path(artifact_uri)
        if local is not None:
            return local
    connection.flush()
    store, path = _find(connection, artifact_uri, run_id, artifact_path)
    return str(transfer.download(store, path, artifacts.destination_folder(dst_path)))


def list_artifacts(
    artifact_uri: str | None = None,
    run_id: str | None = None,
    artifact_path: str | None = None,
    tracking_uri: str | None = None,
) -> list[FileInfo]:
    """Return one level of a folder by path."""
    connection = _connection(tracking_uri)
    connection.flush()
    if artifact_uri is not None and not artifact_uri.startswith("runs:"):
        _check_one(artifact_uri, run_id)
        return run_files.store_at(connection, artifact_uri).list(artifact_path or "")
    store, path = _find(connection, artifact_uri, run_id, artifact_path)
    return store.list(path)


def load_text(artifact_uri: str) -> str:
    """Return the content of a text file."""
    return _load(artifact_uri).decode()


def load_dict(artifact_uri: str) -> Any:
    """Return the value of a JSON or YAML file."""
    decode: Any = pkgutil.resolve_name(_DECODE_YAML)
    return decode(load_text(artifact_uri))


def load_image(artifact_uri: str) -> Any:
    """Return the image of a file, as Pillow's."""
    decode: Any = pkgutil.resolve_name(_DECODE_IMAGE)
    return decode(_load(artifact_uri))


def _run(run_id: str | None) -> tuple[Connection, str]:
    """Return where to log: the run that is named, else the active one, else a new one."""
    if run_id is None:
        entry = fluent.active_entry()
        return entry.connection, entry.run.info.run_id
    connection = current_connection()
    runs.open_run(connection, run_id)
    return connection, run_id


def _connection(tracking_uri: str | None) -> Connection:
    if tracking_uri is None:
        return current_connection()
    return connection_to(target_of(tracking_uri))


def _find(
    connection: Connection, uri: str | None, run_id: str | None, path: str | None
) -> tuple[ArtifactStore, str]:
    """Return the store and the path in it that an address, or a run and a path, mean."""
    _check_one(uri, run_id)
    if uri is None:
        return run_files.store_of_run(connection, str(run_id)), checked_folder(path or "")
    if path:
        uri = join_location(uri, checked_folder(path))
    scheme, _, rest = uri.partition(":/")
    if scheme == "runs":
        named, _, inside = rest.lstrip("/").partition("/")
        return run_files.store_of_run(connection, named), checked_folder(inside)
    if scheme == "models":
        raise NotSupported(f"{uri!r}: registered models are not reached through artifacts yet.")
    # The last name may be a file, so its parent is opened.
    parent, _, name = uri.rstrip("/").rpartition("/")
    return run_files.store_at(connection, f"{parent}/"), name


def _check_one(uri: str | None, run_id: str | None) -> None:
    if (uri is None) == (run_id is None):
        raise InvalidParameter("Exactly one of `run_id` or `artifact_uri` must be specified.")


def _local_path(uri: str) -> str | None:
    if uri.partition(":")[0] in {"runs", "models"}:
        return None
    place = parse_place(uri)
    if not isinstance(place, FolderPlace) or not Path(place.path).exists():
        return None
    return str(Path(place.path).absolute())


def _load(uri: str) -> bytes:
    connection = current_connection()
    connection.flush()
    store, path = _find(connection, uri, None, None)
    return b"".join(store.read(path))
