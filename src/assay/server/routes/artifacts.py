"""Artifacts over HTTP: the proxy to the artifact root, and the files of runs and logged models.

A path is checked before anything is looked up. The server opens nothing but places below its own
root: where a run's files lie elsewhere, only clients can reach them (SECURITY R2).
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import chain
from typing import Final

from sqlalchemy import Connection

from assay.artifacts.local import LocalStore
from assay.artifacts.multipart import abort_upload, complete_upload, create_upload, write_part
from assay.artifacts.paths import ArtifactPath, base_name, checked_folder, checked_path, join
from assay.artifacts.resumable import go_on, n_bytes_received
from assay.artifacts.schemes import served_path
from assay.artifacts.store import FileStat
from assay.entities.artifacts import FileInfo
from assay.errors import (
    ArtifactNotFound,
    BadRequest,
    InvalidParameter,
    MissingParameter,
    NotSupported,
)
from assay.server.file_answers import answer_file, answer_stored
from assay.server.owned_files import refuse_purged, undo_if_purged
from assay.server.routing import Download, Route, Upload, reads, receives, serves
from assay.server.services import Services
from assay.store.logged_models import get_logged_model
from assay.store.runs import get_run
from assay.wire import artifacts as wire
from assay.wire.endpoint import Empty

Headers = Mapping[str, str]

PARTS_ADDRESS: Final = "/api/2.0/mlflow-artifacts/mpu/parts"
PRESIGNED_FOR: Final = timedelta(minutes=15)
# Older clients look for these very words before they fall back to one upload in one piece.
NO_MULTIPART: Final = "Multipart upload is not supported for the current artifact repository"
DRAINED_BYTES: Final = 64 * 1024 * 1024
TOO_LARGE: Final = "Artifact size is too large. Max size is 10MB."


def upload(services: Services, request: wire.UploadFile, sent: Upload) -> Download:
    """Store a file below the root, and say what is known of it."""
    refuse_purged(services, request.path)
    store = services.artifacts
    if request.upload and isinstance(store, LocalStore):
        stored = _resume(store, request, sent)
    elif request.start:
        raise InvalidParameter("Uploads to this store cannot go on where they broke off.")
    else:
        stored = store.write(request.path, sent.content, sha256=request.sha256)
    undo_if_purged(services, request.path)
    return answer_stored(stored)


def get_upload(
    services: Services, request: wire.GetUpload, _headers: Headers
) -> wire.UploadProgress:
    """Say how much of an upload has come."""
    store = services.artifacts
    if not isinstance(store, LocalStore):
        return wire.UploadProgress(size_bytes=0)
    return wire.UploadProgress(size_bytes=n_bytes_received(store, request.upload_id))


def download(services: Services, request: wire.ArtifactPath, headers: Headers) -> Download:
    """Answer with a file below the root."""
    return _answer(services, checked_path(request.path), headers)


def list_proxied(
    services: Services, request: wire.ListProxied, _headers: Headers
) -> wire.ProxiedFiles:
    """List a folder below the root; entries carry their base names only."""
    found = services.artifacts.list(checked_folder(request.path))
    return wire.ProxiedFiles(files=tuple(_renamed(info, base_name(info.path)) for info in found))


def delete(services: Services, request: wire.ArtifactPath, _headers: Headers) -> Empty:
    """Delete a file or folder below the root."""
    services.artifacts.delete(request.path)
    return Empty()


def create_multipart(
    services: Services, request: wire.CreateMultipart, headers: Headers
) -> wire.MultipartCreated:
    """Begin an upload in parts, each of which goes to an address of this server."""
    store = _store_of_parts(services)
    target = _target(request.directory, request.path)
    refuse_purged(services, target)
    upload_id = create_upload(store, target, n_parts=request.num_parts)
    scheme = "https" if headers.get("x-forwarded-proto") == "https" else "http"
    address = f"{scheme}://{headers.get('host', 'localhost')}{PARTS_ADDRESS}/{upload_id}"
    return wire.MultipartCreated(
        upload_id=upload_id,
        credentials=tuple(
            wire.MultipartCredential(url=f"{address}/{number}", part_number=number)
            for number in range(1, request.num_parts + 1)
        ),
    )


def put_part(services: Services, request: wire.PutMultipartPart, sent: Upload) -> Download:
    """Store one part; its etag is what the client names when it completes the upload."""
    stored = write_part(
        _store_of_parts(services),
        request.upload_id,
        number=request.part_number,
        content=sent.content,
    )
    return answer_stored(stored)


def complete_multipart(
    services: Services, request: wire.CompleteMultipart, _headers: Headers
) -> Empty:
    """Join the parts of an upload into its file."""
    target = _target(request.directory, request.path)
    refuse_purged(services, target)
    complete_upload(
        _store_of_parts(services),
        request.upload_id,
        path=target,
        etags={part.part_number: part.etag for part in request.parts},
    )
    undo_if_purged(services, target)
    return Empty()


def abort_multipart(services: Services, request: wire.AbortMultipart, _headers: Headers) -> Empty:
    """Forget an upload in parts."""
    _target(request.directory, request.path)
    abort_upload(_store_of_parts(services), request.upload_id)
    return Empty()


def presigned_download(
    services: Services, request: wire.ArtifactPath, _headers: Headers
) -> wire.PresignedDownload:
    """Give an address at the object store itself, where the root lies in one."""
    path = checked_path(request.path)
    presigned_url = getattr(services.artifacts, "presigned_url", None)
    if presigned_url is None:
        raise NotSupported(
            "Presigned downloads are not supported for the current artifact repository"
        )
    size_bytes = services.artifacts.stat(path).size_bytes
    url = presigned_url(path, expires_in=PRESIGNED_FOR)
    return wire.PresignedDownload(url=url, file_size=size_bytes)


def list_of_run(
    services: Services, conn: Connection, request: wire.ListArtifacts
) -> wire.ArtifactFiles:
    """List a folder of a run."""
    folder = checked_folder(request.path)
    return _list_below(services, get_run(conn, request.run_id).info.artifact_uri, folder)


def get_of_run(services: Services, request: wire.GetArtifact, headers: Headers) -> Download:
    """Answer with a file of a run."""
    path = checked_path(request.path)
    with services.database.read() as conn:
        uri = get_run(conn, request.run_id).info.artifact_uri
    return _answer(services, join(_served_folder(uri), path), headers)


def upload_small(services: Services, request: wire.UploadArtifact, sent: Upload) -> Empty:
    """Store a file of at most 10 MB in a run."""
    run_id = request.run_uuid or request.run_id
    if not run_id:
        raise InvalidParameter("Request must specify run_uuid.")
    if not request.path:
        raise InvalidParameter("Request must specify path.")
    path = checked_path(request.path)
    if (sent.size_bytes or 0) > wire.UPLOAD_SMALL.max_body_bytes:
        _drain(sent.content)
        raise InvalidParameter(TOO_LARGE)
    first = next(sent.content, b"")
    if not first:
        raise InvalidParameter("Request must specify data.")
    with services.database.read() as conn:
        uri = get_run(conn, run_id).info.artifact_uri
    content = _at_most(chain((first,), sent.content), wire.UPLOAD_SMALL.max_body_bytes)
    target = join(_served_folder(uri), path)
    services.artifacts.write(target, content)
    undo_if_purged(services, target)
    return Empty()


def list_of_model(
    services: Services, conn: Connection, request: wire.ListModelArtifacts
) -> wire.ArtifactFiles:
    """List a folder of a logged model."""
    folder = checked_folder(request.artifact_directory_path)
    model = get_logged_model(conn, request.model_id)
    return _list_below(services, model.info.artifact_uri, folder)


def get_of_model(services: Services, request: wire.GetModelArtifact, headers: Headers) -> Download:
    """Answer with a file of a logged model."""
    if not request.artifact_file_path:
        raise BadRequest(MissingParameter("artifact_file_path").message)
    path = checked_path(request.artifact_file_path)
    with services.database.read() as conn:
        uri = get_logged_model(conn, request.model_id).info.artifact_uri
    return _answer(services, join(_served_folder(uri), path), headers)


def _resume(store: LocalStore, request: wire.UploadFile, sent: Upload) -> FileStat:
    if request.sha256 is None:
        raise MissingParameter("sha256")
    if request.start < 0:
        raise InvalidParameter("'start' must not be negative.")
    return go_on(
        store,
        request.path,
        sent.content,
        upload_id=request.upload,
        start=request.start,
        sha256=request.sha256,
    )


def _answer(services: Services, path: ArtifactPath, headers: Headers) -> Download:
    try:
        file = services.artifacts.open(path)
    except ArtifactNotFound:
        if services.artifacts.is_folder(path):
            raise InvalidParameter(
                f"{path!r} is a folder. Download its files one by one."
            ) from None
        raise
    return answer_file(file, path, headers)


def _list_below(services: Services, uri: str, folder: ArtifactPath) -> wire.ArtifactFiles:
    root = _served_folder(uri)
    skipped = len(root) + 1 if root else 0
    found = services.artifacts.list(join(root, folder))
    files = tuple(_renamed(info, info.path[skipped:]) for info in found)
    return wire.ArtifactFiles(root_uri=uri, files=files)


def _served_folder(uri: str) -> ArtifactPath:
    """Return where below this server's root an artifact location lies.

    Raises:
        InvalidParameter: It lies elsewhere; to the server such a location is only text.
    """
    path = served_path(uri)
    if path is not None:
        return path
    raise InvalidParameter(
        f"The files lie at {uri!r}, which this server does not read. Read them with a client."
    )


def _store_of_parts(services: Services) -> LocalStore:
    if isinstance(services.artifacts, LocalStore):
        return services.artifacts
    raise NotSupported(NO_MULTIPART)


def _target(directory: str, client_path: str) -> ArtifactPath:
    """Return the file that an upload makes: of the client's own path only the name counts."""
    name = client_path.replace("\\", "/").rpartition("/")[2]
    return join(checked_path(directory), checked_path(name))


