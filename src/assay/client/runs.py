"""Runs: beginning, ending and changing them. What is logged to them goes through `open_run.py`."""

import os
import time
from collections.abc import Mapping
from typing import Any, Final

from assay.client import experiments, process_exit
from assay.client.connection import Connection
from assay.client.launchers import Rank, shared_run_id
from assay.client.open_run import OpenRun
from assay.client.probe import ServerKind
from assay.entities.experiments import Experiment
from assay.entities.locations import join_location
from assay.entities.names import MAX_NATIVE_VALUE, check_key, check_length, check_run_id
from assay.entities.random_names import random_name
from assay.entities.runs import (
    PARENT_RUN_TAG,
    RUN_NAME_TAG,
    USER_TAG,
    Run,
    RunData,
    RunInfo,
    RunStatus,
    RunTag,
)
from assay.errors import InactiveRun, InvalidParameter
from assay.wire import runs as wire
from assay.wire.ingest import RunCreation

CREATION_WAIT_S: Final = 2.0


def begin_run(
    connection: Connection,
    experiment: Experiment,
    *,
    run_name: str | None,
    start_time_ms: int | None,
    tags: Mapping[str, Any],
    user_id: str,
    rank: Rank | None = None,
) -> Run:
    """Begin a run and return it, once the store has it or after a moment.

    All ranks of a job begin the same one: whoever comes first creates it, and rank 0 ends it.

    Others who are told the id, such as the workers of a cluster, then find the run there. A store
    that is out of reach is not waited for.
    """
    run_id = os.urandom(16).hex()
    if rank is not None:
        parent_id = str(tags.get(PARENT_RUN_TAG, ""))
        run_id = shared_run_id(
            rank, experiment.name or experiment.experiment_id, run_name or "", parent_id
        )
        run_name = run_name or tags.get(RUN_NAME_TAG) or random_name(run_id)
    creation = _creation(
        experiment, run_name=run_name, start_time_ms=start_time_ms, tags=tags, user_id=user_id
    )
    if connection.server_kind is ServerKind.MLFLOW:
        return _create_remotely(connection, creation)
    open_run = _open(connection, run_id, owns_run=_owns(rank), rank=rank)
    open_run.create(creation)
    if rank is not None:
        open_run.join(rank.launch)
    if connection.is_reachable():
        connection.flush(CREATION_WAIT_S)
    return _described(run_id, creation, experiment)


def resume_run(connection: Connection, run_id: str, rank: Rank | None = None) -> Run:
    """Open a run that exists and set it to RUNNING; the ranks after the first only join it.

    Raises:
        RunNotFound: No run has this id.
        InactiveRun: It is deleted.
    """
    check_run_id(run_id)
    is_known = connection.is_reachable()
    run = get_active_run(connection, run_id) if is_known else _unknown_run(run_id)
    found = connection.find_run(run_id)
    if found is None or not (found.journal.owns_run or found.journal.rank):
        if found is not None:
            connection.close_run(found)
        found = _open(connection, run_id, owns_run=_owns(rank), rank=rank, params=run.data.params)
    if _owns(rank):
        found.resume("" if rank is None else rank.launch)
    else:
        found.join("" if rank is None else rank.launch)
    found.is_ended = False
    return run


def open_run(connection: Connection, run_id: str) -> OpenRun:
    """Return the open run with this id, opened now if this process had not logged to it yet.

    Raises:
        RunNotFound: The store answers and has no such run.
        InactiveRun: It is deleted.
    """
    found = connection.find_run(run_id)
    if found is not None:
        return found
    check_run_id(run_id)
    params: dict[str, str] = {}
    if connection.is_reachable():
        params = get_active_run(connection, run_id).data.params
    return _open(connection, run_id, owns_run=False, params=params)


def create_run(
    connection: Connection,
    experiment_id: str,
    start_time: int | None = None,
    tags: Mapping[str, Any] | None = None,
    run_name: str | None = None,
) -> Run:
    """Begin a run without making it active; its tags are those given, and no others."""
    return begin_run(
        connection,
        experiments.find_existing(connection, str(experiment_id)),
        run_name=run_name,
        start_time_ms=start_time,
        tags=tags or {},
        user_id="unknown",
    )


