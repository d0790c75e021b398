"""Starting and ending runs without naming a client: the state behind `assay.start_run` and friends."""

import os
import pkgutil
from collections.abc import Mapping
from typing import Any, Final

from assay import settings
from assay.client import active, experiments, process_exit, runs, system_metrics
from assay.client.active import ActiveRun, Entry
from assay.client.capture import exit_reason, recording
from assay.client.connection import Connection
from assay.client.context_tags import context_tags, user_name
from assay.client.launchers import current_rank
from assay.client.rescue import deliver_leftovers
from assay.client.tracking_uri import current_connection
from assay.entities.experiments import Experiment
from assay.entities.runs import NOTE_TAG, PARENT_RUN_TAG, Run, RunStatus
from assay.errors import InvalidParameter

# By name: histories bring NumPy along.
_FIND_SOURCE: Final = "assay.client.forking:find_source"
_NAME_OF_FORK: Final = "assay.client.forking:name_of_fork"
_TAGS_OF_FORK: Final = "assay.client.forking:tags_of_fork"
_COPY_UNTIL: Final = "assay.client.forking:copy_until"


class _Chosen:
    """The experiment that `set_experiment` was called with, for all threads."""

    experiment: Experiment | None = None


def set_experiment(
    experiment_name: str | None = None, experiment_id: str | None = None
) -> Experiment:
    """Make an experiment the one that new runs belong to; a missing name is created.

    Raises:
        InvalidParameter: Both or neither argument is given, or the experiment is deleted.
    """
    if (experiment_name is None) == (experiment_id is None):
        raise InvalidParameter("Must specify exactly one of: `experiment_id` or `experiment_name`.")
    connection = current_connection()
    if experiment_name is not None:
        experiment = experiments.find_or_create(connection, experiment_name)
    else:
        experiment = experiments.find_existing(connection, str(experiment_id))
    _Chosen.experiment = experiment
    # Processes started from here log to the same experiment.
    os.environ[settings.EXPERIMENT_ID.variables[-1]] = experiment.experiment_id
    return experiment


def forget_experiment() -> None:
    """Undo `set_experiment`: the environment says again which experiment new runs belong to."""
    _Chosen.experiment = None
    settings.EXPERIMENT_ID.unset()


def active_experiment(connection: Connection) -> Experiment:
    """Return the experiment that new runs belong to."""
    return _Chosen.experiment or experiments.experiment_of_environment(connection)


def start_run(
    run_id: str | None = None,
    experiment_id: str | None = None,
    run_name: str | None = None,
    nested: bool = False,
    parent_run_id: str | None = None,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,
) -> ActiveRun:
    """Start a run, or go on with the one that `run_id` names, and make it this thread's active run."""
    _check_nesting(nested=nested or parent_run_id is not None, parent_run_id=parent_run_id)
    all_tags = _tags(tags, description)
    connection = current_connection()
    existing_id = run_id or _run_id_of_environment()
    if existing_id:
        run = _resume(connection, existing_id, experiment_id, run_name, all_tags)
    else:
        run = _begin(connection, experiment_id, run_name, parent_run_id, all_tags)
    process_exit.watch()
    begun = active.begin(run, runs.open_run(connection, run.info.run_id), connection)
    recording.begin(active.thread.entries[-1])
    system_metrics.watch(active.thread.entries[-1], is_wanted=log_system_metrics)
    return begun


def fork(
    run_id: str,
    step: int,
    *,
    run_name: str | None = None,
    experiment_id: str | None = None,
    nested: bool = False,
    tags: Mapping[str, Any] | None = None,
    description: str | None = None,
    log_system_metrics: bool | None = None,
) -> ActiveRun:
    """Start a run that begins as a copy of another one up to `step`, and make it the active run.

    Params, data sets, tags and the points of all metrics up to and including `step` are copied; the
    other run stays as it is. The tags `assay.fork.run_id` and `assay.fork.step` say where it comes from.

    Args:
        run_id: The run to begin from.
        step: The last step to take over.
        run_name: Name of the new run; by default the other's, with `from` and the step.
        experiment_id: Where it belongs; by default where the other one does.
        nested: Whether another run may be active, which becomes its parent.
        tags: Further tags, which win over copied ones.
        description: Replaces the other run's description.
        log_system_metrics: As for `start_run`.

    Raises:
        RunNotFound: No run has this id.
        InactiveRun: It is deleted.
    """
    connection = current_connection()
    source = pkgutil.resolve_name(_FIND_SOURCE)(connection, run_id)
    given = _tags(tags, description)
    begun = start_run(
        experiment_id=experiment_id or source.info.experiment_id,
        run_name=run_name or pkgutil.resolve_name(_NAME_OF_FORK)(source, step),
        nested=nested,
        tags=pkgutil.resolve_name(_TAGS_OF_FORK)(source, step, given),
        log_system_metrics=log_system_metrics,
    )
    entry = active_entry()
    try:
        pkgutil.resolve_name(_COPY_UNTIL)(connection, source, entry.open_run, step)
    except BaseException as error:
        active.end(entry, RunStatus.FAILED, ending=exit_reason.of_error(error))
        raise
    return begun