def _renamed(info: FileInfo, path: str) -> FileInfo:
    return FileInfo(path=path, is_dir=info.is_dir, file_size=info.file_size or None)


def _at_most(content: Iterator[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in content:
        size += len(chunk)
        if size > limit:
            _drain(content)
            raise InvalidParameter(TOO_LARGE)
        yield chunk


def _drain(content: Iterator[bytes]) -> None:
    """Read on for a while: a client that is still sending would not see the answer."""
    size = 0
    for chunk in content:
        size += len(chunk)
        if size > DRAINED_BYTES:
            return


ROUTES: Final[tuple[Route, ...]] = (
    receives(wire.UPLOAD, upload),
    serves(wire.GET_UPLOAD, get_upload),
    serves(wire.DOWNLOAD, download),
    serves(wire.LIST_PROXIED, list_proxied),
    serves(wire.DELETE, delete),
    serves(wire.CREATE_MULTIPART, create_multipart),
    receives(wire.PUT_PART, put_part),
    serves(wire.COMPLETE_MULTIPART, complete_multipart),
    serves(wire.ABORT_MULTIPART, abort_multipart),
    serves(wire.PRESIGNED_DOWNLOAD, presigned_download),
    reads(wire.LIST, list_of_run),
    serves(wire.GET, get_of_run),
    receives(wire.UPLOAD_SMALL, upload_small),
    reads(wire.LIST_MODEL, list_of_model),
    serves(wire.GET_MODEL, get_of_model),
)
