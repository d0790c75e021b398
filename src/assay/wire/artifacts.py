"""How artifacts are listed, moved and deleted. File contents travel as plain bytes, never in JSON."""

import msgspec

from assay.entities.artifacts import FileInfo
from assay.wire.endpoint import (
    EDIT_ARTIFACT,
    READ_ARTIFACT,
    READ_MODEL,
    READ_RUN,
    Area,
    Body,
    Effect,
    Empty,
    Endpoint,
    Level,
    Message,
    Permission,
    Request,
)

EDIT_DIRECTORY = Permission(Level.EDIT, "artifact", "directory")
# Who knows the id of an upload was allowed to create it; stores that sign addresses work likewise.
ADD_PART = Permission(Level.PUBLIC, "artifact", "upload_id")


class ArtifactPath(Request, frozen=True, kw_only=True):
    """A path below the server's artifact root."""

    path: str


class UploadFile(Request, frozen=True, kw_only=True):
    """Where below the server's artifact root a file goes, and the digest that it must have.

    With `upload`, 32 hexadecimal digits that the client chose, and the digest, what has come is kept when the
    connection breaks, and another request goes on from byte `start`; `get_upload` tells how much came.
    """

    path: str
    sha256: str | None = None
    upload: str = ""
    start: int = 0


class GetUpload(Request, frozen=True, kw_only=True):
    """Which upload, by the id that its client chose."""

    upload_id: str


