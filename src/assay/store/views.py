"""Saved views and kept states in the database; no version of a view is ever overwritten."""

import uuid
from typing import Final

from sqlalchemy import Connection

from assay.entities.views import View, ViewVersion
from assay.errors import Conflict, NotFound
from assay.store.experiments import active_experiment
from assay.store.statements import Row, Statement

MAX_LISTED: Final = 1000

_COLUMNS: Final = "v.view_id, v.experiment_id, v.name, v.version, s.state, v.updated_ms"
_JOINED: Final = "views v JOIN view_versions s ON s.view_id = v.view_id AND s.version = v.version"
_GET: Final = Statement(f"SELECT {_COLUMNS} FROM {_JOINED} WHERE v.view_id = ? AND v.lifecycle = 0")  # noqa: S608 constants
_LIST_GLOBAL: Final = Statement(
    f"SELECT {_COLUMNS} FROM {_JOINED} WHERE v.experiment_id IS NULL AND v.lifecycle = 0"  # noqa: S608 constants
    " ORDER BY v.updated_ms DESC, v.view_id LIMIT ?"
)
_LIST_OF: Final = Statement(
    f"SELECT {_COLUMNS} FROM {_JOINED} WHERE v.experiment_id = ? AND v.lifecycle = 0"  # noqa: S608 constants
    " ORDER BY v.updated_ms DESC, v.view_id LIMIT ?"
)
_VERSIONS: Final = Statement(
    "SELECT version, state, saved_ms FROM view_versions WHERE view_id = ? ORDER BY version DESC LIMIT ?"
)
_ADD: Final = Statement(
    "INSERT INTO views (view_id, experiment_id, name, version, lifecycle, updated_ms)"
    " VALUES (?, ?, ?, 1, 0, ?)"
)
_ADD_VERSION: Final = Statement(
    "INSERT INTO view_versions (view_id, version, experiment_id, state, saved_ms) VALUES (?, ?, ?, ?, ?)"
)
_UPDATE: Final = Statement(
    "UPDATE views SET name = ?, version = ?, updated_ms = ? WHERE view_id = ? AND version = ?"
)
_SET_LIFECYCLE: Final = Statement(
    "UPDATE views SET lifecycle = ? WHERE view_id = ? RETURNING view_id"
)
_KEEP: Final = Statement(
    "INSERT INTO page_states (state_id, state, kept_ms) VALUES (?, ?, ?) ON CONFLICT (state_id) DO NOTHING"
)
_KEPT: Final = Statement("SELECT state FROM page_states WHERE state_id = ?")


def create_view(
    conn: Connection, *, experiment: int | None, name: str, state: str, now_ms: int
) -> View:
    """Save a new view; `experiment` is None for one of all experiments.

    Raises:
        ExperimentNotFound: There is no such experiment.
        InactiveExperiment: It is deleted.
    """
    if experiment is not None:
        active_experiment(conn, str(experiment))
    view_id = uuid.uuid4().hex
    _ADD.run(conn, view_id, experiment, name, now_ms)
    _ADD_VERSION.run(conn, view_id, 1, experiment, state, now_ms)
    return get_view(conn, view_id)


def get_view(conn: Connection, view_id: str) -> View:
    """Return a view as it was last saved; raise NotFound when there is none, or it is deleted."""
    row = _GET.row(conn, view_id)
    if row is None:
        raise NotFound(f"There is no view {view_id!r}. It may have been deleted.")
    return _view(row)


def list_views(conn: Connection, experiment: int | None) -> list[View]:
    """Return the views of an experiment, or those of all experiments, the last saved first."""
    rows = (
        _LIST_GLOBAL.rows(conn, MAX_LISTED)
        if experiment is None
        else _LIST_OF.rows(conn, experiment, MAX_LISTED)
    )
    return [_view(row) for row in rows]


def list_versions(conn: Connection, view_id: str) -> list[ViewVersion]:
    """Return all versions of a view, the newest first; raise NotFound when there is no such view."""
    get_view(conn, view_id)
    return [ViewVersion(*row) for row in _VERSIONS.rows(conn, view_id, MAX_LISTED)]


def update_view(
    conn: Connection, view_id: str, *, based_on: int, name: str, state: str, now_ms: int
) -> View:
    """Save a view anew, as its next version.

    Raises:
        NotFound: There is no such view.
        Conflict: Somebody saved it after version `based_on`.
    """
    known = get_view(conn, view_id)
    if known.version != based_on:
        raise Conflict(
            f"The view {known.name!r} was saved meanwhile: it is at version {known.version}, not {based_on}."
        )
    version = based_on + 1
    _UPDATE.run(conn, name or known.name, version, now_ms, view_id, based_on)
    number = None if known.experiment_id is None else int(known.experiment_id)
    _ADD_VERSION.run(conn, view_id, version, number, state, now_ms)
    return get_view(conn, view_id)


def set_view_lifecycle(conn: Connection, view_id: str, lifecycle: int) -> None:
    """Delete a view, or restore it; raise NotFound when there is none."""
    if _SET_LIFECYCLE.row(conn, lifecycle, view_id) is None:
        raise NotFound(f"There is no view {view_id!r}.")


def keep_state(conn: Connection, state_id: str, state: str, *, now_ms: int) -> None:
    """Keep a state under its digest; keeping it again changes nothing."""
    _KEEP.run(conn, state_id, state, now_ms)


def get_state(conn: Connection, state_id: str) -> str:
    """Return a kept state; raise NotFound when there is none."""
    row = _KEPT.row(conn, state_id)
    if row is None:
        raise NotFound(f"No state is kept under {state_id!r}.")
    return str(row[0])


def _view(row: Row) -> View:
    view_id, experiment, name, version, state, updated_ms = row
    owner = None if experiment is None else str(experiment)
    return View(view_id, owner, name, version, state, updated_ms)
