"""Saved views, and states that long links stand for."""

from sqlalchemy import Connection

from assay.entities.views import canonical_state, check_view_name, state_id
from assay.server.routing import reads, writes
from assay.server.services import Services
from assay.store import views
from assay.store.experiments import experiment_number
from assay.store.tables import ACTIVE, DELETED
from assay.wire import views as wire
from assay.wire.endpoint import Empty


def _create(services: Services, conn: Connection, request: wire.CreateView) -> wire.ViewAnswer:
    view = views.create_view(
        conn,
        experiment=_number(request.experiment_id),
        name=check_view_name(request.name),
        state=canonical_state(request.state),
        now_ms=services.now_ms(),
    )
    return wire.ViewAnswer(view=view)


def _update(services: Services, conn: Connection, request: wire.UpdateView) -> wire.ViewAnswer:
    view = views.update_view(
        conn,
        request.view_id,
        based_on=request.based_on,
        name=check_view_name(request.name) if request.name else "",
        state=canonical_state(request.state),
        now_ms=services.now_ms(),
    )
    return wire.ViewAnswer(view=view)


def _get(_services: Services, conn: Connection, request: wire.NameView) -> wire.ViewAnswer:
    return wire.ViewAnswer(view=views.get_view(conn, request.view_id))


def _list(_services: Services, conn: Connection, request: wire.ListViews) -> wire.ViewList:
    return wire.ViewList(views=tuple(views.list_views(conn, _number(request.experiment_id))))


def _versions(_services: Services, conn: Connection, request: wire.NameView) -> wire.ViewVersions:
    return wire.ViewVersions(versions=tuple(views.list_versions(conn, request.view_id)))


def _delete(_services: Services, conn: Connection, request: wire.NameView) -> Empty:
    views.set_view_lifecycle(conn, request.view_id, DELETED)
    return Empty()


def _restore(_services: Services, conn: Connection, request: wire.NameView) -> Empty:
    views.set_view_lifecycle(conn, request.view_id, ACTIVE)
    return Empty()


def _keep(services: Services, conn: Connection, request: wire.KeepState) -> wire.StateKept:
    state = canonical_state(request.state)
    kept = state_id(state)
    views.keep_state(conn, kept, state, now_ms=services.now_ms())
    return wire.StateKept(state_id=kept)


def _get_state(_services: Services, conn: Connection, request: wire.GetState) -> wire.KeptState:
    return wire.KeptState(state=views.get_state(conn, request.state_id))


def _number(experiment_id: str | None) -> int | None:
    return None if not experiment_id else experiment_number(experiment_id)


ROUTES = (
    writes(wire.CREATE, _create),
    writes(wire.UPDATE, _update),
    reads(wire.GET, _get),
    reads(wire.LIST, _list),
    reads(wire.VERSIONS, _versions),
    writes(wire.DELETE, _delete),
    writes(wire.RESTORE, _restore),
    writes(wire.KEEP, _keep),
    reads(wire.GET_STATE, _get_state),
)
