"""How long `log_metric` keeps the training loop: embedded, over HTTP and offline, and peers' calls.

Only assay's calls have reached the operating system when they return; tensorboardX and trackio queue
in memory, so what a killed process had queued is lost. MLflow's calls return when all is stored.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from benchmarks.environments import ROOT, environment_python
from benchmarks.peers import ASSAY, quiet_environment, serving
from benchmarks.report import Row
from benchmarks.workspace import scratch

LOOPS = Path(__file__).parent / "loops"
N_CALLS = 100_000
N_CALLS_MLFLOW = 300
TARGET_MEDIAN_US = 5.0
TARGET_P99_US = 50.0
TARGET_MLFLOW_RATIO = 1000.0
MLFLOW_SQLITE = "MLflow on SQLite"

Result = dict[str, float | str]


def measure(*, quick: bool) -> list[Row]:
    """Measure every transport beside every peer."""
    n_calls = N_CALLS // 10 if quick else N_CALLS
    with scratch() as folder:
        peers = _measure_peers(folder, n_calls)
        ours = {
            "embedded": time_assay(n_calls, str(folder / "embedded")),
            "offline": time_assay(n_calls, f"offline:{folder / 'offline'}"),
        }
        with serving(ASSAY, folder / "server") as server:
            ours["http"] = time_assay(n_calls, server.url)
    return [row for transport, result in ours.items() for row in _rows(transport, result, peers)]


def time_assay(n_calls: int, uri: str) -> Result:
    """Log `n_calls` metrics to `uri` from a fresh process of its own."""
    return run_loop(Path(sys.executable), "log_assay.py", str(n_calls), uri)


def run_loop(python: Path, script: str, *arguments: str) -> Result:
    """Run one of the loops with `python` and return what it measured."""
    environment = {**os.environ, **quiet_environment()}
    if python == Path(sys.executable):
        environment["PYTHONPATH"] = str(ROOT / "src")
    done = subprocess.run(
        [str(python), str(LOOPS / script), *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed: {done.stderr[-2000:]}")
    result: Result = json.loads(done.stdout.splitlines()[-1])
    return result


def _measure_peers(folder: Path, n_calls: int) -> dict[str, Result]:
    loops = {
        MLFLOW_SQLITE: ("mlflow-3.6", "log_mlflow.py", N_CALLS_MLFLOW, "sqlite:///{}/mlflow.db"),
        "tensorboardX": ("tensorboardx", "log_tensorboardx.py", n_calls, "{}/tensorboardx"),
        "trackio": ("trackio", "log_trackio.py", n_calls // 10, "{}/trackio"),
    }
    return {
        name: run_loop(environment_python(environment), script, str(count), target.format(folder))
        for name, (environment, script, count, target) in loops.items()
    }


def _rows(transport: str, ours: Result, peers: dict[str, Result]) -> list[Row]:
    median, p99 = float(ours["median_us"]), float(ours["p99_us"])
    rows = [
        Row(
            what=f"log_metric call, {transport}: median",
            target="≤ 5 µs, below tensorboardX and trackio, MLflow / 1,000",
            value=median,
            unit="µs",
            peers={name: float(result["median_us"]) for name, result in peers.items()},
            note=f"{ours['n_calls']:,} calls, longest {float(ours['max_us']) / 1e3:.1f} ms",
        ),
        Row(
            what=f"log_metric call, {transport}: p99",
            target="≤ 50 µs",
            value=p99,
            unit="µs",
            peers={name: float(result["p99_us"]) for name, result in peers.items()},
            is_met=p99 <= TARGET_P99_US,
        ),
    ]
    ratios = rows[0].ratios()
    is_met = (
        median <= TARGET_MEDIAN_US
        and min(ratios.values()) > 1
        and ratios[MLFLOW_SQLITE] >= TARGET_MLFLOW_RATIO
    )
    return [msgspec.structs.replace(rows[0], is_met=is_met), rows[1]]
