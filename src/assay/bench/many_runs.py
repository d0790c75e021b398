"""A database with many runs, made in seconds: rows go in by thousands, past everything that checks."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, insert

from assay.entities.runs import RUN_NAME_TAG
from assay.store.database import open_database
from assay.store.keys import key_ids
from assay.store.tables import experiments, params, runs, series, tags

EXPERIMENT: Final = "1000"
N_PARAMS: Final = 20
N_METRICS: Final = 20
START_MS: Final = 1_700_000_000_000
TAG_KEYS: Final = (RUN_NAME_TAG, "mlflow.user", "mlflow.source.name", "team", "stage")
RUNS_AT_ONCE: Final = 2000


def make_runs(path: Path, n_runs: int) -> None:
    """Make a database at `path` with one experiment of `n_runs` runs, replacing what is there."""
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    draw = random.Random(7)  # noqa: S311 values to search
    for first in range(1, n_runs + 1, RUNS_AT_ONCE):
        with database.write() as conn:
            if first == 1:
                _add_experiment(conn)
            _add_runs(conn, range(first, min(first + RUNS_AT_ONCE, n_runs + 1)), draw)
    with database.write() as conn:
        conn.exec_driver_sql("DELETE FROM leases")
    database.close()


def _add_experiment(conn: Connection) -> None:
    conn.execute(
        insert(experiments).values(
            experiment_id=int(EXPERIMENT),
            name="search",
            artifact_location="mlflow-artifacts:/1000",
            lifecycle=0,
            creation_time=START_MS,
            last_update_time=START_MS,
        )
    )


def _add_runs(conn: Connection, numbers: range, draw: random.Random) -> None:
    ids = key_ids(conn, [*_names("param", N_PARAMS), *_names("metric", N_METRICS), *TAG_KEYS])
    conn.execute(insert(runs), [_run(number, draw) for number in numbers])
    conn.execute(insert(params), [row for number in numbers for row in _params(number, ids, draw)])
    conn.execute(insert(tags), [row for number in numbers for row in _tags(number, ids, draw)])
    conn.execute(insert(series), [row for number in numbers for row in _series(number, ids, draw)])


def _names(what: str, count: int) -> list[str]:
    return [f"{what}_{number:02}" for number in range(count)]


def _run(number: int, draw: random.Random) -> dict[str, Any]:
    run_id = f"{draw.getrandbits(128):032x}"
    return {
        "run_number": number,
        "run_id": run_id,
        "experiment_id": int(EXPERIMENT),
        "name": f"run-{number}",
        "user_id": f"user-{number % 10}",
        "status": 3,
        "lifecycle": 0,
        "start_time": START_MS + number * 1000,
        "end_time": START_MS + number * 1000 + 500,
        "artifact_uri": f"mlflow-artifacts:/{EXPERIMENT}/{run_id}/artifacts",
    }


def _params(number: int, ids: dict[str, int], draw: random.Random) -> Iterator[dict[str, Any]]:
    for position, name in enumerate(_names("param", N_PARAMS)):
        value = str(draw.randrange(10 if position < N_PARAMS // 2 else 1000))
        yield {
            "run_number": number,
            "key_id": ids[name],
            "experiment_id": int(EXPERIMENT),
            "value": value,
        }


def _tags(number: int, ids: dict[str, int], draw: random.Random) -> Iterator[dict[str, Any]]:
    values = (f"run-{number}", f"user-{number % 10}", "train.py", f"team-{number % 7}", "dev")
    for name, value in zip(TAG_KEYS, values, strict=True):
        yield {
            "run_number": number,
            "key_id": ids[name],
            "experiment_id": int(EXPERIMENT),
            "value": value,
        }


def _series(number: int, ids: dict[str, int], draw: random.Random) -> Iterator[dict[str, Any]]:
    for name in _names("metric", N_METRICS):
        values = [draw.random() for _ in range(5)]
        yield {
            "run_number": number,
            "key_id": ids[name],
            "model_number": 0,
            "dataset_id": 0,
            "experiment_id": int(EXPERIMENT),
            "n_logged": 5,
            "n_points": 5,
            "n_finite": 5,
            "last_step": 4,
            "last_timestamp": START_MS + number * 1000 + 4,
            "last_value": values[4],
            "first_step": 0,
            "first_value": values[0],
            "min_value": min(values),
            "min_step": values.index(min(values)),
            "max_value": max(values),
            "max_step": values.index(max(values)),
            "sum_value": sum(values),
        }