def set_terminated(
    connection: Connection, run_id: str, status: str | None = None, end_time: int | None = None
) -> None:
    """Record that a run is over, and wait, for a bounded time, until that has arrived."""
    run = open_run(connection, run_id)
    run.end(checked_status(status or RunStatus.FINISHED), end_time or time.time_ns() // 1_000_000)
    is_delivered = connection.flush(run=run)
    connection.close_run(run)
    if not is_delivered:
        connection.report_undelivered()


def update_run(
    connection: Connection, run_id: str, status: str | None = None, name: str | None = None
) -> None:
    """Change a run's status or name."""
    if connection.is_offline:
        run = open_run(connection, run_id)
        if name:
            run.rename(name)
        if status is not None:
            run.set_status(checked_status(status))
        return
    connection.call(
        wire.UPDATE,
        wire.UpdateRun(
            run_id=run_id,
            status=None if status is None else checked_status(status),
            run_name=name,
        ),
    )


def get_run(connection: Connection, run_id: str) -> Run:
    """Return a run, also a deleted one."""
    return connection.call(wire.GET, wire.GetRun(run_id=run_id)).run


def get_active_run(connection: Connection, run_id: str) -> Run:
    """Return a run that is not deleted."""
    run = get_run(connection, run_id)
    if run.info.lifecycle_stage != "active":
        raise InactiveRun(run_id)
    return run


def get_parent_run(connection: Connection, run_id: str) -> Run | None:
    """Return the run in which a run is nested; None when there is none."""
    parent_id = get_run(connection, run_id).data.tags.get(PARENT_RUN_TAG)
    return None if parent_id is None else get_run(connection, parent_id)


def delete_run(connection: Connection, run_id: str) -> None:
    """Delete a run; it can be restored."""
    connection.call(wire.DELETE, wire.GetRun(run_id=run_id))


def restore_run(connection: Connection, run_id: str) -> None:
    """Restore a deleted run."""
    connection.call(wire.RESTORE, wire.GetRun(run_id=run_id))


def checked_status(status: str | RunStatus) -> RunStatus:
    """Return `status` as a run status.

    Raises:
        InvalidParameter: There is no such status.
    """
    try:
        return RunStatus(str(status).upper())
    except ValueError:
        raise InvalidParameter(
            f"Unrecognized run status: {status!r}. Use one of {', '.join(RunStatus)}."
        ) from None


def _owns(rank: Rank | None) -> bool:
    """Return whether the run ends with this process."""
    return rank is None or rank.number == 0


def _open(
    connection: Connection,
    run_id: str,
    *,
    owns_run: bool,
    rank: Rank | None = None,
    params: dict[str, str] | None = None,
) -> OpenRun:
    """Begin a journal for a run; what is in it at the end of this process is still delivered."""
    process_exit.watch()
    number = None if rank is None else rank.number
    return connection.open_run(run_id, owns_run=owns_run, rank=number, params=params)


def _creation(
    experiment: Experiment,
    *,
    run_name: str | None,
    start_time_ms: int | None,
    tags: Mapping[str, Any],
    user_id: str,
) -> RunCreation:
    texts = {key: str(value) for key, value in tags.items()}
    for key, value in texts.items():
        check_key(key, what="Tag key")
        check_length(value, what="Tag value", limit=MAX_NATIVE_VALUE)
    tagged = texts.get(RUN_NAME_TAG)
    if run_name and tagged and run_name != tagged:
        raise InvalidParameter(
            f"Both 'run_name' argument and '{RUN_NAME_TAG}' tag are specified, but with different "
            f"values (run_name='{run_name}', {RUN_NAME_TAG}='{tagged}')."
        )
    name = run_name or tagged or random_name()
    texts[RUN_NAME_TAG] = name
    return RunCreation(
        experiment_name=experiment.name or None,
        experiment_id=experiment.experiment_id,
        run_name=name,
        user_id=texts.get(USER_TAG, user_id),
        start_time=time.time_ns() // 1_000_000 if start_time_ms is None else start_time_ms,
        tags=tuple(RunTag(key, value) for key, value in texts.items()),
    )


def _create_remotely(connection: Connection, creation: RunCreation) -> Run:
    request = wire.CreateRun(
        experiment_id=creation.experiment_id or "0",
        user_id=creation.user_id,
        run_name=creation.run_name,
        start_time=creation.start_time,
        tags=creation.tags,
    )
    run = connection.call(wire.CREATE, request).run
    _open(connection, run.info.run_id, owns_run=True)
    return run


def _described(run_id: str, creation: RunCreation, experiment: Experiment) -> Run:
    return Run(
        info=RunInfo(
            run_id=run_id,
            run_uuid=run_id,
            experiment_id=experiment.experiment_id,
            run_name=creation.run_name,
            user_id=creation.user_id,
            status=RunStatus.RUNNING,
            start_time=creation.start_time,
            artifact_uri=join_location(experiment.artifact_location, f"{run_id}/artifacts"),
            lifecycle_stage="active",
        ),
        data=RunData(tag_list=creation.tags),
    )


def _unknown_run(run_id: str) -> Run:
    """Return what can be said of a run that another process made, when nobody can be asked."""
    return Run(
        info=RunInfo(
            run_id=run_id,
            run_uuid=run_id,
            experiment_id="",
            run_name="",
            user_id="",
            status=RunStatus.RUNNING,
            start_time=time.time_ns() // 1_000_000,
            artifact_uri="",
            lifecycle_stage="active",
        )
    )
