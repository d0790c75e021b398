"""Experiments: named groups of runs."""

from functools import cached_property

import msgspec

from assay.entities.entity import Entity
from assay.entities.lifecycle import LifecycleStage

DEFAULT_EXPERIMENT_ID = "0"
DEFAULT_EXPERIMENT_NAME = "Default"


class ExperimentTag(Entity, frozen=True, omit_defaults=False):
    """A mutable label on an experiment."""

    key: str
    value: str = ""


class NoteVersion(Entity, frozen=True, omit_defaults=False):
    """A text of an experiment's note, and when it was last saved, in milliseconds since 1970."""

    version: int
    text: str
    saved_ms: int


class Experiment(Entity, frozen=True):
    """A named group of runs; `artifact_location` is where its runs keep their files."""

    experiment_id: str
    name: str
    artifact_location: str
    lifecycle_stage: LifecycleStage
    creation_time: int
    last_update_time: int
    tag_list: tuple[ExperimentTag, ...] = msgspec.field(name="tags", default=())

    @cached_property
    def tags(self) -> dict[str, str]:
        """The tags by key."""
        return {tag.key: tag.value for tag in self.tag_list}
