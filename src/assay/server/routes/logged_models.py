"""Logged models: create, get, finalize, delete, tag, add params, search."""

from typing import Final

from sqlalchemy import Connection

from assay.server.routing import reads, writes
from assay.server.services import Services
from assay.store import logged_models
from assay.store.search_logged_models import search_logged_models
from assay.wire import logged_models as wire
from assay.wire.endpoint import Empty

DEFAULT_PAGE: Final = 100


def _create(
    services: Services, conn: Connection, request: wire.CreateLoggedModel
) -> wire.LoggedModelAnswer:
    model = logged_models.create_logged_model(
        conn,
        experiment_id=request.experiment_id,
        name=request.name,
        model_type=request.model_type or "",
        source_run_id=request.source_run_id or "",
        params=request.params,
        tags=request.tags,
        now_ms=services.now_ms(),
    )
    return wire.LoggedModelAnswer(model=model)


def _get(
    _services: Services, conn: Connection, request: wire.GetLoggedModel
) -> wire.LoggedModelAnswer:
    return wire.LoggedModelAnswer(model=logged_models.get_logged_model(conn, request.model_id))


def _finalize(
    services: Services, conn: Connection, request: wire.FinalizeLoggedModel
) -> wire.LoggedModelAnswer:
    model = logged_models.finalize_logged_model(
        conn, request.model_id, status=request.status, now_ms=services.now_ms()
    )
    return wire.LoggedModelAnswer(model=model)


def _delete(services: Services, conn: Connection, request: wire.GetLoggedModel) -> Empty:
    logged_models.delete_logged_model(conn, request.model_id, now_ms=services.now_ms())
    return Empty()


def _set_tags(_services: Services, conn: Connection, request: wire.SetLoggedModelTags) -> Empty:
    logged_models.set_logged_model_tags(conn, request.model_id, tags=request.tags)
    return Empty()


def _delete_tag(_services: Services, conn: Connection, request: wire.DeleteLoggedModelTag) -> Empty:
    logged_models.delete_logged_model_tag(conn, request.model_id, key=request.tag_key)
    return Empty()


def _log_params(_services: Services, conn: Connection, request: wire.LogLoggedModelParams) -> Empty:
    logged_models.log_logged_model_params(conn, request.model_id, params=request.params)
    return Empty()


def _search(
    _services: Services, conn: Connection, request: wire.SearchLoggedModels
) -> wire.LoggedModelPage:
    page = search_logged_models(
        conn,
        experiment_ids=request.experiment_ids,
        filter=request.filter,
        datasets=request.datasets,
        order_by=request.order_by,
        max_results=request.max_results or DEFAULT_PAGE,
        page_token=request.page_token,
    )
    return wire.LoggedModelPage(models=tuple(page), next_page_token=page.token)


ROUTES = (
    writes(wire.CREATE, _create),
    reads(wire.GET, _get),
    writes(wire.FINALIZE, _finalize),
    writes(wire.DELETE, _delete),
    writes(wire.SET_TAGS, _set_tags),
    writes(wire.DELETE_TAG, _delete_tag),
    writes(wire.LOG_PARAMS, _log_params),
    reads(wire.SEARCH, _search),
)
