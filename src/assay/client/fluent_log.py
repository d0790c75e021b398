"""Logging to the active run: params, metrics, tags, inputs and outputs.

`log_metric` is the hot path: it must return within microseconds, so the common call touches
nothing but this thread's state and the journal.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any

from assay import settings
from assay.client import active, fluent, inputs, runs
from assay.client.checks import checked_metrics, metric_step, metric_timestamp, metric_value
from assay.client.connection import Connection, all_connections
from assay.client.open_run import OpenRun
from assay.client.operations import RunOperations
from assay.client.params import amend, log_nested
from assay.client.tracking_uri import current_connection
from assay.entities.datasets import LoggedModelOutput
from assay.entities.metrics import Metric

_thread = active.thread


def log_metric(
    key: str,
    value: float,
    step: int | None = None,
    synchronous: bool | None = None,
    timestamp: int | None = None,
    run_id: str | None = None,
    model_id: str | None = None,
    dataset: Any = None,
) -> RunOperations | None:
    """Log one value of a metric; without `step` it is step 0, without `timestamp` it is now."""
    entries = _thread.entries
    if run_id is None and model_id is None and dataset is None and entries:
        open_run = entries[-1].open_run
        if open_run.is_plain and _thread.model_id is None and synchronous is None:
            open_run.journal.append_metric(
                key,
                value if type(value) is float else metric_value(value, key),
                step if type(step) is int and -(2**63) <= step < 2**63 else metric_step(step),
                time.time_ns() // 1_000_000 if timestamp is None else metric_timestamp(timestamp),
            )
            return None
    return log_metrics({key: value}, step, synchronous, run_id, timestamp, model_id, dataset)


def log_metrics(
    metrics: Mapping[str, float],
    step: int | None = None,
    synchronous: bool | None = None,
    run_id: str | None = None,
    timestamp: int | None = None,
    model_id: str | None = None,
    dataset: Any = None,
) -> RunOperations | None:
    """Log several metrics of one step and one time."""
    entries = _thread.entries
    if run_id is None and model_id is None and dataset is None and entries:
        open_run = entries[-1].open_run
        if open_run.is_plain and _thread.model_id is None and synchronous is None:
            # Names are checked by the journal, when it meets them first; values before any is written.
            open_run.journal.append_metrics(
                [
                    (key, value if type(value) is float else metric_value(value, key))
                    for key, value in metrics.items()
                ],
                step if type(step) is int and -(2**63) <= step < 2**63 else metric_step(step),
                time.time_ns() // 1_000_000 if timestamp is None else metric_timestamp(timestamp),
            )
            return None
    connection, run = place_of(run_id)
    log_metrics_to(
        run,
        metrics,
        step=step,
        timestamp=timestamp,
        model_id=model_id,
        dataset=dataset,
    )
    return _answer(synchronous, connection, run)


def log_metrics_to(
    run: OpenRun,
    metrics: Mapping[str, float],
    *,
    step: int | None,
    timestamp: int | None,
    model_id: str | None,
    dataset: Any,
) -> None:
    """Log metrics to `run`, linked to the data set, and to the model given or known for the step."""
    checked = checked_metrics(metrics)
    at_step, at_ms = metric_step(step), metric_timestamp(timestamp)
    model_id = model_id or run.models_by_step.get(at_step) or _thread.model_id
    if dataset is None and model_id is None:
        run.journal.append_metrics(checked, at_step, at_ms)
        return
    name, digest = None, None
    if dataset is not None:
        used = inputs.dataset_input(dataset)
        run.log_inputs([used])
        name, digest = used.dataset.name, used.dataset.digest
    for key, value in checked:
        run.log_metric(Metric(key, value, at_ms, at_step, model_id, name, digest))


def log_param(key: str, value: Any, synchronous: bool | None = None) -> Any:
    """Log a param and return its value; a nested one by dotted keys, as `log_params` does.

    Raises:
        ParamConflict: The run has it with another value.
    """
    connection, run = place_of(None)
    log_nested(run, {key: value})
    return value if synchronous is not False else _answer(synchronous, connection, run)


def log_params(
    params: Mapping[str, Any], synchronous: bool | None = None, run_id: str | None = None
) -> RunOperations | None:
    """Log several params; `{"optimizer": {"rate": 0.1}}` becomes `optimizer.rate`."""
    connection, run = place_of(run_id)
    log_nested(run, params)
    return _answer(synchronous, connection, run)


def amend_param(key: str, value: Any, reason: str | None = None) -> None:
    """Correct a param that was logged by mistake; what it was before is kept with time and reason.

    Searches and compatible clients see the new value. An MLflow server cannot amend params: there the
    correction is refused, as everything else that it does not take.
    """
    _, run = place_of(None)
    amend(run, key, value, reason)


def set_tag(key: str, value: Any, synchronous: bool | None = None) -> RunOperations | None:
    """Set a tag."""
    return set_tags({key: value}, synchronous)


def set_tags(tags: Mapping[str, Any], synchronous: bool | None = None) -> RunOperations | None:
    """Set several tags."""
    connection, run = place_of(None)
    for key, value in tags.items():
        run.set_tag(key, value)
    return _answer(synchronous, connection, run)


def delete_tag(key: str) -> None:
    """Take a tag off the run."""
    _, run = place_of(None)
    run.delete_tag(key)


def log_input(
    dataset: Any = None,
    context: str | None = None,
    tags: Mapping[str, str] | None = None,
    model: Any = None,
) -> None:
    """Log a data set, or a model, that the run used."""
    _, run = place_of(None)
    datasets = [] if dataset is None else [inputs.dataset_input(dataset, context, tags)]
    run.log_inputs(datasets, inputs.model_inputs([model]))


def log_inputs(
    datasets: Sequence[Any] | None = None,
    contexts: Sequence[str | None] | None = None,
    tags_list: Sequence[Mapping[str, str] | None] | None = None,
    models: Sequence[Any] | None = None,
) -> None:
    """Log data sets and models that the run used."""
    _, run = place_of(None)
    run.log_inputs(
        inputs.dataset_inputs(datasets, contexts, tags_list), inputs.model_inputs(models)
    )


def log_outputs(models: Sequence[LoggedModelOutput]) -> None:
    """Log models that the run produced."""
    _, run = place_of(None)
    run.log_outputs(models)


def flush_async_logging() -> None:
    """Wait until everything that this process logged has arrived."""
    for connection in all_connections():
        connection.flush()


def place_of(run_id: str | None) -> tuple[Connection, OpenRun]:
    """Return where to log: the run that is named, else the active one, else a new one."""
    if run_id is None:
        entry = fluent.active_entry()
        return entry.connection, entry.open_run
    for entry in _thread.entries:
        if entry.run.info.run_id == run_id:
            return entry.connection, entry.open_run
    connection = current_connection()
    return connection, runs.open_run(connection, run_id)


def _answer(synchronous: bool | None, connection: Connection, run: OpenRun) -> RunOperations | None:
    is_wanted = settings.ENABLE_ASYNC_LOGGING.get() if synchronous is None else not synchronous
    return RunOperations([(connection, run)]) if is_wanted else None
