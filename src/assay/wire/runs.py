"""How runs, their params and their tags travel, one at a time or in batches."""

from assay.entities.lifecycle import ViewType
from assay.entities.metrics import Metric
from assay.entities.runs import Param, Run, RunInfo, RunStatus, RunTag
from assay.wire.endpoint import (
    EDIT_EXPERIMENT,
    EDIT_RUN,
    READ_EXPERIMENTS,
    READ_RUN,
    Area,
    Effect,
    Empty,
    Endpoint,
    Message,
    Request,
)


class CreateRun(Request, frozen=True, kw_only=True):
    """A new run; the server chooses its id."""

    experiment_id: str = "0"
    user_id: str | None = None
    run_name: str | None = None
    start_time: int = 0
    tags: tuple[RunTag, ...] = ()


class GetRun(Request, frozen=True, kw_only=True):
    """Which run; `run_uuid` is the old name of `run_id`."""

    run_id: str
    run_uuid: str | None = None


class RunAnswer(Message, frozen=True, kw_only=True):
    """One run."""

    run: Run


class UpdateRun(Request, frozen=True, kw_only=True):
    """What should change of a run; only what is given changes."""

    run_id: str
    run_uuid: str | None = None
    status: RunStatus | None = None
    end_time: int | None = None
    run_name: str | None = None


class RunInfoAnswer(Message, frozen=True, kw_only=True):
    """A run's info after a change."""

    run_info: RunInfo


class RunEnding(Message, frozen=True, kw_only=True):
    """How a run ended, or how it stands.

    `has_lost_contact` is true of a run that should be running and gave no sign of life for a minute;
    `last_seen_ms` is when it gave the last one.
    """

    run_id: str
    status: RunStatus
    reason: str | None = None
    last_seen_ms: int
    has_lost_contact: bool = False


class SearchRuns(Request, frozen=True, kw_only=True):
    """Which runs of which experiments, in which order, how many."""

    experiment_ids: tuple[str, ...] = ()
    filter: str = ""
    run_view_type: ViewType = ViewType.ACTIVE_ONLY
    max_results: int = 1000
    order_by: tuple[str, ...] = ()
    page_token: str = ""


class RunPage(Message, frozen=True, kw_only=True):
    """A page of runs."""

    runs: tuple[Run, ...] = ()
    next_page_token: str | None = None


class LogMetric(Request, frozen=True, kw_only=True):
    """One value of one metric."""

    run_id: str
    run_uuid: str | None = None
    key: str
    value: float
    timestamp: int
    step: int = 0
    model_id: str | None = None
    dataset_name: str | None = None
    dataset_digest: str | None = None


class LogParam(Request, frozen=True, kw_only=True):
    """One param."""

    run_id: str
    run_uuid: str | None = None
    key: str
    value: str = ""


class SetTag(Request, frozen=True, kw_only=True):
    """A label to set on a run."""

    run_id: str
    run_uuid: str | None = None
    key: str
    value: str = ""


class DeleteTag(Request, frozen=True, kw_only=True):
    """A label to take off a run."""

    run_id: str
    run_uuid: str | None = None
    key: str


class LogBatch(Request, frozen=True, kw_only=True):
    """Metrics, params and tags of one run: all of them are kept, or none."""

    run_id: str
    run_uuid: str | None = None
    metrics: tuple[Metric, ...] = ()
    params: tuple[Param, ...] = ()
    tags: tuple[RunTag, ...] = ()


class LogModelJson(Request, frozen=True, kw_only=True):
    """The MLmodel text of a model, as clients before 3.0 announce it."""

    run_id: str
    run_uuid: str | None = None
    model_json: str


CREATE = Endpoint(
    name="create_run",
    method="POST",
    path="runs/create",
    request=CreateRun,
    response=RunAnswer,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Create a run.",
)
GET = Endpoint(
    name="get_run",
    method="GET",
    path="runs/get",
    request=GetRun,
    response=RunAnswer,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Get a run, also a deleted one.",
)
UPDATE = Endpoint(
    name="update_run",
    method="POST",
    path="runs/update",
    request=UpdateRun,
    response=RunInfoAnswer,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Change a run's status, end time or name.",
)
DELETE = Endpoint(
    name="delete_run",
    method="POST",
    path="runs/delete",
    request=GetRun,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Delete a run; it can be restored.",
)
RESTORE = Endpoint(
    name="restore_run",
    method="POST",
    path="runs/restore",
    request=GetRun,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Restore a deleted run.",
)
SEARCH = Endpoint(
    name="search_runs",
    method="POST",
    path="runs/search",
    request=SearchRuns,
    response=RunPage,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Search runs.",
)
LOG_METRIC = Endpoint(
    name="log_metric",
    method="POST",
    path="runs/log-metric",
    request=LogMetric,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Log one metric value.",
)
LOG_PARAM = Endpoint(
    name="log_param",
    method="POST",
    path="runs/log-parameter",
    request=LogParam,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Log one param.",
)
SET_TAG = Endpoint(
    name="set_tag",
    method="POST",
    path="runs/set-tag",
    request=SetTag,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Set a tag on a run.",
)
DELETE_TAG = Endpoint(
    name="delete_tag",
    method="POST",
    path="runs/delete-tag",
    request=DeleteTag,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Delete a tag of a run.",
)
LOG_BATCH = Endpoint(
    name="log_batch",
    method="POST",
    path="runs/log-batch",
    request=LogBatch,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Log metrics, params and tags together.",
)
LOG_MODEL = Endpoint(
    name="log_model_json",
    method="POST",
    path="runs/log-model",
    request=LogModelJson,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Note a model that an old client saved in a run.",
)
GET_ENDING = Endpoint(
    name="get_run_ending",
    method="GET",
    area=Area.ASSAY,
    path="runs/ending",
    request=GetRun,
    response=RunEnding,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Get how a run ended, or whether it still gives signs of life.",
)
ENDPOINTS = (
    CREATE,
    GET,
    UPDATE,
    DELETE,
    RESTORE,
    SEARCH,
    LOG_METRIC,
    LOG_PARAM,
    SET_TAG,
    DELETE_TAG,
    LOG_BATCH,
    LOG_MODEL,
    GET_ENDING,
)
