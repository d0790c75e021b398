"""Importing a spreadsheet of 100,000 rows: runs a second, into a folder and through a server.

A row has 4 params, 4 metrics, 2 tags and its times. What is timed is the whole import: planning,
checking all cells, and writing.
"""

import random
import time
from pathlib import Path

import assay
from assay.client import connection
from benchmarks.peers import ASSAY, serving
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_ROWS = 100_000
TARGET_ROWS = 2000
_HEADER = (
    "run_id,run_name,status,start_time,end_time,params.lr,params.depth,params.optimizer,params.seed,"
    "metrics.loss,metrics.accuracy,metrics.f1,metrics.seconds,tags.team,tags.data"
)


def measure(*, quick: bool) -> list[Row]:
    """Measure one import into a folder and one through a server on this machine."""
    n_rows = N_ROWS // 10 if quick else N_ROWS
    with scratch() as folder:
        path = folder / "runs.csv"
        _write(path, n_rows)
        rows = [_row("into a folder", n_rows, _import(path, str(folder / "store")))]
        rows.append(_row("… and again, all there", n_rows, _import(path, str(folder / "store"))))
        with serving(ASSAY, folder / "server") as server:
            rows.append(_row("… through a server", n_rows, _import(path, server.url)))
    return rows


def _write(path: Path, n_rows: int) -> None:
    draw = random.Random(7)
    with path.open("w", encoding="utf-8") as file:
        print(_HEADER, file=file)
        for number in range(n_rows):
            numbers = ",".join(repr(draw.random()) for _ in range(4))
            times = "2024-01-01T00:00:00.000Z,2024-01-01T01:00:00.000Z"
            params = f"{10 ** -draw.uniform(1, 4):.6f},{draw.randint(1, 12)},adam,{number}"
            print(
                f"{draw.getrandbits(128):032x},run-{number},FINISHED,{times},{params},{numbers},a,b",
                file=file,
            )


def _import(path: Path, uri: str) -> float:
    """Return how many seconds it takes."""
    assay.set_tracking_uri(uri)
    try:
        start = time.perf_counter()
        assay.import_runs(path, experiment_name="imported")
        return time.perf_counter() - start
    finally:
        connection.close_all()
        assay.set_tracking_uri("")


def _row(what: str, n_rows: int, seconds: float) -> Row:
    rate = n_rows / seconds
    return Row(
        what=f"Import of {n_rows:,} rows {what}",
        target=f"≥ {TARGET_ROWS:,} rows/s",
        value=rate,
        unit="rows/s",
        more_is_better=True,
        is_met=rate >= TARGET_ROWS,
        note=f"{seconds:.1f} s in all",
    )
