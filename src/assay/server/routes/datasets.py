"""Inputs and outputs of runs."""

from sqlalchemy import Connection

from assay.entities.batches import check_dataset_inputs, check_text
from assay.entities.names import check_int64, check_run_id
from assay.server.batch_rules import MAX_MODEL_ID
from assay.server.routing import writes
from assay.server.services import Services
from assay.store import datasets
from assay.wire import datasets as wire
from assay.wire.endpoint import Empty


def _log_inputs(_services: Services, conn: Connection, request: wire.LogInputs) -> Empty:
    check_run_id(request.run_id)
    check_dataset_inputs(request.datasets)
    for model in request.models:
        check_text(model.model_id, where="model_id", limit=MAX_MODEL_ID)
    datasets.log_inputs(conn, request.run_id, datasets=request.datasets, models=request.models)
    return Empty()


def _log_outputs(_services: Services, conn: Connection, request: wire.LogOutputs) -> Empty:
    for index, model in enumerate(request.models):
        check_text(model.model_id, where="model_id", limit=MAX_MODEL_ID)
        check_int64(model.step, where=f"models[{index}].step")
    datasets.log_outputs(conn, request.run_id, models=request.models)
    return Empty()


ROUTES = (
    writes(wire.LOG_INPUTS, _log_inputs),
    writes(wire.LOG_OUTPUTS, _log_outputs),
)
