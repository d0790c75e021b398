"""Finding and changing experiments and runs without naming a client."""

import pkgutil
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from assay.client import experiments, fluent, runs, search
from assay.client.tracking_uri import current_connection
from assay.entities.experiments import Experiment
from assay.entities.lifecycle import ViewType
from assay.entities.runs import Run
from assay.errors import InvalidParameter

# By name: only a caller who wants a table pays for NumPy and a library of frames.
_TO_FRAME: Final = "assay.client.data_frames:runs_frame"
_HISTORY_FRAME: Final = "assay.client.data_frames:history_frame"
FrameLibrary = Literal["pandas", "polars", "arrow"]


def create_experiment(
    name: str, artifact_location: str | None = None, tags: Mapping[str, Any] | None = None
) -> str:
    """Create an experiment and return its id."""
    return experiments.create_experiment(current_connection(), name, artifact_location, tags)


def get_experiment(experiment_id: str) -> Experiment:
    """Return the experiment with this id, also a deleted one."""
    return experiments.get_experiment(current_connection(), experiment_id)


def get_experiment_by_name(name: str) -> Experiment | None:
    """Return the experiment with this name, also a deleted one; None when there is none."""
    return experiments.get_experiment_by_name(current_connection(), name)


def delete_experiment(experiment_id: str) -> None:
    """Delete an experiment with its runs; both can be restored."""
    experiments.delete_experiment(current_connection(), experiment_id)


def restore_experiment(experiment_id: str) -> None:
    """Restore a deleted experiment with its runs."""
    experiments.restore_experiment(current_connection(), experiment_id)


def search_experiments(
    view_type: ViewType | int = ViewType.ACTIVE_ONLY,
    max_results: int | None = None,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
) -> list[Experiment]:
    """Return experiments; all that match when `max_results` is None."""
    connection = current_connection()
    found: list[Experiment] = []
    token: str | None = None
    while max_results is None or len(found) < max_results:
        wanted = experiments.SEARCH_PAGE
        if max_results is not None:
            wanted = min(wanted, max_results - len(found))
        page = experiments.search_experiments(
            connection, view_type, wanted, filter_string, order_by, token
        )
        found.extend(page)
        token = page.token
        if not token:
            break
    return found


def set_experiment_tag(key: str, value: Any) -> None:
    """Set a tag on the active experiment."""
    set_experiment_tags({key: value})


def set_experiment_tags(tags: Mapping[str, Any]) -> None:
    """Set several tags on the active experiment."""
    connection = current_connection()
    experiment_id = fluent.active_experiment(connection).experiment_id
    for key, value in tags.items():
        experiments.set_experiment_tag(connection, experiment_id, key, value)


def delete_experiment_tag(key: str) -> None:
    """Take a tag off the active experiment."""
    connection = current_connection()
    experiment_id = fluent.active_experiment(connection).experiment_id
    experiments.delete_experiment_tag(connection, experiment_id, key)


def get_run(run_id: str) -> Run:
    """Return a run, also a deleted one."""
    return runs.get_run(current_connection(), run_id)


def get_parent_run(run_id: str) -> Run | None:
    """Return the run in which a run is nested; None when there is none."""
    return runs.get_parent_run(current_connection(), run_id)


def delete_run(run_id: str) -> None:
    """Delete a run; it can be restored."""
    runs.delete_run(current_connection(), run_id)


def restore_run(run_id: str) -> None:
    """Restore a deleted run."""
    runs.restore_run(current_connection(), run_id)


def search_runs(
    experiment_ids: Sequence[str] | None = None,
    filter_string: str = "",
    run_view_type: ViewType | int = ViewType.ACTIVE_ONLY,
    max_results: int = 100_000,
    order_by: Sequence[str] | None = None,
    output_format: FrameLibrary | Literal["list"] = "pandas",
    search_all_experiments: bool = False,
    experiment_names: Sequence[str] | None = None,
) -> Any:
    """Search runs of some experiments, of the active one by default.

    Returns:
        A pandas or polars DataFrame or an Arrow table with a row per run; a list of runs for
        `output_format="list"`.

    Raises:
        InvalidParameter: Both ids and names are given, or the format is unknown.
    """
    if output_format not in {"pandas", "polars", "arrow", "list"}:
        raise InvalidParameter(
            f"Unsupported output format: {output_format}. Supported string values are 'pandas', "
            "'polars', 'arrow' or 'list'."
        )
    connection = current_connection()
    wanted = wanted_experiments(experiment_ids, experiment_names, every=search_all_experiments)
    if output_format == "list":
        return search.all_runs(
            connection,
            wanted,
            filter_string=filter_string,
            run_view_type=run_view_type,
            max_results=max_results,
            order_by=order_by,
        )
    return pkgutil.resolve_name(_TO_FRAME)(
        connection,
        wanted,
        filter_string=filter_string,
        run_view_type=run_view_type,
        max_results=max_results,
        order_by=order_by,
        library=output_format,
    )


def history_frame(
    run_ids: Sequence[str] | str,
    keys: Sequence[str] | str | None = None,
    library: FrameLibrary = "pandas",
    *,
    by_rank: bool = False,
) -> Any:
    """Return all points of metrics of some runs as a data frame, a row per point.

    Args:
        run_ids: The runs.
        keys: The metrics; all when None.
        library: `pandas`, `polars` or `arrow`.
        by_rank: Whether to have what each rank logged, where a launcher started several processes.

    Returns:
        A frame with `run_id`, `key`, `step`, `timestamp` and `value`: run by run, metrics by name, points
        by step; by rank with a column `rank`.

    Raises:
        RunNotFound: There is no run of an id.
    """
    return pkgutil.resolve_name(_HISTORY_FRAME)(
        current_connection(),
        [run_ids] if isinstance(run_ids, str) else list(run_ids),
        [keys] if isinstance(keys, str) else keys,
        by_rank=by_rank,
        library=library,
    )


def wanted_experiments(ids: Any, names: Sequence[str] | None, *, every: bool) -> tuple[str, ...]:
    """Return the ids of the experiments to search."""
    if ids is not None and names is not None:
        raise InvalidParameter("Only experiment_ids or experiment_names can be used, but not both.")
    if names is not None:
        found = [get_experiment_by_name(name) for name in names]
        return tuple(experiment.experiment_id for experiment in found if experiment is not None)
    if ids is not None and (ids or not every):
        return search.checked_ids(ids)
    if every:
        return tuple(
            experiment.experiment_id
            for experiment in search_experiments(view_type=ViewType.ACTIVE_ONLY)
        )
    return (fluent.active_experiment(current_connection()).experiment_id,)
