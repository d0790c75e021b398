"""How logged models travel."""

from assay.entities.logged_models import (
    LoggedModel,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from assay.wire.endpoint import (
    EDIT_EXPERIMENT,
    EDIT_MODEL,
    READ_EXPERIMENTS,
    READ_MODEL,
    Effect,
    Empty,
    Endpoint,
    Message,
    Request,
)


class CreateLoggedModel(Request, frozen=True, kw_only=True):
    """A new logged model; its files follow, then it is finalized."""

    experiment_id: str
    name: str = ""
    model_type: str | None = None
    source_run_id: str | None = None
    params: tuple[LoggedModelParameter, ...] = ()
    tags: tuple[LoggedModelTag, ...] = ()


class GetLoggedModel(Request, frozen=True, kw_only=True):
    """Which logged model."""

    model_id: str


class LoggedModelAnswer(Message, frozen=True, kw_only=True):
    """One logged model."""

    model: LoggedModel


class FinalizeLoggedModel(Request, frozen=True, kw_only=True):
    """Whether the files of a logged model are complete."""

    model_id: str
    status: LoggedModelStatus


class SetLoggedModelTags(Request, frozen=True, kw_only=True):
    """Labels to set on a logged model."""

    model_id: str
    tags: tuple[LoggedModelTag, ...] = ()


class DeleteLoggedModelTag(Request, frozen=True, kw_only=True):
    """A label to take off a logged model."""

    model_id: str
    tag_key: str


class LogLoggedModelParams(Request, frozen=True, kw_only=True):
    """Further params of a logged model."""

    model_id: str
    params: tuple[LoggedModelParameter, ...] = ()


class DatasetFilter(Request, frozen=True, kw_only=True):
    """Metrics on this data set only; without digest, on any version of it."""

    dataset_name: str
    dataset_digest: str | None = None


class LoggedModelOrder(Request, frozen=True, kw_only=True):
    """An attribute or `metrics.<key>` to order by."""

    field_name: str
    ascending: bool = True
    dataset_name: str | None = None
    dataset_digest: str | None = None


class SearchLoggedModels(Request, frozen=True, kw_only=True):
    """Which logged models of which experiments, in which order, how many."""

    experiment_ids: tuple[str, ...] = ()
    filter: str = ""
    datasets: tuple[DatasetFilter, ...] = ()
    max_results: int = 50
    order_by: tuple[LoggedModelOrder, ...] = ()
    page_token: str = ""


class LoggedModelPage(Message, frozen=True, kw_only=True):
    """A page of logged models."""

    models: tuple[LoggedModel, ...] = ()
    next_page_token: str | None = None


CREATE = Endpoint(
    name="create_logged_model",
    method="POST",
    path="logged-models",
    request=CreateLoggedModel,
    response=LoggedModelAnswer,
    permission=EDIT_EXPERIMENT,
    effect=Effect.WRITE,
    summary="Create a logged model.",
)
GET = Endpoint(
    name="get_logged_model",
    method="GET",
    path="logged-models/{model_id}",
    request=GetLoggedModel,
    response=LoggedModelAnswer,
    permission=READ_MODEL,
    effect=Effect.READ,
    summary="Get a logged model.",
)
FINALIZE = Endpoint(
    name="finalize_logged_model",
    method="PATCH",
    path="logged-models/{model_id}",
    request=FinalizeLoggedModel,
    response=LoggedModelAnswer,
    permission=EDIT_MODEL,
    effect=Effect.WRITE,
    summary="Say whether a logged model's files are complete.",
)
DELETE = Endpoint(
    name="delete_logged_model",
    method="DELETE",
    path="logged-models/{model_id}",
    request=GetLoggedModel,
    response=Empty,
    permission=EDIT_MODEL,
    effect=Effect.WRITE,
    summary="Delete a logged model.",
)
SET_TAGS = Endpoint(
    name="set_logged_model_tags",
    method="PATCH",
    path="logged-models/{model_id}/tags",
    request=SetLoggedModelTags,
    response=Empty,
    permission=EDIT_MODEL,
    effect=Effect.WRITE,
    summary="Set tags on a logged model.",
)
DELETE_TAG = Endpoint(
    name="delete_logged_model_tag",
    method="DELETE",
    path="logged-models/{model_id}/tags/{tag_key}",
    request=DeleteLoggedModelTag,
    response=Empty,
    permission=EDIT_MODEL,
    effect=Effect.WRITE,
    summary="Delete a tag of a logged model.",
)
LOG_PARAMS = Endpoint(
    name="log_logged_model_params",
    method="POST",
    path="logged-models/{model_id}/params",
    request=LogLoggedModelParams,
    response=Empty,
    permission=EDIT_MODEL,
    effect=Effect.WRITE,
    summary="Add params to a logged model.",
)
SEARCH = Endpoint(
    name="search_logged_models",
    method="POST",
    path="logged-models/search",
    request=SearchLoggedModels,
    response=LoggedModelPage,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Search logged models.",
)
ENDPOINTS = (
    CREATE,
    GET,
    FINALIZE,
    DELETE,
    SET_TAGS,
    DELETE_TAG,
    LOG_PARAMS,
    SEARCH,
)
