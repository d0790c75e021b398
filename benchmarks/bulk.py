"""Whole runs through REST: 20 params, 20 metrics of 5 points and 5 tags each.

Peers record fewer runs than assay, since they take so much longer; what is compared is the time and
the bytes of one run, after the size of an empty database is taken off.
"""

import msgspec

from benchmarks.ingestion import run_load
from benchmarks.peers import ASSAY, FASTTRACKML, MLFLOW, Peer, serving
from benchmarks.processes import folder_bytes
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_RUNS = {ASSAY.name: 10_000, FASTTRACKML.name: 2_000, MLFLOW.name: 500}
TARGET_SPEED = {MLFLOW.name: 20.0, FASTTRACKML.name: 3.0}
TARGET_SIZE = 3.0
DATABASE_FILES = (".db", ".db-wal", ".db-shm")


class _Measured(msgspec.Struct, frozen=True):
    n_runs: int
    seconds: float
    size_bytes: int

    @property
    def runs_per_s(self) -> float:
        return self.n_runs / self.seconds

    @property
    def bytes_per_run(self) -> float:
        return self.size_bytes / self.n_runs


def measure(*, quick: bool) -> list[Row]:
    """Measure the time to record many runs, and the size of the database after it was closed."""
    divisor = 10 if quick else 1
    measured = {
        peer.name: _record(peer, N_RUNS[peer.name] // divisor)
        for peer in (ASSAY, FASTTRACKML, MLFLOW)
    }
    return [_speed_row(measured), _size_row(measured)]


def _record(peer: Peer, n_runs: int) -> _Measured:
    with scratch() as folder:
        with serving(peer, folder):
            pass
        empty = folder_bytes(folder, DATABASE_FILES)
        with serving(peer, folder) as server:
            outcome = run_load("bulk", server, "--runs", str(n_runs))
        size = folder_bytes(folder, DATABASE_FILES)
    return _Measured(n_runs, outcome.seconds, size - empty)


def _speed_row(measured: dict[str, _Measured]) -> Row:
    ours = measured[ASSAY.name]
    row = Row(
        what=f"{ours.n_runs:,} whole runs through REST",
        target="≥ 20 x MLflow, ≥ 3 x FastTrackML",
        value=ours.runs_per_s,
        unit="runs/s",
        peers={name: value.runs_per_s for name, value in measured.items() if name != ASSAY.name},
        more_is_better=True,
        note=f"{ours.seconds:.1f} s in all; peers recorded "
        + ", ".join(f"{value.n_runs:,} ({name})" for name, value in measured.items())
        + " runs of the same content",
    )
    is_met = all(row.ratios()[name] >= least for name, least in TARGET_SPEED.items())
    return msgspec.structs.replace(row, is_met=is_met)


def _size_row(measured: dict[str, _Measured]) -> Row:
    ours = measured[ASSAY.name]
    row = Row(
        what="… database on disk",
        target="≤ 1/3 of both",
        value=ours.bytes_per_run,
        unit="B/run",
        peers={name: value.bytes_per_run for name, value in measured.items() if name != ASSAY.name},
    )
    return msgspec.structs.replace(row, is_met=min(row.ratios().values()) >= TARGET_SIZE)
