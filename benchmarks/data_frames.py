"""A DataFrame of many runs: `search_runs` of both, on the same runs, each in a process of its own.

MLflow reads its SQLite file without a server between, which is the fastest that it can do.
"""

import sys
from array import array
from pathlib import Path

from assay.entities.runs import Param, RunStatus, RunTag
from assay.store.batches import apply_batches
from assay.store.database import open_database
from assay.store.experiments import create_experiment
from assay.store.run_batch import RunBatch
from assay.wire.chunk import MetricColumns, SeriesKey
from assay.wire.ingest import RunCreation, RunEnd
from benchmarks.environments import environment_python
from benchmarks.log_calls import run_loop
from benchmarks.loops.frames import RunRow, rows
from benchmarks.peers import ASSAY, MLFLOW, serving
from benchmarks.report import Row
from benchmarks.workspace import scratch

TARGET_RATIO = 20.0
_GROUP = 500


def measure(*, quick: bool) -> list[Row]:
    """Measure embedded and through a server, beside MLflow."""
    n_runs = 1_000 if quick else 10_000
    with scratch() as folder:
        reference = folder / "mlflow"
        reference.mkdir()
        mlflow = environment_python("mlflow-3.6")
        theirs = run_loop(mlflow, "frame_mlflow.py", str(n_runs), str(reference))
        embedded = folder / "embedded"
        experiment_id = _fill(embedded / "assay.db", n_runs)
        served = folder / "served"
        _fill(served / "tracking.db", n_runs)
        ours = Path(sys.executable)
        found = {
            "embedded": run_loop(ours, "frame_assay.py", str(n_runs), str(embedded), experiment_id)
        }
        with serving(ASSAY, served) as server:
            found["through a server"] = run_loop(
                ours, "frame_assay.py", str(n_runs), server.url, experiment_id
            )
    return [
        _row(f"DataFrame of {n_runs:,} runs x {result['n_columns']} columns, {how}", result, theirs)
        for how, result in found.items()
    ]


def _row(what: str, ours: dict[str, float], theirs: dict[str, float]) -> Row:
    is_met = theirs["best_s"] / ours["best_s"] >= TARGET_RATIO
    return Row(
        what=what,
        target="≥ 20 x MLflow",
        value=ours["best_s"],
        unit="s",
        peers={f"{MLFLOW.name}, SQLite": theirs["best_s"]},
        is_met=is_met,
        note=f"first call {ours['first_s']:.2f} s, MLflow's {theirs['first_s']:.2f} s",
    )


def _fill(path: Path, n_runs: int) -> str:
    """Write the runs into a database at `path`; return their experiment's id."""
    path.parent.mkdir(parents=True)
    database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    with database.write() as conn:
        experiment_id = create_experiment(conn, name="many", now_ms=1)
    batches = [_batch(experiment_id, row) for row in rows(n_runs)]
    for start in range(0, n_runs, _GROUP):
        with database.write() as conn:
            apply_batches(conn, batches[start : start + _GROUP])
    database.close()
    return experiment_id


def _batch(experiment_id: str, row: RunRow) -> RunBatch:
    run_id, metrics, params, tags = row
    return RunBatch(
        run_id=run_id,
        create=RunCreation(experiment_id=experiment_id, run_name="run", start_time=1),
        metrics=MetricColumns(
            keys=[SeriesKey(key) for key in metrics],
            key_index=array("I", range(len(metrics))),
            step=array("q", bytes(8 * len(metrics))),
            timestamp=array("q", bytes(8 * len(metrics))),
            value=array("d", metrics.values()),
        ),
        params=tuple(Param(key, value) for key, value in params.items()),
        tags=tuple(RunTag(key, value) for key, value in tags.items()),
        end=RunEnd(RunStatus.FINISHED, 2),
    )
