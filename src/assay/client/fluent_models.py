"""Logged models without naming a client, and the model that metrics are linked to."""

import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from assay.client import active, fluent, logged_models
from assay.client.tracking_uri import current_connection
from assay.entities.logged_models import LoggedModel, LoggedModelStatus

MODELS_FRAME = "assay.client.pandas_frames:models_frame"


def initialize_logged_model(
    name: str | None = None,
    source_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    model_type: str | None = None,
    experiment_id: str | None = None,
) -> LoggedModel:
    """Create a logged model whose files are still to come, from the active run if there is one."""
    connection = current_connection()
    entry = active.current()
    if entry is not None:
        source_run_id = source_run_id or entry.run.info.run_id
        experiment_id = experiment_id or entry.run.info.experiment_id
    model = logged_models.create_logged_model(
        connection,
        experiment_id or fluent.active_experiment(connection).experiment_id,
        name=name,
        source_run_id=source_run_id,
        tags=tags,
        params=params,
        model_type=model_type,
    )
    active.thread.last_model_id = model.model_id
    return model


def finalize_logged_model(model_id: str, status: LoggedModelStatus | str) -> LoggedModel:
    """Say whether a logged model's files are complete: READY or FAILED."""
    return logged_models.finalize_logged_model(current_connection(), model_id, status)


def get_logged_model(model_id: str) -> LoggedModel:
    """Return a logged model."""
    return logged_models.get_logged_model(current_connection(), model_id)


def last_logged_model() -> LoggedModel | None:
    """Return the model that this thread logged last."""
    model_id = active.thread.last_model_id
    return None if model_id is None else get_logged_model(model_id)


def set_logged_model_tags(model_id: str, tags: Mapping[str, Any]) -> None:
    """Set tags on a logged model."""
    logged_models.set_logged_model_tags(current_connection(), model_id, tags)


def delete_logged_model_tag(model_id: str, key: str) -> None:
    """Take a tag off a logged model."""
    logged_models.delete_logged_model_tag(current_connection(), model_id, key)


def log_model_params(params: Mapping[str, Any], model_id: str | None = None) -> None:
    """Add params to a logged model, the active one by default."""
    chosen = model_id or get_active_model_id()
    if chosen is not None:
        logged_models.log_model_params(current_connection(), chosen, params)


def search_logged_models(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str | None = None,
    datasets: Sequence[Mapping[str, str]] | None = None,
    max_results: int | None = None,
    order_by: Sequence[Mapping[str, Any]] | None = None,
    output_format: Literal["pandas", "list"] = "pandas",
) -> Any:
    """Search logged models of some experiments, of the active one by default.

    Returns:
        A pandas DataFrame with a row per model, or a list for `output_format="list"`.
    """
    connection = current_connection()
    ids = experiment_ids or (fluent.active_experiment(connection).experiment_id,)
    found: list[LoggedModel] = []
    token: str | None = None
    while max_results is None or len(found) < max_results:
        wanted = 100 if max_results is None else min(100, max_results - len(found))
        page = logged_models.search_logged_models(
            connection, ids, filter_string, datasets, wanted, order_by, token
        )
        found.extend(page)
        token = page.token
        if not token:
            break
    return found if output_format == "list" else pkgutil.resolve_name(MODELS_FRAME)(found)


class ActiveModel:
    """The model that this thread's metrics are linked to; as a context manager, for the block."""

    def __init__(self, model_id: str, previous: str | None) -> None:
        self.model_id = model_id
        self._previous = previous

    def __enter__(self) -> "ActiveModel":
        return self

    def __exit__(self, *exc_info: object) -> None:
        active.thread.model_id = self._previous


def set_active_model(*, name: str | None = None, model_id: str | None = None) -> ActiveModel:
    """Link this thread's metrics to a model; a name that no model has makes an external one."""
    chosen = model_id or _find_or_create(name)
    previous, active.thread.model_id = active.thread.model_id, chosen
    return ActiveModel(chosen, previous)


def get_active_model_id() -> str | None:
    """Return the id of the model that this thread's metrics are linked to."""
    return active.thread.model_id


def clear_active_model() -> None:
    """Link this thread's metrics to no model."""
    active.thread.model_id = None


def _find_or_create(name: str | None) -> str:
    if name is not None:
        found: list[LoggedModel] = search_logged_models(
            filter_string=f"name = '{name}'", max_results=1, output_format="list"
        )
        if found:
            return found[0].model_id
    model = initialize_logged_model(name, tags={"mlflow.model.isExternal": "true"})
    return finalize_logged_model(model.model_id, LoggedModelStatus.READY).model_id
