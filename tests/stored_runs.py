"""Writing the runs of `naive_search.py` into a database, past all rules, for tests of search."""

import itertools
import math

import msgspec
from sqlalchemy import Connection, Table, insert

from assay.store.connections import Database
from assay.store.keys import key_ids
from assay.store.tables import (
    dataset_inputs,
    datasets,
    experiments,
    params,
    runs,
    series,
    tags,
)
from naive_search import NaiveRun, Point

_experiments = itertools.count(1000)
_run_numbers = itertools.count(1)


def store(database: Database, found: list[NaiveRun]) -> tuple[str, list[NaiveRun]]:
    """Write the runs into an experiment of their own; return its id, and them with fresh ids."""
    experiment = next(_experiments)
    stored = [_renamed(run, experiment) for run in found]
    numbers = {run.run_id: next(_run_numbers) for run in stored}
    with database.write() as conn:
        conn.execute(
            insert(experiments).values(
                experiment_id=experiment,
                name=f"experiment {experiment}",
                artifact_location="x",
                lifecycle=0,
                creation_time=0,
                last_update_time=0,
            )
        )
        _store_runs(conn, experiment, [(numbers[run.run_id], run) for run in stored])
    return str(experiment), stored


def _renamed(run: NaiveRun, experiment: int) -> NaiveRun:
    # Ids are unique in the whole store; the first digits tell the examples apart.
    return msgspec.structs.replace(run, run_id=f"{experiment:08x}{run.run_id[8:]}")


def _store_runs(conn: Connection, experiment: int, found: list[tuple[int, NaiveRun]]) -> None:
    names = {key for _, run in found for key in (*run.params, *run.tags, *run.metrics)}
    ids = key_ids(conn, names | {"loss", "loss.min"})
    rows: dict[Table, list[dict]] = {runs: [], params: [], tags: [], series: []}
    for number, run in found:
        owner = {"run_number": number, "experiment_id": experiment}
        rows[runs].append(owner | _row(run))
        for table, labels in ((params, run.params), (tags, run.tags)):
            rows[table] += [owner | {"key_id": ids[key], "value": labels[key]} for key in labels]
        rows[series] += [
            owner | {"key_id": ids[key]} | _summary(run.metrics[key]) for key in run.metrics
        ]
    for table, new in rows.items():
        if new:
            conn.execute(insert(table), new)
    for number, run in found:
        for position, dataset in enumerate(run.datasets):
            owner = {"run_number": number, "experiment_id": experiment}
            _store_dataset(conn, owner, position, dataset)


def _row(run: NaiveRun) -> dict:
    return {
        "run_id": run.run_id,
        "name": run.name,
        "user_id": run.user_id,
        "status": run.status,
        "lifecycle": int(run.is_deleted),
        "start_time": run.start_time,
        "end_time": run.end_time,
        "artifact_uri": "x",
    }


def _summary(point: Point) -> dict:
    n_finite = 0 if math.isnan(point.mean) else 2
    return {
        "model_number": 0,
        "dataset_id": 0,
        "n_logged": point.n_points,
        "n_points": point.n_points,
        "n_finite": n_finite,
        "last_step": 0,
        "last_timestamp": 0,
        "last_value": _stored(point.last),
        "first_step": 0,
        "first_value": _stored(point.first),
        "min_value": _stored(point.least),
        "max_value": _stored(point.greatest),
        "sum_value": point.mean * n_finite if n_finite else 0.0,
    }


def _stored(value: float) -> float | None:
    return None if math.isnan(value) else value


def _store_dataset(conn: Connection, owner: dict, position: int, dataset: tuple) -> None:
    name, digest, context = dataset
    experiment = owner["experiment_id"]
    same = (
        datasets.c.experiment_id == experiment,
        datasets.c.name == name,
        datasets.c.digest == digest,
    )
    known = conn.execute(datasets.select().where(*same)).first()
    if known is None:
        values = {"name": name, "digest": digest, "source_type": "", "source": ""}
        conn.execute(insert(datasets).values(experiment_id=experiment, **values))
        known = conn.execute(datasets.select().where(*same)).one()
    conn.execute(
        insert(dataset_inputs).values(
            run_number=owner["run_number"],
            dataset_id=known.dataset_id,
            position=position,
            context=context,
            tags="[]",
        )
    )
