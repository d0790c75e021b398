"""Experiments: making, finding and labelling them, also where no server can be asked.

Offline, an experiment's id follows from its name, so that machines which never meet agree on it.
"""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from assay import settings
from assay.client.connection import Connection
from assay.entities.experiments import (
    DEFAULT_EXPERIMENT_ID,
    DEFAULT_EXPERIMENT_NAME,
    Experiment,
    ExperimentTag,
    NoteVersion,
)
from assay.entities.lifecycle import ViewType
from assay.entities.names import check_experiment_name, check_key
from assay.entities.pages import Page
from assay.errors import AlreadyExists, InactiveExperiment, InvalidParameter, NotFound
from assay.wire import experiments as wire

PROXIED_ROOT: Final = "mlflow-artifacts:/"
SEARCH_PAGE: Final = 1000


def create_experiment(
    connection: Connection,
    name: str,
    artifact_location: str | None = None,
    tags: Mapping[str, Any] | None = None,
) -> str:
    """Create an experiment and return its id."""
    check_experiment_name(name)
    request = wire.CreateExperiment(
        name=name,
        artifact_location=artifact_location or "",
        tags=tuple(ExperimentTag(key, str(value)) for key, value in (tags or {}).items()),
    )
    if connection.is_offline:
        return offline_experiment(name=name).experiment_id
    return connection.call(wire.CREATE, request).experiment_id


def get_experiment(connection: Connection, experiment_id: str) -> Experiment:
    """Return the experiment with this id, also a deleted one."""
    request = wire.GetExperiment(experiment_id=str(experiment_id))
    return connection.call(wire.GET, request).experiment


def get_experiment_by_name(connection: Connection, name: str) -> Experiment | None:
    """Return the experiment with this name, also a deleted one; None when there is none."""
    try:
        return connection.call(
            wire.GET_BY_NAME, wire.GetExperimentByName(experiment_name=name)
        ).experiment
    except NotFound:
        return None


def search_experiments(
    connection: Connection,
    view_type: ViewType | int = ViewType.ACTIVE_ONLY,
    max_results: int | None = SEARCH_PAGE,
    filter_string: str | None = None,
    order_by: Sequence[str] | None = None,
    page_token: str | None = None,
) -> Page[Experiment]:
    """Return a page of experiments."""
    request = wire.SearchExperiments(
        max_results=SEARCH_PAGE if max_results is None else max_results,
        page_token=page_token or "",
        filter=filter_string or "",
        order_by=tuple(order_by or ()),
        view_type=ViewType(view_type),
    )
    answer = connection.call(wire.SEARCH, request)
    return Page(answer.experiments, answer.next_page_token)


def rename_experiment(connection: Connection, experiment_id: str, new_name: str) -> None:
    """Give an experiment another name."""
    check_experiment_name(new_name)
    connection.call(
        wire.UPDATE, wire.UpdateExperiment(experiment_id=str(experiment_id), new_name=new_name)
    )


def delete_experiment(connection: Connection, experiment_id: str) -> None:
    """Delete an experiment with its runs; both can be restored."""
    connection.call(wire.DELETE, wire.GetExperiment(experiment_id=str(experiment_id)))


def restore_experiment(connection: Connection, experiment_id: str) -> None:
    """Restore a deleted experiment with its runs."""
    connection.call(wire.RESTORE, wire.GetExperiment(experiment_id=str(experiment_id)))


def set_experiment_tag(connection: Connection, experiment_id: str, key: str, value: Any) -> None:
    """Set a tag on an experiment."""
    check_key(key, what="Tag key")
    connection.call(
        wire.SET_TAG,
        wire.SetExperimentTag(experiment_id=str(experiment_id), key=key, value=str(value)),
    )


def delete_experiment_tag(connection: Connection, experiment_id: str, key: str) -> None:
    """Take a tag off an experiment."""
    connection.call(
        wire.DELETE_TAG, wire.DeleteExperimentTag(experiment_id=str(experiment_id), key=key)
    )


def offline_experiment(*, name: str | None = None, experiment_id: str | None = None) -> Experiment:
    """Return what can be said of an experiment without asking anybody."""
    if experiment_id is None:
        experiment_id = _id_of(name or DEFAULT_EXPERIMENT_NAME)
    return Experiment(
        experiment_id=experiment_id,
        name=name or "",
        artifact_location=PROXIED_ROOT + experiment_id,
        lifecycle_stage="active",
        creation_time=0,
        last_update_time=0,
    )


def find_or_create(connection: Connection, name: str) -> Experiment:
    """Return the experiment called `name`, created when there is none.

    Raises:
        InactiveExperiment: It is deleted.
    """
    if not connection.is_reachable():
        check_experiment_name(name)
        return offline_experiment(name=name)
    found = get_experiment_by_name(connection, name)
    if found is None:
        try:
            return get_experiment(connection, create_experiment(connection, name))
        except AlreadyExists:
            # Another process was faster.
            found = get_experiment_by_name(connection, name)
    if found is None:
        raise InvalidParameter(f"The experiment {name!r} can be neither created nor found.")
    return check_active(found)


def list_note_versions(connection: Connection, experiment_id: str) -> tuple[NoteVersion, ...]:
    """Return what the note of an experiment said, the newest first."""
    return connection.call(
        wire.LIST_NOTE_VERSIONS, wire.GetExperiment(experiment_id=experiment_id)
    ).versions


def find_existing(connection: Connection, experiment_id: str) -> Experiment:
    """Return the experiment with this id, which must not be deleted; unchecked when unreachable."""
    if not connection.is_reachable():
        return offline_experiment(experiment_id=experiment_id)
    return check_active(get_experiment(connection, experiment_id))


def check_active(experiment: Experiment) -> Experiment:
    """Return `experiment`, or raise InactiveExperiment when it is deleted."""
    if experiment.lifecycle_stage != "active":
        raise InactiveExperiment(experiment.experiment_id)
    return experiment


def experiment_of_environment(connection: Connection) -> Experiment:
    """Return the experiment that the environment names, else the default one."""
    name = settings.EXPERIMENT_NAME.get()
    if name:
        return find_or_create(connection, name)
    experiment_id = settings.EXPERIMENT_ID.get() or DEFAULT_EXPERIMENT_ID
    return find_existing(connection, experiment_id)


def _id_of(name: str) -> str:
    """Return the id that a name stands for offline: 52 bits, exact also in JavaScript."""
    if name == DEFAULT_EXPERIMENT_NAME:
        return DEFAULT_EXPERIMENT_ID
    digest = hashlib.sha256(name.encode()).digest()
    return str(1 + (int.from_bytes(digest[:7], "big") >> 4))
