"""Runs in the database: create, update, delete, restore, and the tags that belong to one change.

Loading runs with all that they logged is `run_pages.py`; logging to them is `batches.py`.
"""

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, update

from assay.entities.events import Changed
from assay.entities.locations import join_location
from assay.entities.names import MAX_NATIVE_VALUE, check_length
from assay.entities.random_names import random_name
from assay.entities.runs import (
    RUN_NAME_TAG,
    RUN_STATUS_NUMBERS,
    Run,
    RunData,
    RunInfo,
    RunStatus,
    RunTag,
)
from assay.errors import (
    AlreadyExists,
    BeingPurged,
    InactiveRun,
    InvalidParameter,
    NotFound,
    RunNotFound,
)
from assay.store.change_log import note
from assay.store.experiments import active_experiment
from assay.store.keys import find_key_ids, key_ids
from assay.store.run_pages import load_runs, run_info
from assay.store.statements import Statement
from assay.store.tables import ACTIVE, DELETED, PURGING, runs

LOG_MODEL_TAG: Final = "mlflow.log-model.history"
STATUS_OF: Final = {status: number for number, status in RUN_STATUS_NUMBERS.items()}

_FIND = Statement("SELECT run_number, experiment_id, lifecycle FROM runs WHERE run_id = ?")
_FIND_FOR_WRITING = Statement(
    "SELECT run_number, experiment_id, lifecycle FROM runs WHERE run_id = ? FOR WRITING"
)
_LOCATION = Statement("SELECT artifact_location FROM experiments WHERE experiment_id = ?")
_ADD = Statement(
    "INSERT INTO runs (run_id, experiment_id, name, user_id, status, lifecycle, start_time, "
    "artifact_uri) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_id) DO NOTHING "
    "RETURNING run_number"
)
_SET_TAG = Statement(
    "INSERT INTO tags (run_number, key_id, experiment_id, value) VALUES (?, ?, ?, ?) "
    "ON CONFLICT (run_number, key_id) DO UPDATE SET value = excluded.value"
)
_GET_TAG = Statement("SELECT value FROM tags WHERE run_number = ? AND key_id = ?")
_DELETE_TAG = Statement("DELETE FROM tags WHERE run_number = ? AND key_id = ?")
_BEAT = Statement(
    "UPDATE runs SET heartbeat_time = ? WHERE run_id = ? AND lifecycle = 0 RETURNING run_number"
)


class RunPlace(NamedTuple):
    """Where a run stands in the database."""

    run_number: int
    experiment_id: int


class RunHome(NamedTuple):
    """Where new runs go: the number of an active experiment, and where it keeps files."""

    experiment_id: int
    location: str


def find_run(conn: Connection, run_id: str) -> RunPlace:
    """Return where a run stands, also a deleted one; raise RunNotFound when there is none."""
    row = _FIND.row(conn, run_id)
    if row is None or row[2] == PURGING:
        raise RunNotFound(run_id)
    return RunPlace(row[0], row[1])


def active_run(conn: Connection, run_id: str) -> RunPlace:
    """Return where a run stands that is to be written to, and keep other servers from it.

    Raises:
        RunNotFound: There is none, or it is being purged.
        InactiveRun: It is deleted.
    """
    row = _FIND_FOR_WRITING.row(conn, run_id)
    if row is None or row[2] == PURGING:
        raise RunNotFound(run_id)
    if row[2] != ACTIVE:
        raise InactiveRun(run_id)
    return RunPlace(row[0], row[1])


