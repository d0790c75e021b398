"""How light assay is: import, server start, idle memory, packages of a base install."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.environments import (
    ROOT,
    build_environment,
    environment_python,
    installed_packages,
)
from benchmarks.peers import ASSAY, FASTTRACKML, MLFLOW, Peer, serving
from benchmarks.report import Row
from benchmarks.workspace import scratch

IMPORT_SCRIPT = (
    "import time; began = time.perf_counter(); import {module}; "
    "print((time.perf_counter() - began) * 1e3)"
)


def measure(*, quick: bool) -> list[Row]:
    """Measure what it costs before anything is logged."""
    repeats = 3 if quick else 7
    return [_import_row(repeats), *_server_rows(3 if quick else 5), _packages_row()]


def _import_row(repeats: int) -> Row:
    ours = _import_ms(Path(sys.executable), "assay", repeats)
    mlflow = _import_ms(environment_python("mlflow-3.6"), "mlflow", repeats)
    return Row(
        what="import, median of fresh interpreters",
        target="≤ 100 ms",
        value=ours,
        unit="ms",
        peers={MLFLOW.name: mlflow},
        is_met=ours <= 100,
    )


def _import_ms(python: Path, module: str, repeats: int) -> float:
    command = [str(python), "-c", IMPORT_SCRIPT.format(module=module)]
    environment = {"PYTHONPATH": str(ROOT / "src")} if module == "assay" else {}
    return statistics.median(
        float(
            subprocess.run(
                command, env=environment, capture_output=True, text=True, check=True, timeout=120
            ).stdout
        )
        for _ in range(repeats)
    )


def _server_rows(repeats: int) -> list[Row]:
    started: dict[str, float] = {}
    resident: dict[str, float] = {}
    for peer in (ASSAY, MLFLOW, FASTTRACKML):
        started[peer.name], resident[peer.name] = _start_and_idle(
            peer, 1 if peer is MLFLOW else repeats
        )
    ours_s, ours_mb = started.pop(ASSAY.name), resident.pop(ASSAY.name)
    return [
        Row(
            what="server start to first answer, existing database",
            target="≤ 1 s",
            value=ours_s,
            unit="s",
            peers=started,
            is_met=ours_s <= 1,
        ),
        Row(
            what="idle memory of the server and its workers",
            target="≤ 150 MB",
            value=ours_mb,
            unit="MB",
            peers=resident,
            is_met=ours_mb <= 150,
        ),
    ]


def _start_and_idle(peer: Peer, repeats: int) -> tuple[float, float]:
    """Return the median start time in seconds and the memory in megabytes a second later."""
    with scratch() as folder:
        with serving(peer, folder):
            pass
        times: list[float] = []
        sizes: list[float] = []
        for _ in range(repeats):
            with serving(peer, folder) as server:
                times.append(server.started_in_s)
                time.sleep(1.0)
                sizes.append(server.resident_bytes() / 1e6)
    return statistics.median(times), statistics.median(sizes)


def _packages_row() -> Row:
    with scratch() as folder:
        python = build_environment(folder / "environment", (str(ROOT),))
        packages = installed_packages(python)
    peers = {
        MLFLOW.name: float(len(installed_packages(environment_python("mlflow-3.6")))),
        FASTTRACKML.name: float(len(installed_packages(environment_python("fasttrackml")))),
    }
    return Row(
        what="packages in the base install",
        target="≤ 25",
        value=float(len(packages)),
        unit="packages",
        peers=peers,
        is_met=len(packages) <= 25,
        note=", ".join(packages),
    )
