"""Logged models: packaged models that a run produced, before anyone registers them."""

from enum import StrEnum
from functools import cached_property

import msgspec

from assay.entities.entity import Entity
from assay.entities.metrics import Metric


class LoggedModelStatus(StrEnum):
    """Whether a logged model's files are complete; the values are the API's names."""

    UNSPECIFIED = "LOGGED_MODEL_STATUS_UNSPECIFIED"
    PENDING = "LOGGED_MODEL_PENDING"
    READY = "LOGGED_MODEL_READY"
    FAILED = "LOGGED_MODEL_UPLOAD_FAILED"


class LoggedModelParameter(Entity, frozen=True, omit_defaults=False):
    """One immutable input of a logged model's training."""

    key: str
    value: str = ""


class LoggedModelTag(Entity, frozen=True, omit_defaults=False):
    """A mutable label on a logged model."""

    key: str
    value: str = ""


class ModelRegistration(Entity, frozen=True):
    """A registered model version that was made from a logged model."""

    name: str
    version: str


class LoggedModelInfo(Entity, frozen=True, kw_only=True):
    """What identifies a logged model and how it stands."""

    model_id: str
    experiment_id: str
    name: str
    creation_timestamp_ms: int
    last_updated_timestamp_ms: int
    artifact_uri: str
    status: LoggedModelStatus
    creator_id: str | None = None
    model_type: str | None = None
    source_run_id: str | None = None
    status_message: str | None = None
    tag_list: tuple[LoggedModelTag, ...] = msgspec.field(name="tags", default=())
    registrations: tuple[ModelRegistration, ...] = ()

    @cached_property
    def tags(self) -> dict[str, str]:
        """The tags by key."""
        return {tag.key: tag.value for tag in self.tag_list}


class LoggedModelData(Entity, frozen=True):
    """Params and metrics of a logged model; metrics hold every point, not only the latest."""

    param_list: tuple[LoggedModelParameter, ...] = msgspec.field(name="params", default=())
    metrics: tuple[Metric, ...] = ()

    @cached_property
    def params(self) -> dict[str, str]:
        """The params by key."""
        return {param.key: param.value for param in self.param_list}


class LoggedModel(Entity, frozen=True, omit_defaults=False):
    """A packaged model with what is known of it."""

    info: LoggedModelInfo
    data: LoggedModelData = LoggedModelData()

    @property
    def model_id(self) -> str:
        """The id, `m-` and 32 hexadecimal digits."""
        return self.info.model_id
