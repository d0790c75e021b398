"""How experiments travel."""

from assay.entities.datasets import DatasetSummary
from assay.entities.experiments import Experiment, ExperimentTag, NoteVersion
from assay.entities.lifecycle import ViewType
from assay.wire.endpoint import (
    EDIT_EXPERIMENT,
    EDIT_SERVER,
    READ_EXPERIMENT,
    READ_EXPERIMENTS,
    READ_SERVER,
    Area,
    Effect,
    Empty,
    Endpoint,
    Message,
    Request,
)


class CreateExperiment(Request, frozen=True, kw_only=True):
    """A new experiment; without a location its files lie under the server's artifact root."""

    name: str
    artifact_location: str = ""
    tags: tuple[ExperimentTag, ...] = ()


class ExperimentCreated(Message, frozen=True, kw_only=True):
    """The id of the new experiment."""

    experiment_id: str


class GetExperiment(Request, frozen=True, kw_only=True):
    """Which experiment, by id."""

    experiment_id: str


class GetExperimentByName(Request, frozen=True, kw_only=True):
    """Which experiment, by name."""

    experiment_name: str


class ExperimentAnswer(Message, frozen=True, kw_only=True):
    """One experiment."""

    experiment: Experiment


class SearchExperiments(Request, frozen=True, kw_only=True):
    """Which experiments, in which order, how many."""

    max_results: int = 0
    page_token: str = ""
    filter: str = ""
    order_by: tuple[str, ...] = ()
    view_type: ViewType = ViewType.ACTIVE_ONLY


class ExperimentPage(Message, frozen=True, kw_only=True):
    """A page of experiments."""

    experiments: tuple[Experiment, ...] = ()
    next_page_token: str | None = None


class UpdateExperiment(Request, frozen=True, kw_only=True):
    """A new name for an experiment."""

    experiment_id: str
    new_name: str


class SetExperimentTag(Request, frozen=True, kw_only=True):
    """A label to set on an experiment."""

    experiment_id: str
    key: str
    value: str = ""


class DeleteExperimentTag(Request, frozen=True, kw_only=True):
    """A label to take off an experiment."""

    experiment_id: str
    key: str


class SearchDatasets(Request, frozen=True, kw_only=True):
    """Of which experiments the data sets are wanted."""

    experiment_ids: tuple[str, ...] = ()


class DatasetSummaries(Message, frozen=True, kw_only=True):
    """Distinct data sets, at most 1,000."""

    dataset_summaries: tuple[DatasetSummary, ...] = ()


class DescribeActivity(Request, frozen=True, kw_only=True):
    """Experiments by id, at most 1,000."""

    experiment_ids: tuple[str, ...]


class ExperimentActivity(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How many active runs an experiment has, how many are going on, when the last one began."""

    experiment_id: str
    n_runs: int
    n_running: int
    last_start_ms: int | None = None


class ActivityDescribed(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One entry for each experiment that was asked for, in that order; unknown ones are left out."""

    experiments: tuple[ExperimentActivity, ...]


class NoteVersions(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The newest first, at most 1,000; texts of one sitting (10 minutes) are one version."""

    versions: tuple[NoteVersion, ...]


CREATE = Endpoint(
    name="create_experiment",
    method="POST",
    path="experiments/create",
    request=CreateExperiment,
    response=ExperimentCreated,
    permission=EDIT_SERVER,
    effect=Effect.WRITE,
    summary="Create an experiment.",
)
GET = Endpoint(
    name="get_experiment",
    method="GET",
    path="experiments/get",
    request=GetExperiment,
    response=ExperimentAnswer,
    permission=READ_EXPERIMENT,
    effect=Effect.READ,
    summary="Get an experiment, also a deleted one.",
)
GET_BY_NAME = Endpoint(
    name="get_experiment_by_name",
    method="GET",
    path="experiments/get-by-name",
    request=GetExperimentByName,
    response=ExperimentAnswer,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Get an experiment by its name, also a deleted one.",
)
SEARCH = Endpoint(
    name="search_experiments",
    method="POST",
    also=("GET",),
    path="experiments/search",
    request=SearchExperiments,
    response=ExperimentPage,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Search experiments.",
)
UPDATE = Endpoint(
    name="update_experiment",
    method="POST",
    path="experiments/update",
    request=UpdateExperiment,
    response=Empty,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Rename an experiment.",
)
DELETE = Endpoint(
    name="delete_experiment",
    method="POST",
    path="experiments/delete",
    request=GetExperiment,
    response=Empty,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Delete an experiment and its runs; both can be restored.",
)
RESTORE = Endpoint(
    name="restore_experiment",
    method="POST",
    path="experiments/restore",
    request=GetExperiment,
    response=Empty,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Restore a deleted experiment and all its runs.",
)
SET_TAG = Endpoint(
    name="set_experiment_tag",
    method="POST",
    path="experiments/set-experiment-tag",
    request=SetExperimentTag,
    response=Empty,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Set a tag on an experiment.",
)
DELETE_TAG = Endpoint(
    name="delete_experiment_tag",
    method="POST",
    path="experiments/delete-experiment-tag",
    request=DeleteExperimentTag,
    response=Empty,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Delete a tag of an experiment.",
)
SEARCH_DATASETS = Endpoint(
    name="search_datasets",
    method="POST",
    path="experiments/search-datasets",
    request=SearchDatasets,
    response=DatasetSummaries,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="List the distinct data sets that runs of some experiments used.",
)
DESCRIBE_ACTIVITY = Endpoint(
    name="describe_experiment_activity",
    method="POST",
    area=Area.ASSAY,
    path="experiments/activity",
    request=DescribeActivity,
    response=ActivityDescribed,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Count the runs of experiments, and those that are going on.",
)
LIST_NOTE_VERSIONS = Endpoint(
    name="list_note_versions",
    method="GET",
    area=Area.ASSAY,
    path="experiments/note-versions",
    request=GetExperiment,
    response=NoteVersions,
    permission=READ_EXPERIMENT,
    effect=Effect.READ,
    summary="List what the note of an experiment said, the newest first.",
)
ENDPOINTS = (
    CREATE,
    GET,
    GET_BY_NAME,
    SEARCH,
    UPDATE,
    DELETE,
    RESTORE,
    SET_TAG,
    DELETE_TAG,
    SEARCH_DATASETS,
    DESCRIBE_ACTIVITY,
    LIST_NOTE_VERSIONS,
)
