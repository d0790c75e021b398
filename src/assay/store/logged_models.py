"""Logged models in the database: create, finalize, delete, their params and tags.

Loading them with all that they have is `logged_model_pages.py`.
"""

import re
import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, delete, update

from assay.entities.batches import check_text
from assay.entities.locations import join_location
from assay.entities.logged_models import (
    LoggedModel,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from assay.entities.names import MAX_KEY, MAX_PARAM_VALUE, MAX_TAG_VALUE
from assay.entities.random_names import random_name
from assay.errors import (
    BeingPurged,
    InvalidParameter,
    LoggedModelNotFound,
    MissingParameter,
    NotFound,
    RunNotFound,
)
from assay.store.experiments import active_experiment
from assay.store.logged_model_pages import load_logged_models
from assay.store.statements import Statement
from assay.store.tables import ACTIVE, DELETED, PURGING, logged_model_tags, logged_models

MAX_NAME: Final = 500
_BAD_NAME: Final = re.compile(r"[/:.%\"']")

_FIND = Statement("SELECT model_number, lifecycle FROM logged_models WHERE model_id = ?")
_FIND_FOR_WRITING = Statement(
    "SELECT model_number, lifecycle, experiment_id FROM logged_models WHERE model_id = ? FOR WRITING"
)
_RESTORE = Statement(
    "UPDATE logged_models SET lifecycle = ?, last_updated_time = ? WHERE model_number = ?"
)
# While the model is made, its run is not marked as being purged, and none comes out of a run that is.
_SOURCE = Statement("SELECT lifecycle FROM runs WHERE run_id = ? FOR WRITING")
_LOCATION = Statement("SELECT artifact_location FROM experiments WHERE experiment_id = ?")
_ADD = Statement(
    "INSERT INTO logged_models (model_id, experiment_id, name, model_type, source_run_id, status, "
    "artifact_uri, lifecycle, creation_time, last_updated_time) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING model_number"
)
_ADD_PARAM = Statement(
    "INSERT INTO logged_model_params (model_number, key, value) VALUES (?, ?, ?)"
)
_KNOWN_PARAMS = Statement(
    "SELECT key FROM logged_model_params WHERE model_number = ? AND key IN (?text...) ORDER BY key"
)
_SET_TAG = Statement(
    "INSERT INTO logged_model_tags (model_number, key, value) VALUES (?, ?, ?) "
    "ON CONFLICT (model_number, key) DO UPDATE SET value = excluded.value"
)


def create_logged_model(
    conn: Connection,
    *,
    experiment_id: str,
    name: str = "",
    model_type: str | None = None,
    source_run_id: str | None = None,
    params: Sequence[LoggedModelParameter] = (),
    tags: Sequence[LoggedModelTag] = (),
    now_ms: int,
) -> LoggedModel:
    """Create a pending logged model in an active experiment; without a name it gets a random one.

    Raises:
        InvalidParameter: The name, a param or a tag breaks a rule.
    """
    check_text(name, where="name", limit=MAX_NAME)
    if _BAD_NAME.search(name):
        raise InvalidParameter(
            f"Invalid model name {name!r}. It must not have any of the characters / : . % \" '."
        )
    _check_labels(params, what="params", limit=MAX_PARAM_VALUE)
    _check_labels(tags, what="tags", limit=MAX_TAG_VALUE)
    experiment = active_experiment(conn, experiment_id)
    source = _SOURCE.row(conn, source_run_id) if source_run_id else None
    if source is not None and source[0] == PURGING:
        raise RunNotFound(str(source_run_id))
    model_id = f"m-{uuid.uuid4().hex}"
    location = _LOCATION.rows(conn, experiment)[0][0]
    [(number,)] = _ADD.rows(
        conn,
        model_id,
        experiment,
        name or random_name(),
        model_type,
        source_run_id,
        LoggedModelStatus.PENDING.value,
        join_location(location, f"models/{model_id}/artifacts"),
        ACTIVE,
        now_ms,
        now_ms,
    )
    _add_params(conn, number, params)
    _SET_TAG.run_many(conn, _rows(number, tags))
    return load_logged_models(conn, [number])[0]


def get_logged_model(conn: Connection, model_id: str) -> LoggedModel:
    """Return a logged model; raise LoggedModelNotFound when there is none or it is deleted."""
    return load_logged_models(conn, [_active_model(conn, model_id)])[0]


def finalize_logged_model(
    conn: Connection, model_id: str, *, status: LoggedModelStatus, now_ms: int
) -> LoggedModel:
    """Say whether a model's files are complete; may be said again and again."""
    if status is LoggedModelStatus.UNSPECIFIED:
        raise InvalidParameter(f"A logged model cannot be finalized with status {status.value!r}.")
    number = _active_model(conn, model_id)
    conn.execute(
        update(logged_models)
        .where(logged_models.c.model_number == number)
        .values(status=status.value, last_updated_time=now_ms)
    )
    return load_logged_models(conn, [number])[0]


def delete_logged_model(conn: Connection, model_id: str, *, now_ms: int) -> None:
    """Mark a logged model as deleted; again changes nothing."""
    conn.execute(
        update(logged_models)
        .where(
            logged_models.c.model_number == _known_model(conn, model_id),
            logged_models.c.lifecycle == ACTIVE,
        )
        .values(lifecycle=DELETED, last_updated_time=now_ms)
    )


def restore_logged_model(conn: Connection, model_id: str, *, now_ms: int) -> None:
    """Make a deleted logged model active; again changes nothing.

    Raises:
        BeingPurged: It is too late.
        InactiveExperiment: It is its experiment that is deleted.
        LoggedModelNotFound: There is none.
    """
    row = _FIND_FOR_WRITING.row(conn, model_id)
    if row is None:
        raise LoggedModelNotFound(model_id)
    if row[1] == PURGING:
        raise BeingPurged("Logged model", model_id)
    if row[1] == DELETED:
        _RESTORE.run(conn, ACTIVE, now_ms, row[0])
    else:
        active_experiment(conn, str(row[2]))


def set_logged_model_tags(
    conn: Connection, model_id: str, *, tags: Sequence[LoggedModelTag]
) -> None:
    """Set tags on a logged model, also on a deleted one."""
    _check_labels(tags, what="tags", limit=MAX_TAG_VALUE)
    _SET_TAG.run_many(conn, _rows(_known_model(conn, model_id), tags))


def delete_logged_model_tag(conn: Connection, model_id: str, *, key: str) -> None:
    """Take a tag off a logged model; raise NotFound when it has none of this key."""
    number = _known_model(conn, model_id)
    gone = conn.execute(
        delete(logged_model_tags).where(
            logged_model_tags.c.model_number == number, logged_model_tags.c.key == key
        )
    )
    if gone.rowcount == 0:
        raise NotFound(f"No tag with key {key!r} found for model with ID {model_id!r}.")


def log_logged_model_params(
    conn: Connection, model_id: str, *, params: Sequence[LoggedModelParameter]
) -> None:
    """Add params to a logged model, also to a deleted one; none of them may exist already."""
    _check_labels(params, what="params", limit=MAX_PARAM_VALUE)
    _add_params(conn, _known_model(conn, model_id), params)


def _known_model(conn: Connection, model_id: str) -> int:
    row = _FIND.row(conn, model_id)
    if row is None or row[1] == PURGING:
        raise LoggedModelNotFound(model_id)
    return int(row[0])


def _active_model(conn: Connection, model_id: str) -> int:
    row = _FIND.row(conn, model_id)
    if row is None or row[1] != ACTIVE:
        raise LoggedModelNotFound(model_id)
    return int(row[0])


def _add_params(conn: Connection, number: int, params: Sequence[LoggedModelParameter]) -> None:
    keys = [param.key for param in params]
    taken = [row[0] for row in _KNOWN_PARAMS.rows(conn, number, keys)] if keys else []
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if taken or twice:
        raise InvalidParameter(
            f"Params of a logged model cannot be changed, but these exist already: {taken or twice}."
        )
    _ADD_PARAM.run_many(conn, _rows(number, params))


def _rows(
    number: int, labels: Sequence[LoggedModelParameter | LoggedModelTag]
) -> list[tuple[int, str, str]]:
    merged = {label.key: label.value for label in labels}
    return [(number, key, value) for key, value in sorted(merged.items())]


def _check_labels(
    labels: Sequence[LoggedModelParameter | LoggedModelTag], *, what: str, limit: int
) -> None:
    for index, label in enumerate(labels):
        if not label.key:
            raise MissingParameter(f"{what}[{index}].key")
        check_text(label.key, where=f"{what}[{index}].key", limit=MAX_KEY)
        check_text(label.value, where=f"{what}[{index}].value", limit=limit)