def create_run(
    conn: Connection,
    *,
    experiment_id: str,
    run_id: str | None = None,
    user_id: str = "",
    run_name: str | None = None,
    start_time: int = 0,
    tags: Iterable[RunTag] = (),
) -> Run:
    """Create a running run in an active experiment; return it without outputs.

    Args:
        conn: A writing connection.
        experiment_id: The experiment it belongs to.
        run_id: Its id, when the client chose one; else 32 random hexadecimal digits.
        user_id: Who runs it.
        run_name: Its name; without one the tag `mlflow.runName`, else a random name.
        start_time: Milliseconds since the epoch.
        tags: Its first tags; of two with one key the last counts.

    Raises:
        InvalidParameter: Name and tag differ, or the experiment is deleted.
        AlreadyExists: A run of this id exists.
    """
    tags = tuple(tags)
    name = _agreed_name(run_name, {tag.key: tag.value for tag in tags})
    return create_run_in(
        conn,
        find_home(conn, experiment_id),
        run_id=run_id,
        user_id=user_id,
        run_name=name,
        start_time=start_time,
        tags=tags,
    )


def find_home(conn: Connection, experiment_id: str) -> RunHome:
    """Return where new runs of an experiment go; raise when it is not active or there is none."""
    experiment = active_experiment(conn, experiment_id)
    return RunHome(experiment, _LOCATION.rows(conn, experiment)[0][0])


def create_run_in(
    conn: Connection,
    home: RunHome,
    *,
    run_id: str | None = None,
    user_id: str = "",
    run_name: str | None = None,
    start_time: int = 0,
    tags: Iterable[RunTag] = (),
) -> Run:
    """Create a running run in a place that was found; else as `create_run`."""
    merged = {tag.key: tag.value for tag in tags}
    name = _agreed_name(run_name, merged)
    merged[RUN_NAME_TAG] = name
    experiment, location = home
    run_id = run_id or uuid.uuid4().hex
    uri = join_location(location, f"{run_id}/artifacts")
    running = STATUS_OF[RunStatus.RUNNING]
    row = _ADD.row(conn, run_id, experiment, name, user_id, running, ACTIVE, start_time, uri)
    if row is None:
        raise AlreadyExists(f"A run with id {run_id!r} exists already.")
    _set_tags(conn, RunPlace(row[0], experiment), merged)
    note(conn, experiment, row[0], Changed.CREATED)
    info = RunInfo(
        run_id=run_id,
        run_uuid=run_id,
        experiment_id=str(experiment),
        run_name=name,
        user_id=user_id,
        status=RunStatus.RUNNING,
        start_time=start_time,
        artifact_uri=uri,
        lifecycle_stage="active",
    )
    return Run(info, RunData(tag_list=tuple(RunTag(key, merged[key]) for key in merged)))


def get_run(conn: Connection, run_id: str) -> Run:
    """Return a run with all that it logged, also a deleted one."""
    return load_runs(conn, [find_run(conn, run_id).run_number])[0]


def update_run(
    conn: Connection,
    run_id: str,
    *,
    status: RunStatus | None = None,
    end_time: int | None = None,
    run_name: str | None = None,
) -> RunInfo:
    """Change what is given of an active run, and return how it stands now.

    An empty name changes nothing; a name is also kept as the tag `mlflow.runName`.
    """
    place = active_run(conn, run_id)
    changes: dict[str, object] = {}
    if status is not None:
        changes["status"] = STATUS_OF[status]
    if end_time is not None:
        changes["end_time"] = end_time
    if run_name:
        changes["name"] = run_name
        _set_tags(conn, place, {RUN_NAME_TAG: run_name})
    if changes:
        conn.execute(update(runs).where(runs.c.run_number == place.run_number).values(changes))
        changed = (Changed.STATUS if status or end_time else Changed(0)) | (
            Changed.RENAMED if run_name else Changed(0)
        )
        note(conn, place.experiment_id, place.run_number, changed)
    return run_info(conn, place.run_number)


def delete_run(conn: Connection, run_id: str, *, now_ms: int) -> None:
    """Mark a run as deleted; again changes nothing."""
    _move(conn, run_id, {"lifecycle": DELETED, "deleted_time": now_ms}, before=ACTIVE)
    note_run(conn, run_id, Changed.DELETED)


