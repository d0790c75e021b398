"""One long history in the store: taken in, read whole, summarised, and its size on disk.

`python -m benchmarks.histories` measures a million points of noisy 64-bit floats on SQLite, folding
as the server does while they arrive. Every run ends with a check that what was read is what was
logged.
"""

import argparse
import statistics
import sys
import time
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np
from rich.console import Console

from assay.store.buckets import read_buckets
from assay.store.connections import Database
from assay.store.database import open_database
from assay.store.folding import apply_fold, plan_fold, runs_to_fold
from assay.store.histories import read_history
from assay.store.history_pages import history_page
from assay.store.keys import find_key_ids
from assay.store.run_batch import RunBatch
from assay.store.runs import create_run
from assay.store.writer import Writer
from assay.wire.chunk import MetricColumns, SeriesKey
from benchmarks.report import Row, number
from benchmarks.workspace import scratch

N_POINTS = 1_000_000
N_QUICK = 200_000
BATCH_POINTS = 10_000
PAGE_POINTS = 25_000
REPEATS = 7


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = measure(quick=options.quick)
    if options.json:
        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
        return
    for row in rows:
        Console().print(f"{row.what}: {number(row.value)} {row.unit} (target {row.target})")


def measure(*, quick: bool) -> list[Row]:
    """Measure one long history."""
    n_points = N_QUICK if quick else N_POINTS
    share = n_points / N_POINTS
    with scratch() as folder:
        path = folder / "assay.db"
        columns = noisy_history(n_points)
        with opened(path) as (database, writer):
            seconds = ingest(database, writer, columns)
        with opened(path) as (database, _writer):
            reads = measure_reads(database, columns)
        size = sum(file.stat().st_size for file in folder.iterdir())
    what = f"{n_points:,} points of one history"
    return [
        row(f"{what}: ingest", seconds, "s", 10 * share),
        row(f"{what}: read as columns", reads["columns"], "s", 0.5 * share),
        row(f"{what}: 1,000 buckets", reads["buckets"] * 1000, "ms", 50 * share),
        row(f"{what}: all pages of 25,000", reads["pages"], "s", None),
        row(f"{what}: bytes on disk per point", size / n_points, "B", 12),
    ]


def row(what: str, value: float, unit: str, target: float | None) -> Row:
    """Return a row whose value should not exceed `target`."""
    is_met = None if target is None else value <= target
    shown = "" if target is None else f"≤ {number(target)} {unit}"
    return Row(what=what, target=shown, value=value, unit=unit, is_met=is_met)


def noisy_history(n_points: int) -> MetricColumns:
    """Return a loss that falls under noise, logged every few milliseconds, with one spike."""
    draw = np.random.default_rng(7)
    values = np.exp(-np.arange(n_points) / n_points * 4) + draw.normal(0, 0.05, n_points)
    values[n_points // 3] = 25.0
    timestamps = 1_700_000_000_000 + np.cumsum(draw.integers(1, 40, n_points))
    return MetricColumns(
        keys=[SeriesKey("loss")],
        key_index=array("I", bytes(4 * n_points)),
        step=array("q", range(n_points)),
        timestamp=array("q", timestamps.astype(np.int64).tobytes()),
        value=array("d", values.tobytes()),
    )


@contextmanager
def opened(path: Path) -> Iterator[tuple[Database, Writer]]:
    """Open the database at `path` with its writer."""
    database = open_database(f"sqlite:///{path}")
    writer = Writer(database)
    try:
        yield database, writer
    finally:
        writer.close()
        database.close()


def ingest(database: Database, writer: Writer, columns: MetricColumns) -> float:
    """Log everything in the sender's batches and fold as the server does; return the seconds."""
    run_id = writer.submit(lambda conn: create_run(conn, experiment_id="0")).result().info.run_id
    began = time.perf_counter()
    for start in range(0, columns.n_points, BATCH_POINTS):
        batch = RunBatch(run_id=run_id, metrics=stretch(columns, start, start + BATCH_POINTS))
        writer.submit_batch(batch).result()
        fold_due(database, writer)
    return time.perf_counter() - began


def stretch(columns: MetricColumns, start: int, end: int) -> MetricColumns:
    """Return a part of `columns`."""
    return MetricColumns(
        columns.keys,
        columns.key_index[start:end],
        columns.step[start:end],
        columns.timestamp[start:end],
        columns.value[start:end],
    )


def fold_due(database: Database, writer: Writer) -> None:
    """Fold the runs that are worth it."""
    with database.read() as conn:
        plans = [plan_fold(conn, run_number) for run_number in runs_to_fold(conn, 16)]
    for plan in plans:
        if plan is not None:
            writer.submit(lambda conn, plan=plan: apply_fold(conn, plan)).result()


def measure_reads(database: Database, columns: MetricColumns) -> dict[str, float]:
    """Return the median seconds of each way to read the history, checked against `columns`."""
    with database.read() as conn:
        run_number = conn.exec_driver_sql("SELECT run_number FROM runs").scalar_one()
        key_id = find_key_ids(conn, ["loss"])["loss"]
        history = read_history(conn, run_number, key_id)
        assert history.values.tobytes() == columns.value.tobytes()
        assert history.timestamps.tobytes() == columns.timestamp.tobytes()
        buckets = read_buckets(conn, run_number, key_id, n_buckets=1000).buckets
        assert buckets is not None
        assert buckets.aggregates["max"].max() == 25.0

        def all_pages() -> None:
            page = history_page(conn, run_number, key_id, max_results=PAGE_POINTS)
            while page.end is not None:
                page = history_page(
                    conn, run_number, key_id, after=page.end, max_results=PAGE_POINTS
                )

        return {
            "columns": median_seconds(lambda: read_history(conn, run_number, key_id)),
            "buckets": median_seconds(
                lambda: read_buckets(conn, run_number, key_id, n_buckets=1000)
            ),
            "pages": median_seconds(all_pages),
        }


def median_seconds(action: Callable[[], object]) -> float:
    """Return how long `action` takes."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
