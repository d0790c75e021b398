"""Which params matter for a metric, and how it depends on them."""

from collections.abc import Sequence

from assay.client.connection import Connection
from assay.client.search import checked_ids
from assay.wire import importance as wire


def explain_metric(
    connection: Connection,
    experiment_ids: Sequence[str],
    target: str,
    params: Sequence[str] = (),
    filter_string: str = "",
) -> wire.MetricExplained:
    """Return which params matter for a metric over the matching runs that finished.

    Args:
        connection: Where to ask.
        experiment_ids: The experiments.
        target: A column of metrics, such as `metrics.loss` or `metrics.loss.min`.
        params: Keys of params; all that differ when there are none.
        filter_string: Which runs.
    """
    request = wire.ExplainMetric(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        target=target,
        params=tuple(params),
    )
    return connection.call(wire.EXPLAIN, request)


def describe_dependence(
    connection: Connection,
    experiment_ids: Sequence[str],
    target: str,
    on: Sequence[str],
    params: Sequence[str] = (),
    filter_string: str = "",
) -> wire.DependenceDescribed:
    """Return how a metric depends on one or two params, all others as they are in the runs."""
    request = wire.DescribeDependence(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string,
        target=target,
        on=tuple(on),
        params=tuple(params),
    )
    return connection.call(wire.DEPENDENCE, request)
