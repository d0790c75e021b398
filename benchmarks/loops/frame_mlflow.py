"""Time MLflow's `search_runs`: `frame_mlflow.py N_RUNS FOLDER`, on a SQLite file without a server."""

import sqlite3
import sys

import mlflow
from calls import print_result
from frames import rows, time_search


def main() -> None:
    """Write the runs into the tables, then time the search that makes a DataFrame."""
    n_runs, folder = int(sys.argv[1]), sys.argv[2]
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    experiment_id = mlflow.create_experiment("many", artifact_location=folder)
    _write(f"{folder}/mlflow.db", experiment_id, n_runs)
    print_result(time_search(lambda: mlflow.search_runs([experiment_id]), n_runs))


def _write(path: str, experiment_id: str, n_runs: int) -> None:
    with sqlite3.connect(path) as database:
        for run_id, metrics, params, tags in rows(n_runs):
            database.execute(
                "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name,"
                " user_id, status, start_time, end_time, source_version, lifecycle_stage,"
                " artifact_uri, experiment_id)"
                " VALUES (?, 'run', 'UNKNOWN', '', '', 'bench', 'FINISHED', 1, 2, '', 'active', ?, ?)",
                (run_id, f"mlflow-artifacts:/1/{run_id}", int(experiment_id)),
            )
            database.executemany(
                "INSERT INTO latest_metrics (key, value, timestamp, step, is_nan, run_uuid)"
                " VALUES (?, ?, 1, 0, 0, ?)",
                [(key, value, run_id) for key, value in metrics.items()],
            )
            for table, texts in (("params", params), ("tags", {**tags, "mlflow.runName": "run"})):
                database.executemany(
                    f"INSERT INTO {table} (key, value, run_uuid) VALUES (?, ?, ?)",
                    [(key, value, run_id) for key, value in texts.items()],
                )


if __name__ == "__main__":
    main()
