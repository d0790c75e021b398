"""From the first `log_metric` call until every point is in the store, where others can read it.

The clock runs over the calls themselves and the end of the run, which waits for delivery. Then
another process reads the history and must find every point.
"""

import sys
from pathlib import Path

from benchmarks.log_calls import N_CALLS, Result, run_loop, time_assay
from benchmarks.peers import ASSAY, serving
from benchmarks.report import Row
from benchmarks.workspace import scratch

TARGETS = {"through a server": 100_000, "embedded": 200_000}


def measure(*, quick: bool) -> list[Row]:
    """Measure delivery through a server and embedded."""
    n_calls = N_CALLS // 10 if quick else N_CALLS
    with scratch() as folder:
        rows = [_deliver("embedded", n_calls, str(folder / "embedded"))]
        with serving(ASSAY, folder / "server") as server:
            rows.append(_deliver("through a server", n_calls, server.url))
    return rows


def _deliver(how: str, n_calls: int, uri: str) -> Row:
    logged = time_assay(n_calls, uri)
    counted = _count(uri, logged)
    if counted["n_points"] != n_calls:
        raise RuntimeError(f"{how}: {counted['n_points']} of {n_calls} points can be read")
    began, ended = float(logged["began_at"]), float(logged["ended_at"])
    rate = n_calls / (ended - began)
    return Row(
        what=f"{n_calls:,} log_metric calls until readable by another process, {how}",
        target=f"≥ {TARGETS[how]:,} points/s",
        value=rate,
        unit="points/s",
        more_is_better=True,
        is_met=rate >= TARGETS[how],
        note=f"calls {float(logged['logged_at']) - began:.2f} s, then delivery "
        f"{ended - float(logged['logged_at']):.2f} s; read back in {counted['seconds']:.2f} s",
    )


def _count(uri: str, logged: Result) -> dict[str, float]:
    found = run_loop(Path(sys.executable), "count_points.py", uri, str(logged["run_id"]))
    return {name: float(value) for name, value in found.items()}