def restore_run(conn: Connection, run_id: str) -> None:
    """Make a deleted run active; again changes nothing.

    Raises:
        BeingPurged: It is too late.
        RunNotFound: There is none.
    """
    row = _FIND_FOR_WRITING.row(conn, run_id)
    if row is not None and row[2] == PURGING:
        raise BeingPurged("Run", run_id)
    _move(conn, run_id, {"lifecycle": ACTIVE, "deleted_time": None}, before=DELETED)
    note_run(conn, run_id, Changed.RESTORED)


def note_run(conn: Connection, run_id: str, changed: Changed) -> None:
    """Note that a run changes."""
    place = find_run(conn, run_id)
    note(conn, place.experiment_id, place.run_number, changed)


def delete_tag(conn: Connection, run_id: str, *, key: str) -> None:
    """Take a tag off an active run; raise NotFound when it has none of this key."""
    place = active_run(conn, run_id)
    key_id = find_key_ids(conn, [key]).get(key)
    if key_id is None or _DELETE_TAG.run(conn, place.run_number, key_id) == 0:
        raise NotFound(f"No tag with name: {key} in run with id {run_id}")
    note(conn, place.experiment_id, place.run_number, Changed.TAGS)


def heartbeat(conn: Connection, run_id: str, *, now_ms: int) -> None:
    """Note that an active run is alive."""
    if _BEAT.row(conn, now_ms, run_id) is None:
        active_run(conn, run_id)


def log_model_json(conn: Connection, run_id: str, *, model_json: str) -> None:
    """Add what an old client says of a model it saved to the run's history of models.

    Raises:
        InvalidParameter: It is not JSON, or lacks what every model has.
    """
    entry = _model_entry(model_json)
    place = active_run(conn, run_id)
    key_id = key_ids(conn, [LOG_MODEL_TAG])[LOG_MODEL_TAG]
    row = _GET_TAG.row(conn, place.run_number, key_id)
    history = json.dumps([*_parsed_list(row[0] if row else "[]"), entry])
    check_length(history, what="Tag value", limit=MAX_NATIVE_VALUE)
    _SET_TAG.run(conn, place.run_number, key_id, place.experiment_id, history)
    note(conn, place.experiment_id, place.run_number, Changed.TAGS)


def _agreed_name(run_name: str | None, tags: Mapping[str, str]) -> str:
    tagged = tags.get(RUN_NAME_TAG)
    if run_name and tagged and run_name != tagged:
        raise InvalidParameter(
            "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different "
            f"values (run_name='{run_name}', mlflow.runName='{tagged}')."
        )
    return run_name or tagged or random_name()


def _set_tags(conn: Connection, place: RunPlace, tags: Mapping[str, str]) -> None:
    ids = key_ids(conn, tags)
    number, experiment = place
    _SET_TAG.run_many(conn, [(number, ids[key], experiment, tags[key]) for key in tags])


def _move(conn: Connection, run_id: str, changes: Mapping[str, object], *, before: int) -> None:
    changed = conn.execute(
        update(runs).where(runs.c.run_id == run_id, runs.c.lifecycle == before).values(changes)
    )
    if changed.rowcount == 0:
        find_run(conn, run_id)


def _model_entry(model_json: str) -> dict[str, Any]:
    try:
        model = json.loads(model_json)
    except (ValueError, RecursionError):
        raise InvalidParameter("Malformed model info: 'model_json' is not valid JSON.") from None
    needed = ("artifact_path", "flavors", "utc_time_created", "run_id")
    missing = [name for name in needed if not isinstance(model, dict) or name not in model]
    if missing:
        raise InvalidParameter(f"Model json is missing mandatory fields: {missing}")
    return {name: model[name] for name in (*needed, "model_uuid") if name in model}


def _parsed_list(text: str) -> list[Any]:
    # The tag is the user's: whatever else stands there is replaced.
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return found if isinstance(found, list) else []
