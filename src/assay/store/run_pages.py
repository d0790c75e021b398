"""Loading runs with all that they logged: a fixed number of statements for any number of runs."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection

from assay.entities.datasets import (
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
)
from assay.entities.metrics import Metric
from assay.entities.runs import (
    RUN_STATUS_NUMBERS,
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunTag,
)
from assay.store.keys import key_names
from assay.store.statements import Row, Statement
from assay.store.tables import ACTIVE

_NAN: Final = float("nan")

_RUNS = Statement(
    "SELECT run_number, run_id, experiment_id, name, user_id, status, start_time, end_time, "
    "artifact_uri, lifecycle FROM runs WHERE run_number IN (?int...)"
)
_PARAMS = Statement(
    "SELECT run_number, key_id, value FROM params WHERE run_number IN (?int...) "
    "BY PRIMARY KEY run_number, key_id"
)
_TAGS = Statement(
    "SELECT run_number, key_id, value FROM tags WHERE run_number IN (?int...) "
    "BY PRIMARY KEY run_number, key_id"
)
_METRICS = Statement(
    "SELECT run_number, key_id, last_value, last_timestamp, last_step FROM series "
    "WHERE run_number IN (?int...) AND model_number = 0 AND dataset_id = 0 "
    "BY PRIMARY KEY run_number, key_id"
)
_DATASETS = Statement(
    "SELECT dataset_inputs.run_number, name, digest, source_type, source, schema, profile, tags "
    "FROM dataset_inputs JOIN datasets ON datasets.dataset_id = dataset_inputs.dataset_id "
    "WHERE dataset_inputs.run_number IN (?int...) "
    "ORDER BY dataset_inputs.run_number, position"
)
_MODEL_INPUTS = Statement(
    "SELECT run_number, model_id FROM model_inputs WHERE run_number IN (?int...) "
    "ORDER BY run_number, position"
)
_MODEL_OUTPUTS = Statement(
    "SELECT run_number, model_id, step FROM model_outputs WHERE run_number IN (?int...) "
    "ORDER BY output_id"
)


def load_runs(conn: Connection, run_numbers: Sequence[int]) -> list[Run]:
    """Return the runs with these numbers, in this order, with all that they logged."""
    numbers = list(run_numbers)
    infos = {row[0]: _info(row) for row in _RUNS.rows(conn, numbers)}
    metrics = _METRICS.rows(conn, numbers)
    params = _PARAMS.rows(conn, numbers)
    tags = _TAGS.rows(conn, numbers)
    used = {row[1] for rows in (metrics, params, tags) for row in rows}
    names = key_names(conn, used)
    metrics_of = _metrics(metrics, names, numbers)
    params_of = _labels(params, names, numbers, Param)
    tags_of = _labels(tags, names, numbers, RunTag)
    inputs_of = _inputs(conn, numbers)
    outputs_of = _outputs(conn, numbers)
    return [
        Run(
            infos[number],
            RunData(tuple(metrics_of[number]), tuple(params_of[number]), tuple(tags_of[number])),
            inputs_of.get(number, _NO_INPUTS),
            outputs_of.get(number, _NO_OUTPUTS),
        )
        for number in numbers
        if number in infos
    ]


def run_info(conn: Connection, run_number: int) -> RunInfo:
    """Return how the run with this number stands."""
    return _info(_RUNS.rows(conn, [run_number])[0])


_NO_INPUTS: Final = RunInputs()
_NO_OUTPUTS: Final = RunOutputs()


def _info(row: Row) -> RunInfo:
    return RunInfo(
        run_id=row[1],
        run_uuid=row[1],
        experiment_id=str(row[2]),
        run_name=row[3],
        user_id=row[4],
        status=RUN_STATUS_NUMBERS[row[5]],
        start_time=row[6],
        end_time=row[7],
        artifact_uri=row[8],
        lifecycle_stage="active" if row[9] == ACTIVE else "deleted",
    )


def _metrics(
    rows: Iterable[Row], names: dict[int, str], numbers: Iterable[int]
) -> dict[int, list[Metric]]:
    found: dict[int, list[Metric]] = {number: [] for number in numbers}
    for number, key_id, value, timestamp, step in rows:
        exact = _NAN if value is None else value
        found[number].append(Metric(names[key_id], exact, timestamp, step))
    return found


def _labels(
    rows: Iterable[Row], names: dict[int, str], numbers: Iterable[int], kind: type[Any]
) -> dict[int, list[Any]]:
    """Return params or tags by run; those that many runs share are made once."""
    made: dict[tuple[int, str], Any] = {}
    found: dict[int, list[Any]] = {number: [] for number in numbers}
    for number, key_id, value in rows:
        label = made.get((key_id, value))
        if label is None:
            label = made[key_id, value] = kind(names[key_id], value)
        found[number].append(label)
    return found


def _inputs(conn: Connection, numbers: list[int]) -> dict[int, RunInputs]:
    datasets: dict[int, list[DatasetInput]] = {}
    for number, name, digest, source_type, source, schema, profile, tags in _DATASETS.rows(
        conn, numbers
    ):
        labels = tuple(InputTag(key, value) for key, value in json.loads(tags))
        dataset = Dataset(name, digest, source_type, source, schema, profile)
        datasets.setdefault(number, []).append(DatasetInput(dataset, labels))
    models: dict[int, list[LoggedModelInput]] = {}
    for number, model_id in _MODEL_INPUTS.rows(conn, numbers):
        models.setdefault(number, []).append(LoggedModelInput(model_id))
    return {
        number: RunInputs(tuple(datasets.get(number, ())), tuple(models.get(number, ())))
        for number in datasets.keys() | models.keys()
    }


def _outputs(conn: Connection, numbers: list[int]) -> dict[int, RunOutputs]:
    models: dict[int, list[LoggedModelOutput]] = {}
    for number, model_id, step in _MODEL_OUTPUTS.rows(conn, numbers):
        models.setdefault(number, []).append(LoggedModelOutput(model_id, step))
    return {number: RunOutputs(tuple(found)) for number, found in models.items()}
