"""One row per endpoint: method, path, messages, permission.

Routing, decoding, permission checks, the OpenAPI document and the Python client all read these rows,
so an endpoint is said once. The rows themselves stand in one file per resource beside this one;
`wire/table.py` collects them.
"""

from enum import Enum
from typing import Generic, Literal, TypeVar

import msgspec

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An answer: unset fields and empty lists are left off the wire."""


class Request(Message, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a caller sends. Unknown fields are refused here only so that the tolerant path reads them.

    A field without a default is required: absent, null and "" are all missing.
    """


class Empty(Message, frozen=True, kw_only=True):
    """An answer without content: `{}`."""


class EventStream:
    """An answer that goes on: server-sent events, for as long as the caller listens."""


class NoInput(Request, frozen=True, kw_only=True):
    """A request without parameters."""


RequestT = TypeVar("RequestT", bound=Request)
ResponseT = TypeVar("ResponseT")


class Area(Enum):
    """The address prefixes under which an endpoint is served, the client's first."""

    TRACKING = (
        "/api/2.0/mlflow/",
        "/ajax-api/2.0/mlflow/",
        "/api/3.0/mlflow/",
        "/ajax-api/3.0/mlflow/",
    )
    TRACKING_UI = ("/ajax-api/2.0/mlflow/", "/ajax-api/3.0/mlflow/")
    ARTIFACTS = ("/api/2.0/mlflow-artifacts/", "/ajax-api/2.0/mlflow-artifacts/")
    ASSAY = ("/api/assay/v1/",)
    ROOT = ("/",)


class Effect(Enum):
    """What a request does to the database; decides which thread and transaction it gets."""

    READ = "read"
    WRITE = "write"
    NONE = "none"


class Body(Enum):
    """How the request's content travels."""

    JSON = "json"
    BINARY = "binary"
    STREAM = "stream"


class Level(Enum):
    """How much a caller must be allowed to do."""

    PUBLIC = 0
    READ = 1
    EDIT = 2
    MANAGE = 3


class Permission(msgspec.Struct, frozen=True):
    """The level needed, the kind of thing it is needed on, and the request field that names it."""

    level: Level
    resource: Literal["server", "experiment", "run", "logged_model", "artifact"]
    field: str | None = None


PUBLIC = Permission(Level.PUBLIC, "server")
READ_SERVER = Permission(Level.READ, "server")
EDIT_SERVER = Permission(Level.EDIT, "server")
MANAGE_SERVER = Permission(Level.MANAGE, "server")
READ_EXPERIMENT = Permission(Level.READ, "experiment", "experiment_id")
EDIT_EXPERIMENT = Permission(Level.EDIT, "experiment", "experiment_id")
READ_EXPERIMENTS = Permission(Level.READ, "experiment", "experiment_ids")
READ_RUN = Permission(Level.READ, "run", "run_id")
READ_RUNS = Permission(Level.READ, "run", "run_ids")
EDIT_RUN = Permission(Level.EDIT, "run", "run_id")
EDIT_RUNS = Permission(Level.EDIT, "run", "run_ids")
READ_MODEL = Permission(Level.READ, "logged_model", "model_id")
EDIT_MODEL = Permission(Level.EDIT, "logged_model", "model_id")
READ_ARTIFACT = Permission(Level.READ, "artifact", "path")
EDIT_ARTIFACT = Permission(Level.EDIT, "artifact", "path")


class Endpoint(msgspec.Struct, Generic[RequestT, ResponseT], frozen=True, kw_only=True):
    """One thing a server can be asked; `path` follows the prefixes of `area`.

    `{name}` in a path is one segment, `{name:path}` the rest of it; both are fields of the request.
    """

    name: str
    method: Method
    path: str
    request: type[RequestT]
    response: type[ResponseT]
    permission: Permission
    effect: Effect
    summary: str
    area: Area = Area.TRACKING
    body: Body = Body.JSON
    also: tuple[Method, ...] = ()
    max_body_bytes: int = 16 * 1024 * 1024

    @property
    def address(self) -> str:
        """The path that clients use, from the server's root."""
        prefixes: tuple[str, ...] = self.area.value
        return prefixes[0] + self.path
