"""Data sets and models that went into a run, and models that came out of it."""

from assay.entities.entity import Entity

CONTEXT_TAG = "mlflow.data.context"
"""The input tag that says what a data set was used for (train, eval, ...)."""


class InputTag(Entity, frozen=True, omit_defaults=False):
    """A label on the use of a data set by a run."""

    key: str
    value: str = ""


class Dataset(Entity, frozen=True):
    """A described data set, identified by name and digest; `source` is JSON text."""

    name: str = ""
    digest: str = ""
    source_type: str = ""
    source: str = ""
    schema: str | None = None
    profile: str | None = None


class DatasetInput(Entity, frozen=True):
    """A data set that a run used."""

    dataset: Dataset
    tags: tuple[InputTag, ...] = ()


class LoggedModelInput(Entity, frozen=True):
    """A logged model that a run used."""

    model_id: str


class LoggedModelOutput(Entity, frozen=True, omit_defaults=False):
    """A logged model that a run produced at `step`."""

    model_id: str
    step: int = 0


class DatasetSummary(Entity, frozen=True):
    """A data set as an experiment's runs used it."""

    experiment_id: str
    name: str
    digest: str
    context: str | None = None
