"""How running runs stand right now: one look, made of ordinary questions to the store."""

from collections.abc import Sequence
from typing import Final

import msgspec

from assay.client import experiments, search
from assay.client.connection import Connection
from assay.client.curves import RunCurve, query_series
from assay.client.probe import ServerKind
from assay.client.recordings import get_ending
from assay.entities.metrics import Metric
from assay.entities.runs import Run
from assay.errors import AssayError

SYSTEM: Final = "system/"
N_METRICS: Final = 3
N_SPARKS: Final = 16
_N_EXPERIMENTS: Final = 1000
_LOADS: Final = {
    "cpu_percent": "system/cpu_utilization_percentage",
    "memory_percent": "system/system_memory_usage_percentage",
    "gpu_percent": "system/gpu_0_utilization_percentage",
}


class RunningMetric(msgspec.Struct, frozen=True, kw_only=True):
    """The last value of a metric, and its course in a few means; None where a stretch has none."""

    key: str
    value: float
    course: tuple[float | None, ...] = ()


class RunningRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run that goes on, or should."""

    run_id: str
    name: str
    experiment: str
    started_ms: int
    step: int | None
    metrics: tuple[RunningMetric, ...]
    cpu_percent: float | None = None
    memory_percent: float | None = None
    gpu_percent: float | None = None
    last_seen_ms: int | None = None
    has_lost_contact: bool = False


def find_running(connection: Connection, limit: int) -> tuple[RunningRun, ...]:
    """Return up to `limit` running runs, the newest first.

    Raises:
        ServerUnreachable: No answer came.
    """
    connection.learn_kind(5.0)
    page = experiments.search_experiments(connection, max_results=_N_EXPERIMENTS)
    names = {experiment.experiment_id: experiment.name for experiment in page}
    found = search.search_runs(
        connection,
        list(names),
        "attributes.status = 'RUNNING'",
        max_results=limit,
        order_by=["attributes.start_time DESC"],
    )
    courses = _courses(connection, found)
    return tuple(_running(connection, run, names[run.info.experiment_id], courses) for run in found)


def _running(
    connection: Connection,
    run: Run,
    experiment: str,
    courses: dict[tuple[str, str], tuple[float | None, ...]],
) -> RunningRun:
    run_id = run.info.run_id
    knows_signs = connection.server_kind is not ServerKind.MLFLOW
    ending = get_ending(connection, run) if knows_signs else None
    shown = _shown(run)
    loads = {name: run.data.metrics.get(key) for name, key in _LOADS.items()}
    return RunningRun(
        run_id=run_id,
        name=run.info.run_name,
        experiment=experiment,
        started_ms=run.info.start_time,
        step=max((metric.step for metric in _own(run)), default=None),
        metrics=tuple(
            RunningMetric(
                key=metric.key,
                value=metric.value,
                course=courses.get((run_id, metric.key), ()),
            )
            for metric in shown
        ),
        last_seen_ms=ending.last_seen_ms if ending else None,
        has_lost_contact=ending.has_lost_contact if ending else False,
        **loads,
    )


def _own(run: Run) -> list[Metric]:
    return [metric for metric in run.data.metric_list if not metric.key.startswith(SYSTEM)]


def _shown(run: Run) -> list[Metric]:
    """Return the metrics that are worth a line: those that were logged last."""
    return sorted(_own(run), key=lambda metric: (-metric.timestamp, metric.key))[:N_METRICS]


def _courses(
    connection: Connection, found: Sequence[Run]
) -> dict[tuple[str, str], tuple[float | None, ...]]:
    """Return the course of the shown metrics by run and key; a plain MLflow server tells none."""
    keys = dict.fromkeys(metric.key for run in found for metric in _shown(run))
    if not keys or connection.server_kind is ServerKind.MLFLOW:
        return {}
    run_ids = [run.info.run_id for run in found]
    try:
        curves = query_series(connection, run_ids, list(keys), n_buckets=N_SPARKS).curves
    except AssayError:
        # Too much for one chart, or a run that was deleted meanwhile: the numbers are shown alone.
        return {}
    return {(curve.run_id, curve.key): _course(curve) for curve in curves}


def _course(curve: RunCurve) -> tuple[float | None, ...]:
    arrays = curve.arrays
    values = arrays.get("value") if curve.is_exact else arrays.get("mean")
    if values is None:
        return ()
    return tuple(float(one) if one - one == 0 else None for one in values[-N_SPARKS:])
