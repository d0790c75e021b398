"""Saved views from Python: what a page of the UI shows, kept and listed."""

import json
from collections.abc import Mapping
from typing import Any

from assay.client.connection import Connection
from assay.entities.views import View, ViewVersion
from assay.wire import views as wire


def create_view(
    connection: Connection, name: str, state: Mapping[str, Any], experiment_id: str | None = None
) -> View:
    """Save what a page shows under a name.

    Args:
        connection: Where to save it.
        name: What it is called.
        state: The fields of the page's address, such as `{"q": "metrics.loss < 1", "view": "table"}`.
        experiment_id: The experiment that it is of; of all when None.
    """
    request = wire.CreateView(name=name, state=json.dumps(state), experiment_id=experiment_id)
    return connection.call(wire.CREATE, request).view


def update_view(
    connection: Connection, view_id: str, state: Mapping[str, Any], based_on: int, name: str = ""
) -> View:
    """Save a view anew, as the version that follows `based_on`; an empty name leaves its name.

    Raises:
        Conflict: Somebody saved it meanwhile.
    """
    request = wire.UpdateView(
        view_id=view_id, based_on=based_on, state=json.dumps(state), name=name
    )
    return connection.call(wire.UPDATE, request).view


def get_view(connection: Connection, view_id: str) -> View:
    """Return a view as it was last saved."""
    return connection.call(wire.GET, wire.NameView(view_id=view_id)).view


def list_views(connection: Connection, experiment_id: str | None = None) -> list[View]:
    """Return the views of an experiment, or those of all experiments, the last saved first."""
    return list(connection.call(wire.LIST, wire.ListViews(experiment_id=experiment_id)).views)


def list_view_versions(connection: Connection, view_id: str) -> list[ViewVersion]:
    """Return all versions of a view, the newest first."""
    return list(connection.call(wire.VERSIONS, wire.NameView(view_id=view_id)).versions)


def delete_view(connection: Connection, view_id: str) -> None:
    """Delete a view; it can be restored."""
    connection.call(wire.DELETE, wire.NameView(view_id=view_id))


def restore_view(connection: Connection, view_id: str) -> None:
    """Restore a deleted view."""
    connection.call(wire.RESTORE, wire.NameView(view_id=view_id))
