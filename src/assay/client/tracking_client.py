"""The client class: explicit ids, no active run.

Its methods are the functions of the resource files, which take a connection first; this file only
names them.
"""

import pkgutil
from collections.abc import Callable
from functools import partial
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar, overload

from assay.client import (
    artifacts,
    attempts,
    dataset_uses,
    events,
    experiments,
    importance,
    lineage,
    logged_models,
    media_files,
    model_files,
    params,
    ranks,
    run_diffs,
    run_records,
    run_tables,
    runs,
    search,
    trash,
    views,
)
from assay.client.connection import Connection, connection_to
from assay.client.tracking_uri import current_target, get_registry_uri, target_of

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


class OnConnection(Generic[Parameters, Result]):
    """A method made of a function whose first parameter is the client's connection."""

    def __init__(self, function: Callable[Concatenate[Connection, Parameters], Result]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    @overload
    def __get__(
        self, client: None, owner: type[Any]
    ) -> Callable[Concatenate[Connection, Parameters], Result]: ...

    @overload
    def __get__(self, client: "AssayClient", owner: type[Any]) -> Callable[Parameters, Result]: ...

    def __get__(self, client: "AssayClient | None", owner: type[Any]) -> Callable[..., Result]:
        """Return the function with the client's connection filled in."""
        if client is None:
            return self.function
        return partial(self.function, client.connection)


class LoadedOnConnection:
    """Like `OnConnection`, of a function that is named: its module brings libraries along."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, client: "AssayClient | None", owner: type[Any]) -> Callable[..., Any]:
        """Return the function with the client's connection filled in."""
        function: Callable[..., Any] = pkgutil.resolve_name(self._name)
        return function if client is None else partial(function, client.connection)


class AssayClient:
    """Talks to one place where runs are logged.

    Args:
        tracking_uri: A server, a folder or `offline:FOLDER`; None for the current tracking URI.
        registry_uri: Where registered models live; None for the current registry URI.
    """

    def __init__(self, tracking_uri: str | None = None, registry_uri: str | None = None) -> None:
        self._target = current_target() if tracking_uri is None else target_of(tracking_uri)
        self._registry_uri = registry_uri

    @property
    def connection(self) -> Connection:
        """The connection to the target, in whatever process this is."""
        return connection_to(self._target)

    @property
    def tracking_uri(self) -> str:
        """Where runs are logged."""
        return self._target.uri

    @property
    def registry_uri(self) -> str:
        """Where registered models live."""
        return self._registry_uri or get_registry_uri()

    def flush(self, timeout_s: float | None = None) -> bool:
        """Wait until everything logged here has arrived; False when it has not."""
        return self.connection.flush(timeout_s)

    create_experiment = OnConnection(experiments.create_experiment)
    get_experiment = OnConnection(experiments.get_experiment)
    get_experiment_by_name = OnConnection(experiments.get_experiment_by_name)
    search_experiments = OnConnection(experiments.search_experiments)
    rename_experiment = OnConnection(experiments.rename_experiment)
    delete_experiment = OnConnection(experiments.delete_experiment)
    restore_experiment = OnConnection(experiments.restore_experiment)
    set_experiment_tag = OnConnection(experiments.set_experiment_tag)
    delete_experiment_tag = OnConnection(experiments.delete_experiment_tag)

    create_run = OnConnection(runs.create_run)
    fork_run = LoadedOnConnection("assay.client.forking:fork_run")
    get_run = OnConnection(runs.get_run)
    get_parent_run = OnConnection(runs.get_parent_run)
    update_run = OnConnection(runs.update_run)
    set_terminated = OnConnection(runs.set_terminated)
    delete_run = OnConnection(runs.delete_run)
    restore_run = OnConnection(runs.restore_run)
    list_attempts = OnConnection(attempts.list_attempts)
    list_ranks = OnConnection(ranks.list_ranks)
    search_runs = OnConnection(search.search_runs)
    query_runs = OnConnection(run_tables.query_runs)
    count_clauses = OnConnection(run_tables.count_clauses)
    find_run_keys = OnConnection(run_tables.find_run_keys)
    complete_run_values = OnConnection(run_tables.complete_run_values)
    describe_run_columns = OnConnection(run_tables.describe_run_columns)
    trace_lineage = OnConnection(lineage.trace_lineage)
    list_datasets = OnConnection(dataset_uses.list_datasets)
    describe_dataset = OnConnection(dataset_uses.describe_dataset)
    diff_runs = OnConnection(run_diffs.diff_runs)
    explain_metric = OnConnection(importance.explain_metric)
    describe_dependence = OnConnection(importance.describe_dependence)
    group_runs = OnConnection(run_tables.group_runs)
    list_note_versions = OnConnection(experiments.list_note_versions)
    create_view = OnConnection(views.create_view)
    update_view = OnConnection(views.update_view)
    get_view = OnConnection(views.get_view)
    list_views = OnConnection(views.list_views)
    list_view_versions = OnConnection(views.list_view_versions)
    delete_view = OnConnection(views.delete_view)
    restore_view = OnConnection(views.restore_view)
    list_events = OnConnection(events.list_events)
    iter_events = OnConnection(events.iter_events)
    find_anything = OnConnection(run_tables.find_anything)
    fetch_run_columns = LoadedOnConnection("assay.client.curves:fetch_run_columns")
    query_series = LoadedOnConnection("assay.client.curves:query_series")

    log_metric = OnConnection(run_records.log_metric)
    log_param = OnConnection(run_records.log_param)
    amend_param = OnConnection(params.amend_param)
    get_params = OnConnection(params.get_params)
    get_param_amendments = OnConnection(params.get_param_amendments)
    log_batch = OnConnection(run_records.log_batch)
    set_tag = OnConnection(run_records.set_tag)
    delete_tag = OnConnection(run_records.delete_tag)
    log_inputs = OnConnection(run_records.log_inputs)
    log_outputs = OnConnection(run_records.log_outputs)
    get_metric_history = OnConnection(search.get_metric_history)

    log_artifact = OnConnection(artifacts.log_artifact)
    log_artifacts = OnConnection(artifacts.log_artifacts)
    log_text = OnConnection(artifacts.log_text)
    log_dict = OnConnection(artifacts.log_dict)
    log_stream = OnConnection(artifacts.log_stream)
    log_figure = LoadedOnConnection("assay.client.figures:log_figure")
    log_image = LoadedOnConnection("assay.client.images:log_image")
    log_table = LoadedOnConnection("assay.client.tables:log_table")
    load_table = LoadedOnConnection("assay.client.tables:load_table")
    list_media = OnConnection(media_files.list_media)
    list_artifacts = OnConnection(artifacts.list_artifacts)
    download_artifacts = OnConnection(artifacts.download_artifacts)

    create_logged_model = OnConnection(logged_models.create_logged_model)
    get_logged_model = OnConnection(logged_models.get_logged_model)
    finalize_logged_model = OnConnection(logged_models.finalize_logged_model)
    delete_logged_model = OnConnection(logged_models.delete_logged_model)
    set_logged_model_tags = OnConnection(logged_models.set_logged_model_tags)
    delete_logged_model_tag = OnConnection(logged_models.delete_logged_model_tag)
    log_model_params = OnConnection(logged_models.log_model_params)
    search_logged_models = OnConnection(logged_models.search_logged_models)
    log_model_artifact = OnConnection(model_files.log_model_artifact)
    log_model_artifacts = OnConnection(model_files.log_model_artifacts)
    list_logged_model_artifacts = OnConnection(model_files.list_logged_model_artifacts)

    list_trash = OnConnection(trash.list_trash)
    restore_trash = OnConnection(trash.restore_trash)
    purge_trash = OnConnection(trash.purge_trash)
    reclaim_space = OnConnection(trash.reclaim_space)
    describe_space = OnConnection(trash.describe_space)


Client = AssayClient
MlflowClient = AssayClient
