"""Runs: one execution of training code, with its params, metrics and tags."""

from enum import StrEnum
from functools import cached_property

import msgspec

from assay.entities.datasets import DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.entities.entity import Entity
from assay.entities.lifecycle import LifecycleStage
from assay.entities.metrics import Metric

RUN_NAME_TAG = "mlflow.runName"
USER_TAG = "mlflow.user"
PARENT_RUN_TAG = "mlflow.parentRunId"
NOTE_TAG = "mlflow.note.content"
FORKED_FROM_TAG = "assay.fork.run_id"
FORKED_STEP_TAG = "assay.fork.step"
END_REASON_TAG = "assay.end_reason"


class RunStatus(StrEnum):
    """How a run stands; `NUMBERS` gives the compatible API's integers."""

    RUNNING = "RUNNING"
    SCHEDULED = "SCHEDULED"
    FINISHED = "FINISHED"
    FAILED = "FAILED"
    KILLED = "KILLED"

    @property
    def is_terminated(self) -> bool:
        """True when the run has ended, well or not."""
        return self in TERMINATED


TERMINATED = frozenset({RunStatus.FINISHED, RunStatus.FAILED, RunStatus.KILLED})
RUN_STATUS_NUMBERS = dict(enumerate(RunStatus, start=1))


class Param(Entity, frozen=True, omit_defaults=False):
    """One immutable input of a run."""

    key: str
    value: str = ""


class RunTag(Entity, frozen=True, omit_defaults=False):
    """A mutable label on a run."""

    key: str
    value: str = ""


class RunInfo(Entity, frozen=True, kw_only=True):
    """What identifies a run and how it stands."""

    run_id: str
    run_uuid: str
    experiment_id: str
    run_name: str
    user_id: str
    status: RunStatus
    start_time: int
    end_time: int | None = None
    artifact_uri: str
    lifecycle_stage: LifecycleStage


class RunData(Entity, frozen=True):
    """What a run logged; of each metric the latest value (by step, then timestamp, then value)."""

    metric_list: tuple[Metric, ...] = msgspec.field(name="metrics", default=())
    param_list: tuple[Param, ...] = msgspec.field(name="params", default=())
    tag_list: tuple[RunTag, ...] = msgspec.field(name="tags", default=())

    @cached_property
    def metrics(self) -> dict[str, float]:
        """The latest value of each metric."""
        return {metric.key: metric.value for metric in self.metric_list}

    @cached_property
    def params(self) -> dict[str, str]:
        """The params by key."""
        return {param.key: param.value for param in self.param_list}

    @cached_property
    def tags(self) -> dict[str, str]:
        """The tags by key."""
        return {tag.key: tag.value for tag in self.tag_list}


class RunInputs(Entity, frozen=True):
    """Data sets and models that a run used."""

    dataset_inputs: tuple[DatasetInput, ...] = ()
    model_inputs: tuple[LoggedModelInput, ...] = ()


class RunOutputs(Entity, frozen=True):
    """Models that a run produced."""

    model_outputs: tuple[LoggedModelOutput, ...] = ()


class Run(Entity, frozen=True, omit_defaults=False):
    """One execution: its info, what it logged, what went in and what came out."""

    info: RunInfo
    data: RunData = RunData()
    inputs: RunInputs = RunInputs()
    outputs: RunOutputs | msgspec.UnsetType = msgspec.UNSET