def end_run(status: str = "FINISHED") -> None:
    """End this thread's active run, if there is one."""
    entry = active.current()
    if entry is not None:
        active.end(entry, runs.checked_status(status))


def active_run() -> ActiveRun | None:
    """Return this thread's active run."""
    entry = active.current()
    return None if entry is None else entry.run


def last_active_run() -> Run | None:
    """Return this thread's active run, else the last one that was active in it."""
    entry = active.current()
    if entry is not None:
        return entry.run
    last = active.thread.last_ended
    if last is None or last.connection.is_offline:
        return None if last is None else last.run
    return runs.get_run(last.connection, last.run.info.run_id)


def active_entry() -> Entry:
    """Return this thread's active run with its journal; without one, a run is started."""
    entries = active.thread.entries
    if entries:
        return entries[-1]
    start_run()
    return entries[-1]


def _begin(
    connection: Connection,
    experiment_id: str | None,
    run_name: str | None,
    parent_run_id: str | None,
    tags: Mapping[str, str],
) -> Run:
    if experiment_id is not None:
        experiment = experiments.find_existing(connection, str(experiment_id))
    else:
        experiment = active_experiment(connection)
    all_tags = {**context_tags(), **_parent_tag(connection, parent_run_id), **tags}
    return runs.begin_run(
        connection,
        experiment,
        run_name=run_name,
        start_time_ms=None,
        tags=all_tags,
        user_id=user_name(),
        rank=current_rank(),
    )


def _resume(
    connection: Connection,
    run_id: str,
    experiment_id: str | None,
    run_name: str | None,
    tags: Mapping[str, str],
) -> Run:
    if connection.is_reachable():
        # What the run's last process left comes first, maybe the run itself.
        deliver_leftovers(connection, run_id)
    run = runs.resume_run(connection, run_id, current_rank())
    chosen = experiment_id or (_Chosen.experiment and _Chosen.experiment.experiment_id)
    if chosen and run.info.experiment_id and str(chosen) != run.info.experiment_id:
        raise InvalidParameter(
            f"Cannot start run with ID {run_id} because active experiment ID does not match "
            f"environment run ID. Run {run_id} belongs to experiment {run.info.experiment_id}, the "
            f"active one is {chosen}."
        )
    open_run = runs.open_run(connection, run_id)
    if run_name:
        open_run.rename(run_name)
    for key, value in tags.items():
        open_run.set_tag(key, value)
    return run


def _check_nesting(*, nested: bool, parent_run_id: str | None) -> None:
    entry = active.current()
    if entry is None:
        return
    active_id = entry.run.info.run_id
    if not nested:
        raise InvalidParameter(
            f"Run with UUID {active_id} is already active. To start a new run, first end the "
            "current run with mlflow.end_run(). To start a nested run, call start_run with "
            "nested=True"
        )
    if parent_run_id is not None and parent_run_id != active_id:
        raise InvalidParameter(
            f"Current run with UUID {active_id} does not match the specified parent_run_id "
            f"{parent_run_id}. To start a new nested run under the parent run with UUID "
            f"{active_id}, first end the current run with mlflow.end_run()."
        )


def _parent_tag(connection: Connection, parent_run_id: str | None) -> dict[str, str]:
    entry = active.current()
    if entry is not None:
        return {PARENT_RUN_TAG: entry.run.info.run_id}
    if parent_run_id is None:
        return {}
    if connection.is_reachable():
        runs.get_active_run(connection, parent_run_id)
    return {PARENT_RUN_TAG: parent_run_id}


def _run_id_of_environment() -> str:
    """Return the run id that the environment names; it counts for one run only."""
    run_id = settings.RUN_ID.get()
    if run_id:
        settings.RUN_ID.unset()
    return run_id


def _tags(tags: Mapping[str, Any] | None, description: str | None) -> dict[str, str]:
    all_tags = {key: str(value) for key, value in (tags or {}).items()}
    if description:
        if NOTE_TAG in all_tags:
            raise InvalidParameter(
                f"Description is already set via the tag {NOTE_TAG} in tags. Remove the key "
                f"{NOTE_TAG} from the tags or omit the description."
            )
        all_tags[NOTE_TAG] = description
    return all_tags