class UploadProgress(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How many bytes of an upload the server has; 0 for one that it does not know."""

    size_bytes: int


class ListProxied(Request, frozen=True, kw_only=True):
    """A folder below the server's artifact root; empty for the root."""

    path: str = ""


class ProxiedFiles(Message, frozen=True, kw_only=True):
    """One level of a folder, by name; paths are base names."""

    files: tuple[FileInfo, ...] = ()


class ListArtifacts(Request, frozen=True, kw_only=True):
    """A folder of a run; empty for the run's root."""

    run_id: str
    run_uuid: str | None = None
    path: str = ""
    page_token: str = ""


class ArtifactFiles(Message, frozen=True, kw_only=True):
    """One level of a folder; paths are relative to the root."""

    root_uri: str
    files: tuple[FileInfo, ...] = ()
    next_page_token: str | None = None


class GetArtifact(Request, frozen=True, kw_only=True):
    """A file of a run."""

    run_id: str
    run_uuid: str | None = None
    path: str


class UploadArtifact(Request, frozen=True, kw_only=True):
    """Where in a run a small file goes."""

    run_uuid: str = ""
    run_id: str | None = None
    path: str = ""


class ListModelArtifacts(Request, frozen=True, kw_only=True):
    """A folder of a logged model; empty for the model's root."""

    model_id: str
    artifact_directory_path: str = ""
    page_token: str = ""


class GetModelArtifact(Request, frozen=True, kw_only=True):
    """A file of a logged model."""

    model_id: str
    artifact_file_path: str = ""


class CreateMultipart(Request, frozen=True, kw_only=True):
    """An upload in parts to folder `directory`; of `path` only the base name counts."""

    directory: str
    path: str
    num_parts: int = 1


class MultipartCredential(Message, frozen=True, kw_only=True):
    """Where one part goes."""

    url: str
    part_number: int
    headers: dict[str, str] = msgspec.field(default_factory=dict)


class MultipartCreated(Message, frozen=True, kw_only=True):
    """The upload's id and a place for each part."""

    upload_id: str
    credentials: tuple[MultipartCredential, ...] = ()


class MultipartPart(Message, frozen=True, kw_only=True):
    """A part that has arrived."""

    part_number: int
    etag: str = ""
    url: str | None = None


class CompleteMultipart(Request, frozen=True, kw_only=True):
    """All parts have arrived: make the file visible."""

    directory: str
    path: str
    upload_id: str
    parts: tuple[MultipartPart, ...]


class AbortMultipart(Request, frozen=True, kw_only=True):
    """Forget an upload in parts."""

    directory: str
    path: str
    upload_id: str


class PutMultipartPart(Request, frozen=True, kw_only=True):
    """One part of an upload, numbered from 1."""

    upload_id: str
    part_number: int


class PresignedDownload(Message, frozen=True, kw_only=True):
    """An address from which the bytes can be read directly."""

    url: str
    headers: dict[str, str] = msgspec.field(default_factory=dict)
    file_size: int | None = None


UPLOAD = Endpoint(
    name="upload_artifact",
    method="PUT",
    area=Area.ARTIFACTS,
    path="artifacts/{path:path}",
    request=UploadFile,
    response=Empty,
    permission=EDIT_ARTIFACT,
    effect=Effect.NONE,
    body=Body.STREAM,
    summary="Upload a file.",
)
GET_UPLOAD = Endpoint(
    name="get_upload",
    method="GET",
    area=Area.ASSAY,
    path="uploads/{upload_id}",
    request=GetUpload,
    response=UploadProgress,
    permission=ADD_PART,
    effect=Effect.NONE,
    summary="Get how much of an upload has come, to go on from there.",
)
DOWNLOAD = Endpoint(
    name="download_artifact",
    method="GET",
    area=Area.ARTIFACTS,
    path="artifacts/{path:path}",
    request=ArtifactPath,
    response=bytes,
    permission=READ_ARTIFACT,
    effect=Effect.NONE,
    summary="Download a file, whole or a range of it.",
)
LIST_PROXIED = Endpoint(
    name="list_proxied_artifacts",
    method="GET",
    area=Area.ARTIFACTS,
    path="artifacts",
    request=ListProxied,
    response=ProxiedFiles,
    permission=READ_ARTIFACT,
    effect=Effect.NONE,
    summary="List a folder below the artifact root.",
)
DELETE = Endpoint(
    name="delete_artifact",
    method="DELETE",
    area=Area.ARTIFACTS,
    path="artifacts/{path:path}",
    request=ArtifactPath,
    response=Empty,
    permission=EDIT_ARTIFACT,
    effect=Effect.NONE,
    summary="Delete a file or folder.",
)
CREATE_MULTIPART = Endpoint(
    name="create_multipart_upload",
    method="POST",
    area=Area.ARTIFACTS,
    path="mpu/create/{directory:path}",
    request=CreateMultipart,
    response=MultipartCreated,
    permission=EDIT_DIRECTORY,
    effect=Effect.NONE,
    summary="Begin an upload in parts.",
)
PUT_PART = Endpoint(
    name="upload_part",
    method="PUT",
    area=Area.ARTIFACTS,
    path="mpu/parts/{upload_id}/{part_number}",
    request=PutMultipartPart,
    response=bytes,
    permission=ADD_PART,
    effect=Effect.NONE,
    body=Body.STREAM,
    summary="Upload one part.",
)
COMPLETE_MULTIPART = Endpoint(
    name="complete_multipart_upload",
    method="POST",
    area=Area.ARTIFACTS,
    path="mpu/complete/{directory:path}",
    request=CompleteMultipart,
    response=Empty,
    permission=EDIT_DIRECTORY,
    effect=Effect.NONE,
    summary="Complete an upload in parts.",
)
ABORT_MULTIPART = Endpoint(
    name="abort_multipart_upload",
    method="POST",
    area=Area.ARTIFACTS,
    path="mpu/abort/{directory:path}",
    request=AbortMultipart,
    response=Empty,
    permission=EDIT_DIRECTORY,
    effect=Effect.NONE,
    summary="Abort an upload in parts.",
)
PRESIGNED_DOWNLOAD = Endpoint(
    name="get_presigned_download",
    method="GET",
    area=Area.ARTIFACTS,
    path="presigned/{path:path}",
    request=ArtifactPath,
    response=PresignedDownload,
    permission=READ_ARTIFACT,
    effect=Effect.NONE,
    summary="Get a direct address of a file.",
)
LIST = Endpoint(
    name="list_artifacts",
    method="GET",
    path="artifacts/list",
    request=ListArtifacts,
    response=ArtifactFiles,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="List a folder of a run.",
)
GET = Endpoint(
    name="get_artifact",
    method="GET",
    area=Area.ROOT,
    path="get-artifact",
    request=GetArtifact,
    response=bytes,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Download a file of a run.",
)
UPLOAD_SMALL = Endpoint(
    name="upload_run_artifact",
    method="POST",
    area=Area.TRACKING_UI,
    path="upload-artifact",
    request=UploadArtifact,
    response=Empty,
    permission=Permission(Level.EDIT, "run", "run_uuid"),
    effect=Effect.READ,
    body=Body.BINARY,
    max_body_bytes=10 * 1024 * 1024,
    summary="Upload a file of at most 10 MB to a run.",
)
LIST_MODEL = Endpoint(
    name="list_logged_model_artifacts",
    method="GET",
    path="logged-models/{model_id}/artifacts/directories",
    request=ListModelArtifacts,
    response=ArtifactFiles,
    permission=READ_MODEL,
    effect=Effect.READ,
    summary="List a folder of a logged model.",
)
GET_MODEL = Endpoint(
    name="get_logged_model_artifact",
    method="GET",
    area=Area.TRACKING_UI,
    path="logged-models/{model_id}/artifacts/files",
    request=GetModelArtifact,
    response=bytes,
    permission=READ_MODEL,
    effect=Effect.READ,
    summary="Download a file of a logged model.",
)
ENDPOINTS = (
    UPLOAD,
    GET_UPLOAD,
    DOWNLOAD,
    LIST_PROXIED,
    DELETE,
    CREATE_MULTIPART,
    PUT_PART,
    COMPLETE_MULTIPART,
    ABORT_MULTIPART,
    PRESIGNED_DOWNLOAD,
    LIST,
    GET,
    UPLOAD_SMALL,
    LIST_MODEL,
    GET_MODEL,
)
