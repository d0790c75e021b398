"""REST log-batch from eight plain HTTP clients: requests a second, and what a point costs the server.

Servers take turns at each batch size. The load comes from one process beside the server, which is
served as it is shipped: its default number of workers, SQLite on the same disk.
"""

import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import msgspec

from assay.bench.connections import Outcome
from benchmarks.environments import ROOT
from benchmarks.peers import ASSAY, FASTTRACKML, MLFLOW, SERVERS, serving
from benchmarks.processes import ServerProcess
from benchmarks.report import Row
from benchmarks.workspace import scratch

TARGET_REQUESTS = {1: 5000, 100: 3000, 1000: 600}
TARGET_CPU_RATIO = {MLFLOW.name: 50.0, FASTTRACKML.name: 5.0}


class _Measured(msgspec.Struct, frozen=True):
    outcome: Outcome
    cpu_seconds: float
    n_metrics: int

    @property
    def requests_per_s(self) -> float:
        return self.outcome.requests / self.outcome.seconds

    @property
    def points_per_cpu_s(self) -> float:
        return self.outcome.requests * self.n_metrics / self.cpu_seconds


def measure(*, quick: bool) -> list[Row]:
    """Measure all servers at 1, 100 and 1,000 metrics a batch."""
    seconds = 2.0 if quick else 6.0
    rows: list[Row] = []
    with scratch() as folder, ExitStack() as stack:
        servers = [
            stack.enter_context(serving(peer, folder / f"server-{index}"))
            for index, peer in enumerate(SERVERS)
        ]
        for n_metrics in TARGET_REQUESTS:
            measured = {server.name: _log_batches(server, n_metrics, seconds) for server in servers}
            rows.extend(_rows(n_metrics, measured))
    return rows


def run_load(kind: str, server: ServerProcess, *options: str, folder: Path = ROOT) -> Outcome:
    """Put load on `server` from another process and return what it saw."""
    command = [sys.executable, "-m", "benchmarks.load", kind, server.url, *options]
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=3600, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"The load on {server.name} failed: {done.stderr[-2000:]}")
    return msgspec.json.decode(done.stdout, type=Outcome)


def _log_batches(server: ServerProcess, n_metrics: int, seconds: float) -> _Measured:
    before = server.cpu_seconds()
    outcome = run_load("log-batch", server, "--metrics", str(n_metrics), "--seconds", str(seconds))
    return _Measured(outcome, server.cpu_seconds() - before, n_metrics)


def _rows(n_metrics: int, measured: dict[str, _Measured]) -> list[Row]:
    ours = measured[ASSAY.name]
    others = {name: value for name, value in measured.items() if name != ASSAY.name}
    cpu = Row(
        what=f"… points a second of server CPU, batches of {n_metrics:,}",
        target="≥ 50 x MLflow, ≥ 5 x FastTrackML",
        value=ours.points_per_cpu_s,
        unit="points/CPU s",
        peers={name: value.points_per_cpu_s for name, value in others.items()},
        more_is_better=True,
    )
    is_cheap = all(cpu.ratios()[name] >= least for name, least in TARGET_CPU_RATIO.items())
    target = TARGET_REQUESTS[n_metrics]
    rate = Row(
        what=f"REST log-batch from 8 clients, metrics in each: {n_metrics:,}",
        target=f"≥ {target:,} requests/s",
        value=ours.requests_per_s,
        unit="requests/s",
        peers={name: value.requests_per_s for name, value in others.items()},
        more_is_better=True,
        is_met=ours.requests_per_s >= target,
        note=f"median {ours.outcome.median_ms:.2f} ms, p99 {ours.outcome.p99_ms:.2f} ms",
    )
    return [rate, msgspec.structs.replace(cpu, is_met=is_cheap)]
