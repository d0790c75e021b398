"""Experiments: create, get, search, rename, delete, restore, tag."""

from typing import Final

from sqlalchemy import Connection

from assay.entities.experiments import ExperimentTag
from assay.entities.locations import parse_location
from assay.entities.names import (
    MAX_EXPERIMENT_TAG_VALUE,
    MAX_KEY,
    check_experiment_name,
    check_length,
)
from assay.errors import InvalidParameter, MissingParameter
from assay.server.routing import reads, writes
from assay.server.services import Services
from assay.settings import ARTIFACT_LOCATION_MAX_LENGTH
from assay.store import datasets, experiments
from assay.store.experiment_activity import describe_activity
from assay.store.notes import list_note_versions
from assay.store.page_limits import experiment_numbers
from assay.store.search_experiments import search_experiments
from assay.wire import experiments as wire
from assay.wire.endpoint import Empty

MAX_DATASET_EXPERIMENTS: Final = 20
MAX_ACTIVITY_EXPERIMENTS: Final = 1000


def _create(
    services: Services, conn: Connection, request: wire.CreateExperiment
) -> wire.ExperimentCreated:
    check_experiment_name(request.name)
    for tag in request.tags:
        _check_tag(tag)
    location = request.artifact_location
    experiment_id = experiments.create_experiment(
        conn,
        name=request.name,
        artifact_location=parse_location(location, limit=ARTIFACT_LOCATION_MAX_LENGTH.get())
        if location
        else "",
        tags=request.tags,
        now_ms=services.now_ms(),
    )
    return wire.ExperimentCreated(experiment_id=experiment_id)


def _get(
    _services: Services, conn: Connection, request: wire.GetExperiment
) -> wire.ExperimentAnswer:
    return wire.ExperimentAnswer(experiment=experiments.get_experiment(conn, request.experiment_id))


def _get_by_name(
    _services: Services, conn: Connection, request: wire.GetExperimentByName
) -> wire.ExperimentAnswer:
    return wire.ExperimentAnswer(
        experiment=experiments.get_experiment_by_name(conn, request.experiment_name)
    )


def _search(
    _services: Services, conn: Connection, request: wire.SearchExperiments
) -> wire.ExperimentPage:
    page = search_experiments(
        conn,
        filter=request.filter,
        view=request.view_type,
        order_by=request.order_by,
        max_results=request.max_results,
        page_token=request.page_token,
    )
    return wire.ExperimentPage(experiments=tuple(page), next_page_token=page.token)


def _update(services: Services, conn: Connection, request: wire.UpdateExperiment) -> Empty:
    check_experiment_name(request.new_name)
    experiments.rename_experiment(
        conn, request.experiment_id, name=request.new_name, now_ms=services.now_ms()
    )
    return Empty()


def _delete(services: Services, conn: Connection, request: wire.GetExperiment) -> Empty:
    experiments.delete_experiment(conn, request.experiment_id, now_ms=services.now_ms())
    return Empty()


def _restore(services: Services, conn: Connection, request: wire.GetExperiment) -> Empty:
    experiments.restore_experiment(conn, request.experiment_id, now_ms=services.now_ms())
    return Empty()


def _set_tag(services: Services, conn: Connection, request: wire.SetExperimentTag) -> Empty:
    _check_tag(ExperimentTag(request.key, request.value))
    experiments.set_experiment_tag(
        conn,
        request.experiment_id,
        key=request.key,
        value=request.value,
        now_ms=services.now_ms(),
    )
    return Empty()


def _delete_tag(_services: Services, conn: Connection, request: wire.DeleteExperimentTag) -> Empty:
    experiments.delete_experiment_tag(conn, request.experiment_id, key=request.key)
    return Empty()


def _search_datasets(
    _services: Services, conn: Connection, request: wire.SearchDatasets
) -> wire.DatasetSummaries:
    if not request.experiment_ids:
        raise InvalidParameter("SearchDatasets request must specify at least one experiment_id.")
    if len(request.experiment_ids) > MAX_DATASET_EXPERIMENTS:
        raise InvalidParameter(
            f"SearchDatasets request cannot specify more than {MAX_DATASET_EXPERIMENTS} "
            f"experiment_ids. Received {len(request.experiment_ids)} experiment_ids."
        )
    found = datasets.search_datasets(conn, request.experiment_ids)
    return wire.DatasetSummaries(dataset_summaries=tuple(found))


def _describe_activity(
    _services: Services, conn: Connection, request: wire.DescribeActivity
) -> wire.ActivityDescribed:
    if len(request.experiment_ids) > MAX_ACTIVITY_EXPERIMENTS:
        raise InvalidParameter(
            f"At most {MAX_ACTIVITY_EXPERIMENTS} experiments can be described at once."
        )
    found = describe_activity(conn, experiment_numbers(request.experiment_ids))
    return wire.ActivityDescribed(
        experiments=tuple(
            wire.ExperimentActivity(
                experiment_id=str(number),
                n_runs=activity.n_runs,
                n_running=activity.n_running,
                last_start_ms=activity.last_start_ms,
            )
            for number, activity in found.items()
        )
    )


def _list_note_versions(
    _services: Services, conn: Connection, request: wire.GetExperiment
) -> wire.NoteVersions:
    number = experiments.experiment_number(request.experiment_id)
    experiments.get_experiment(conn, request.experiment_id)
    return wire.NoteVersions(versions=list_note_versions(conn, number))


def _check_tag(tag: ExperimentTag) -> None:
    if not tag.key:
        raise MissingParameter("key")
    check_length(tag.key, what="key", limit=MAX_KEY)
    check_length(tag.value, what="value", limit=MAX_EXPERIMENT_TAG_VALUE)


ROUTES = (
    writes(wire.CREATE, _create),
    reads(wire.GET, _get),
    reads(wire.GET_BY_NAME, _get_by_name),
    reads(wire.SEARCH, _search),
    writes(wire.UPDATE, _update),
    writes(wire.DELETE, _delete),
    writes(wire.RESTORE, _restore),
    writes(wire.SET_TAG, _set_tag),
    writes(wire.DELETE_TAG, _delete_tag),
    reads(wire.SEARCH_DATASETS, _search_datasets),
    reads(wire.DESCRIBE_ACTIVITY, _describe_activity),
    reads(wire.LIST_NOTE_VERSIONS, _list_note_versions),
)
