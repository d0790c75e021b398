"""Logging to a run that is named by its id, active or not: what the client class offers."""

from collections.abc import Mapping, Sequence
from typing import Any

from assay.client import inputs
from assay.client.checks import check_metric_key, metric_step, metric_timestamp, metric_value
from assay.client.connection import Connection
from assay.client.operations import RunOperations
from assay.client.params import log_nested
from assay.client.runs import open_run
from assay.entities.datasets import DatasetInput, LoggedModelOutput
from assay.entities.metrics import Metric
from assay.entities.names import check_key
from assay.entities.runs import Param, RunTag
from assay.errors import InvalidParameter


def log_metric(  # noqa: PLR0913 the compatible signature
    connection: Connection,
    run_id: str,
    key: str,
    value: float,
    timestamp: int | None = None,
    step: int | None = None,
    synchronous: bool | None = None,
    dataset_name: str | None = None,
    dataset_digest: str | None = None,
    model_id: str | None = None,
) -> RunOperations | None:
    """Log one value of a metric; without `step` it is step 0, without `timestamp` it is now."""
    metric = Metric(
        check_metric_key(key),
        metric_value(value, key),
        metric_timestamp(timestamp),
        metric_step(step),
        model_id,
        dataset_name,
        dataset_digest,
    )
    return log_batch(connection, run_id, metrics=[metric], synchronous=synchronous)


def log_param(
    connection: Connection, run_id: str, key: str, value: Any, synchronous: bool | None = None
) -> Any:
    """Log a param and return its value, or its operation when `synchronous` is False.

    Raises:
        ParamConflict: The run has it with another value.
    """
    log_nested(open_run(connection, run_id), {key: value})
    return value if synchronous is not False else _operations(connection, run_id)


def log_batch(
    connection: Connection,
    run_id: str,
    metrics: Sequence[Metric] = (),
    params: Sequence[Param] = (),
    tags: Sequence[RunTag] = (),
    synchronous: bool | None = None,
) -> RunOperations | None:
    """Log metrics, params and tags, any number of each; all are checked before any is logged."""
    checked = [_checked_metric(metric) for metric in metrics]
    for param in params:
        check_key(param.key, what="Param key")
    for tag in tags:
        check_key(tag.key, what="Tag key")
    run = open_run(connection, run_id)
    for param in params:
        run.log_param(param.key, param.value)
    for metric in checked:
        run.log_metric(metric)
    for tag in tags:
        run.set_tag(tag.key, tag.value)
    return _operations(connection, run_id) if synchronous is False else None


def set_tag(
    connection: Connection, run_id: str, key: str, value: Any, synchronous: bool | None = None
) -> RunOperations | None:
    """Set a tag."""
    open_run(connection, run_id).set_tag(key, value)
    return _operations(connection, run_id) if synchronous is False else None


def delete_tag(connection: Connection, run_id: str, key: str) -> None:
    """Take a tag off a run."""
    open_run(connection, run_id).delete_tag(key)


def log_inputs(
    connection: Connection,
    run_id: str,
    datasets: Sequence[DatasetInput] | None = None,
    models: Sequence[Any] | None = None,
) -> None:
    """Log data sets and models that a run used."""
    for used in datasets or ():
        if not isinstance(used, DatasetInput):
            raise InvalidParameter(f"datasets must hold DatasetInput entities. Got {used!r}.")
        inputs.dataset_of(used.dataset)
    open_run(connection, run_id).log_inputs(list(datasets or ()), inputs.model_inputs(models))


def log_outputs(connection: Connection, run_id: str, models: Sequence[LoggedModelOutput]) -> None:
    """Log models that a run produced."""
    open_run(connection, run_id).log_outputs(models)


def log_tags(connection: Connection, run_id: str, tags: Mapping[str, Any]) -> None:
    """Set several tags."""
    run = open_run(connection, run_id)
    for key, value in tags.items():
        run.set_tag(key, value)


def _checked_metric(metric: Any) -> Metric:
    """Return a metric as our entity; whatever has its attributes will do."""
    key = check_metric_key(metric.key)
    return Metric(
        key,
        metric_value(metric.value, key),
        metric_timestamp(metric.timestamp),
        metric_step(metric.step),
        getattr(metric, "model_id", None),
        getattr(metric, "dataset_name", None),
        getattr(metric, "dataset_digest", None),
    )


def _operations(connection: Connection, run_id: str) -> RunOperations:
    return RunOperations([(connection, open_run(connection, run_id))])
