"""Runs: create, get, search, change, delete, restore, and log metrics, params and tags."""

from typing import Final

from sqlalchemy import Connection

from assay.entities.batches import check_text, checked_param, checked_tag
from assay.entities.metrics import Metric
from assay.entities.names import MAX_TAG_VALUE
from assay.entities.runs import Param, RunTag
from assay.server.batch_rules import checked_columns, log_batch
from assay.server.routing import batches, reads, writes
from assay.server.services import Services
from assay.store import runs
from assay.store.endings import get_ending
from assay.store.run_batch import RunBatch
from assay.store.search_runs import search_runs
from assay.wire import runs as wire
from assay.wire.endpoint import Empty
from assay.wire.ingest import BatchReceipt

MAX_RUN_TEXT: Final = 1000
_DONE: Final = Empty()


def _create(services: Services, conn: Connection, request: wire.CreateRun) -> wire.RunAnswer:
    check_text(request.user_id or "", where="user_id", limit=MAX_RUN_TEXT)
    check_text(request.run_name or "", where="run_name", limit=MAX_TAG_VALUE)
    run = runs.create_run(
        conn,
        experiment_id=request.experiment_id,
        user_id=request.user_id or "",
        run_name=request.run_name,
        start_time=request.start_time,
        tags=[checked_tag(tag, truncate=services.truncates) for tag in request.tags],
    )
    return wire.RunAnswer(run=run)


def _get(_services: Services, conn: Connection, request: wire.GetRun) -> wire.RunAnswer:
    return wire.RunAnswer(run=runs.get_run(conn, request.run_id))


def _update(_services: Services, conn: Connection, request: wire.UpdateRun) -> wire.RunInfoAnswer:
    check_text(request.run_name or "", where="run_name", limit=MAX_TAG_VALUE)
    info = runs.update_run(
        conn,
        request.run_id,
        status=request.status,
        end_time=request.end_time,
        run_name=request.run_name,
    )
    return wire.RunInfoAnswer(run_info=info)


def _delete(services: Services, conn: Connection, request: wire.GetRun) -> Empty:
    runs.delete_run(conn, request.run_id, now_ms=services.now_ms())
    return _DONE


def _restore(_services: Services, conn: Connection, request: wire.GetRun) -> Empty:
    runs.restore_run(conn, request.run_id)
    return _DONE


def _search(_services: Services, conn: Connection, request: wire.SearchRuns) -> wire.RunPage:
    page = search_runs(
        conn,
        experiment_ids=request.experiment_ids,
        filter=request.filter,
        view=request.run_view_type,
        order_by=request.order_by,
        max_results=request.max_results,
        page_token=request.page_token,
    )
    return wire.RunPage(runs=tuple(page), next_page_token=page.token)


def _log_metric(_services: Services, request: wire.LogMetric) -> RunBatch:
    metric = Metric(
        request.key,
        request.value,
        request.timestamp,
        request.step,
        request.model_id,
        request.dataset_name,
        request.dataset_digest,
    )
    return RunBatch(run_id=request.run_id, metrics=checked_columns((metric,)))


def _log_param(services: Services, request: wire.LogParam) -> RunBatch:
    param = checked_param(Param(request.key, request.value), truncate=services.truncates)
    return RunBatch(run_id=request.run_id, params=(param,))


def _set_tag(services: Services, request: wire.SetTag) -> RunBatch:
    tag = checked_tag(RunTag(request.key, request.value), truncate=services.truncates)
    return RunBatch(run_id=request.run_id, tags=(tag,))


def _log_batch(services: Services, request: wire.LogBatch) -> RunBatch:
    return log_batch(request, truncate=services.truncates)


def _delete_tag(_services: Services, conn: Connection, request: wire.DeleteTag) -> Empty:
    runs.delete_tag(conn, request.run_id, key=request.key)
    return _DONE


def _log_model(_services: Services, conn: Connection, request: wire.LogModelJson) -> Empty:
    runs.log_model_json(conn, request.run_id, model_json=request.model_json)
    return _DONE


def _get_ending(services: Services, conn: Connection, request: wire.GetRun) -> wire.RunEnding:
    return get_ending(conn, request.run_id, now_ms=services.now_ms())


def _logged(_receipt: BatchReceipt) -> Empty:
    return _DONE


ROUTES = (
    writes(wire.CREATE, _create),
    reads(wire.GET, _get),
    writes(wire.UPDATE, _update),
    writes(wire.DELETE, _delete),
    writes(wire.RESTORE, _restore),
    reads(wire.SEARCH, _search),
    batches(wire.LOG_METRIC, _log_metric, _logged),
    batches(wire.LOG_PARAM, _log_param, _logged),
    batches(wire.SET_TAG, _set_tag, _logged),
    writes(wire.DELETE_TAG, _delete_tag),
    batches(wire.LOG_BATCH, _log_batch, _logged),
    writes(wire.LOG_MODEL, _log_model),
    reads(wire.GET_ENDING, _get_ending),
)
