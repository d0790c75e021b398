"""How the inputs and outputs of runs travel."""

from assay.entities.datasets import DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.wire.endpoint import EDIT_RUN, Effect, Empty, Endpoint, Request


class LogInputs(Request, frozen=True, kw_only=True):
    """Data sets and models that a run used."""

    run_id: str
    run_uuid: str | None = None
    datasets: tuple[DatasetInput, ...] = ()
    models: tuple[LoggedModelInput, ...] = ()


class LogOutputs(Request, frozen=True, kw_only=True):
    """Models that a run produced."""

    run_id: str
    run_uuid: str | None = None
    models: tuple[LoggedModelOutput, ...]


LOG_INPUTS = Endpoint(
    name="log_inputs",
    method="POST",
    path="runs/log-inputs",
    request=LogInputs,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Note data sets and models that a run used.",
)
LOG_OUTPUTS = Endpoint(
    name="log_outputs",
    method="POST",
    path="runs/outputs",
    request=LogOutputs,
    response=Empty,
    permission=EDIT_RUN,
    effect=Effect.WRITE,
    summary="Note models that a run produced.",
)
ENDPOINTS = (
    LOG_INPUTS,
    LOG_OUTPUTS,
)
