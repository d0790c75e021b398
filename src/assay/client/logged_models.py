"""Logged models: packaged models before anyone registers them."""

from collections.abc import Mapping, Sequence
from typing import Any

from assay.client.connection import Connection
from assay.client.search import checked_ids
from assay.entities.logged_models import (
    LoggedModel,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from assay.entities.pages import Page
from assay.errors import InvalidParameter
from assay.wire import logged_models as wire

_LONG_STATUS = {
    "PENDING": LoggedModelStatus.PENDING,
    "READY": LoggedModelStatus.READY,
    "FAILED": LoggedModelStatus.FAILED,
    **{status.value: status for status in LoggedModelStatus},
}


def create_logged_model(
    connection: Connection,
    experiment_id: str,
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
) -> LoggedModel:
    """Create a logged model whose files are still to come."""
    request = wire.CreateLoggedModel(
        experiment_id=str(experiment_id),
        name=name or "",
        model_type=model_type,
        source_run_id=source_run_id,
        params=_params(params),
        tags=_tags(tags),
    )
    return connection.call(wire.CREATE, request).model


def get_logged_model(connection: Connection, model_id: str) -> LoggedModel:
    """Return a logged model."""
    return connection.call(wire.GET, wire.GetLoggedModel(model_id=model_id)).model


def finalize_logged_model(
    connection: Connection, model_id: str, status: LoggedModelStatus | str
) -> LoggedModel:
    """Say whether a logged model's files are complete: READY or FAILED."""
    known = _LONG_STATUS.get(str(status).upper())
    if known is None:
        raise InvalidParameter(f"Invalid model status {status!r}. Use READY or FAILED.")
    request = wire.FinalizeLoggedModel(model_id=model_id, status=known)
    return connection.call(wire.FINALIZE, request).model


def delete_logged_model(connection: Connection, model_id: str) -> None:
    """Delete a logged model."""
    connection.call(wire.DELETE, wire.GetLoggedModel(model_id=model_id))


def set_logged_model_tags(connection: Connection, model_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags on a logged model."""
    connection.call(wire.SET_TAGS, wire.SetLoggedModelTags(model_id=model_id, tags=_tags(tags)))


def delete_logged_model_tag(connection: Connection, model_id: str, key: str) -> None:
    """Take a tag off a logged model."""
    connection.call(wire.DELETE_TAG, wire.DeleteLoggedModelTag(model_id=model_id, tag_key=key))


def log_model_params(connection: Connection, model_id: str, params: Mapping[str, Any]) -> None:
    """Add params to a logged model."""
    connection.call(
        wire.LOG_PARAMS, wire.LogLoggedModelParams(model_id=model_id, params=_params(params))
    )


def search_logged_models(
    connection: Connection,
    experiment_ids: Sequence[str],
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, str]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any]] | None = None,
    page_token: str | None = None,
) -> Page[LoggedModel]:
    """Return a page of logged models."""
    request = wire.SearchLoggedModels(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string or "",
        datasets=tuple(wire.DatasetFilter(**dataset) for dataset in datasets or ()),
        max_results=100 if max_results is None else max_results,
        order_by=tuple(wire.LoggedModelOrder(**order) for order in order_by or ()),
        page_token=page_token or "",
    )
    answer = connection.call(wire.SEARCH, request)
    return Page(answer.models, answer.next_page_token)


def _params(params: Mapping[str, Any] | None) -> tuple[LoggedModelParameter, ...]:
    return tuple(LoggedModelParameter(key, str(value)) for key, value in (params or {}).items())


def _tags(tags: Mapping[str, Any] | None) -> tuple[LoggedModelTag, ...]:
    return tuple(LoggedModelTag(key, str(value)) for key, value in (tags or {}).items())
