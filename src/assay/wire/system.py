"""How a server describes itself."""

import msgspec

from assay.wire.endpoint import PUBLIC, READ_SERVER, Area, Effect, Endpoint, Message, NoInput


class ServerInfo(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What this server can do, in the terms that newer clients probe for.

    `assay_version` and `assay_api` tell our own client that it talks to an assay server.
    """

    store_type: str = "SqlStore"
    workspaces_enabled: bool = False
    trace_archival_enabled: bool = False
    multipart_uploads_enabled: bool = False
    multipart_downloads_enabled: bool = False
    artifact_serving_enabled: bool = True
    presigned_upload_run_id_supported: bool = False
    presigned_upload_model_id_supported: bool = False
    model_artifact_presigned_downloads_supported: bool = False
    features_enabled: dict[str, bool] = msgspec.field(
        default_factory=lambda: {"gateway": False, "scheduled_issue_detection": False}
    )
    tracking_auth: str = ""
    artifacts_presigned_only: bool = False
    assay_version: str = ""
    assay_api: int = 1


class StoreSummary(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How much the store holds."""

    experiments: int
    runs: int
    dialect: str
    schema_revision: str
    size_bytes: int | None = None


INFO = Endpoint(
    name="get_server_info",
    method="GET",
    path="server-info",
    request=NoInput,
    response=ServerInfo,
    permission=PUBLIC,
    effect=Effect.NONE,
    summary="Say what this server can do.",
)
HEALTH = Endpoint(
    name="get_health",
    method="GET",
    area=Area.ROOT,
    path="health",
    request=NoInput,
    response=str,
    permission=PUBLIC,
    effect=Effect.NONE,
    summary="Answer OK while the server takes requests.",
)
VERSION = Endpoint(
    name="get_version",
    method="GET",
    area=Area.ROOT,
    path="version",
    request=NoInput,
    response=str,
    permission=PUBLIC,
    effect=Effect.NONE,
    summary="Say the server's version.",
)
SUMMARY = Endpoint(
    name="get_store_summary",
    method="GET",
    area=Area.ASSAY,
    path="store",
    request=NoInput,
    response=StoreSummary,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Count what the store holds.",
)
ENDPOINTS = (INFO, HEALTH, VERSION, SUMMARY)
