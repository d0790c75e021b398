"""What charts and tables ask: curves of many runs, groups, pages of wide tables, whole columns.

`python -m benchmarks.asking` makes its data once (`benchmarks/.data/`, 4 GB). *Cold* is the first time
in a process, with the file in the system's cache; *warm* is the same chart again.
"""

import argparse
import statistics
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np
from rich.console import Console
from sqlalchemy import Connection

from assay.bench import many_runs
from assay.entities.series import Smoothing, SmoothingKind
from assay.server.column_frames import column_frame
from assay.server.series_frames import series_frame
from assay.store import answer_cache
from assay.store.connections import Database
from assay.store.database import open_database
from assay.store.find import find_anything
from assay.store.folding import apply_fold, plan_fold
from assay.store.histories import append_metrics
from assay.store.keys import key_ids
from assay.store.points import Ints
from assay.store.run_cells import read_cells
from assay.store.run_columns import RunSet, read_columns
from assay.store.run_keys import run_keys
from assay.store.run_windows import Selection, all_numbers, field_named, names_of, run_window
from assay.store.runs import create_run, find_run, get_run
from assay.store.series_facts import SeriesQuery
from assay.store.series_query import GroupQuery, SeriesReader
from assay.wire.chunk import MetricColumns, SeriesKey
from benchmarks import search
from benchmarks.report import Row
from benchmarks.workspace import DATA

REPEATS: Final = 5
N_WIDE: Final = 100
N_NAMES: Final = 20_000
ALL: Final = Selection([search.EXPERIMENT])
FILTERED: Final = Selection([search.EXPERIMENT], search.FILTER, order_by=["metrics.metric_03 DESC"])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    options = parser.parse_args()
    rows = measure(quick=options.quick)
    if options.json:
        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
        return
    for row in rows:
        Console().print(" ".join(row.cells()[:3]))


def measure(*, quick: bool) -> list[Row]:
    """Measure curves, groups, tables and a run with many metrics."""
    return [*curves(quick), *groups(quick), *tables(quick), *many_names()]


def curves(quick: bool) -> list[Row]:
    """Measure 50 long curves."""
    n_points = 100_000 if quick else 1_000_000
    database = curves_database(50, n_points)
    what = f"50 series of {n_points:,} points in 1,000 buckets"
    with database.read() as conn:
        query = SeriesQuery(run_ids=_run_ids(conn), keys=("loss",))
        _forget()
        frame, cold = _timed(lambda: _chart(conn, query))
        assert frame.n_spikes == 50
        warm = _median(lambda: _chart(conn, query))
        zoomed = SeriesQuery(
            run_ids=query.run_ids, keys=("loss",), x_min=n_points / 4, x_max=n_points / 3
        )
        zoom = _timed(lambda: _chart(conn, zoomed))[1]
        smoothed = SeriesQuery(
            run_ids=query.run_ids,
            keys=("loss",),
            smoothing=Smoothing(SmoothingKind.HALF_LIFE, 100.0),
        )
        smooth = _timed(lambda: _chart(conn, smoothed))[1]
    database.close()
    return [
        _row(f"{what}: cold", cold * 1000, "ms", 1500),
        _row(f"{what}: warm", warm * 1000, "ms", 300),
        _row(f"{what}: zoom to a twelfth, cold", zoom * 1000, "ms", 250),
        _row(f"{what}: smoothed by half-life, cold", smooth * 1000, "ms", None),
        _row(f"{what}: size of the answer", frame.n_bytes / 1e6, "MB", 1.5),
    ]


def groups(quick: bool) -> list[Row]:
    """Measure 40 settings with 5 seeds each."""
    n_points = 10_000 if quick else 100_000
    database = curves_database(200, n_points)
    with database.read() as conn:
        run_ids = _run_ids(conn)
        members = {str(place): run_ids[5 * place : 5 * place + 5] for place in range(40)}
        _forget()

        def ask() -> int:
            reader = SeriesReader(conn, SeriesQuery(run_ids=run_ids, keys=("loss",)))
            return len(list(reader.groups(GroupQuery(members))))

        n_groups, cold = _timed(ask)
        assert n_groups == 40
    database.close()
    what = f"5 seeds x 40 settings x {n_points:,} steps to mean ± std: cold"
    return [_row(what, cold, "s", 1.0)]


def tables(quick: bool) -> list[Row]:
    """Measure pages, columns, keys and names of many runs."""
    n_runs = search.N_QUICK if quick else search.N_RUNS
    database = wide_database(n_runs)
    what = f"{n_runs:,} runs x {2 * N_WIDE} columns"
    names = [
        f"{kind}_{place:02}"
        for kind in ("params.param", "metrics.metric")
        for place in range(N_WIDE)
    ]
    eight = [f"metrics.metric_{place:02}" for place in range(8)]
    with database.read() as conn:
        first = _median(lambda: _page(conn, ALL, names))
        filtered = _median(lambda: _page(conn, FILTERED, names))
        frame, columns = _timed(lambda: _columns(conn, eight))
        numbers = all_numbers(conn, ALL)
        keys = _timed(lambda: run_keys(conn, numbers, [int(search.EXPERIMENT)]))[1]
        find = _median(lambda: find_anything(conn, "run-99", limit=20))
    database.close()
    return [
        _row(f"{what}: first page of 100", first * 1000, "ms", 150),
        _row(f"{what}: page with filter and sort", filtered * 1000, "ms", 150),
        _row(f"{what}: keys", keys * 1000, "ms", None),
        _row(f"{what}: 8 metrics of all runs", columns * 1000, "ms", None),
        _row(f"{what}: 8 metrics of all runs, size", len(frame) / 1e6, "MB", 3.3),
        _row(f"{what}: find by name", find * 1000, "ms", 100),
    ]


def many_names() -> list[Row]:
    """Measure a run with very many metrics."""
    database = _named(N_NAMES)
    with database.read() as conn:
        run_id = _run_ids(conn)[0]
        run_number = find_run(conn, run_id).run_number
        load = _median(lambda: get_run(conn, run_id))
        keys = _median(lambda: run_keys(conn, np.array([run_number], np.int64), [0]))
        few = SeriesQuery(run_ids=(run_id,), keys=tuple(f"layer/{place}" for place in range(20)))
        charts = _timed(lambda: _chart(conn, few))[1]
    database.close()
    what = f"a run with {N_NAMES:,} metrics"
    return [
        _row(f"{what}: page", load * 1000, "ms", 300),
        _row(f"{what}: keys", keys * 1000, "ms", 300),
        _row(f"{what}: 20 curves, cold", charts * 1000, "ms", 300),
    ]


class _Chart(msgspec.Struct, frozen=True):
    n_bytes: int
    n_spikes: int


def _chart(conn: Connection, query: SeriesQuery) -> _Chart:
    reader = SeriesReader(conn, query)
    series = list(reader.series())
    named = [(*name, one) for name, one in zip(reader.names, series, strict=True)]
    frame = series_frame(reader.extent, named, fields=(), cursor="")
    drawn = (getattr(one.drawn, "aggregates", None) for one in series if one is not None)
    n_spikes = sum(found is not None and found["max"].max() == 25.0 for found in drawn)
    return _Chart(len(frame), n_spikes)


def _page(conn: Connection, selection: Selection, names: list[str]) -> int:
    window = run_window(conn, selection, offset=0, limit=100)
    fields = [field_named(name) for name in names]
    known = names_of(conn, selection, fields)
    return len(msgspec.json.encode(read_cells(conn, window.run_numbers, fields, known)))


def _columns(conn: Connection, names: list[str]) -> bytes:
    numbers = all_numbers(conn, ALL)
    return column_frame(len(numbers), zip(names, _read(conn, ALL, numbers, names), strict=True))


def _read(conn: Connection, selection: Selection, numbers: Ints, names: list[str]) -> Any:
    fields = [field_named(name) for name in names]
    runs = RunSet(numbers, [int(search.EXPERIMENT)])
    return read_columns(conn, runs, fields, names_of(conn, selection, fields))


def _timed(action: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    result = action()
    return result, time.perf_counter() - began


def _median(action: Callable[[], Any]) -> float:
    action()
    return statistics.median(_timed(action)[1] for _ in range(REPEATS))


def _forget() -> None:
    """Begin with an empty cache."""
    answer_cache._by_engine.clear()  # noqa: SLF001  nothing else needs to do this


def _row(what: str, value: float, unit: str, most: float | None) -> Row:
    target = f"≤ {most:,g} {unit}" if most is not None else ""
    is_met = None if most is None else value <= most
    return Row(what=what, target=target, value=value, unit=unit, is_met=is_met)


def _run_ids(conn: Connection) -> tuple[str, ...]:
    rows = conn.exec_driver_sql("SELECT run_id FROM runs ORDER BY run_number")
    return tuple(row[0] for row in rows)


def _made(name: str, make: Callable[[Path], None]) -> Database:
    path = DATA / name
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        sys.stderr.write(f"making {path} ...\n")
        unfinished = path.with_suffix(".making")
        for leftover in DATA.glob(f"{unfinished.name}*"):
            leftover.unlink()
        make(unfinished)
        unfinished.rename(path)
    return open_database(f"sqlite:///{path}", synchronous="NORMAL")


def curves_database(n_runs: int, n_points: int) -> Database:
    return _made(
        f"curves-{n_runs}x{n_points}.db", lambda path: _make_curves(path, n_runs, n_points)
    )


def _make_curves(path: Path, n_runs: int, n_points: int) -> None:
    database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    draw = np.random.default_rng(1)
    for _ in range(n_runs):
        values = np.exp(-np.arange(n_points) / n_points * 4) + draw.normal(0, 0.05, n_points)
        values[n_points // 3] = 25.0
        times = 1_700_000_000_000 + np.cumsum(draw.integers(1, 40, n_points))
        _log(database, {"loss": (times.astype(np.int64), values)})
    database.close()


def _named(n_names: int) -> Database:
    return _made(f"names-{n_names}.db", lambda path: _make_names(path, n_names))


def _make_names(path: Path, n_names: int) -> None:
    database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    draw = np.random.default_rng(1)
    times = np.arange(10, dtype=np.int64)
    _log(database, {f"layer/{place}": (times, draw.normal(size=10)) for place in range(n_names)})
    database.close()


def _log(database: Database, histories: dict[str, tuple[Ints, Any]]) -> None:
    lengths = [len(values) for _, values in histories.values()]
    index = np.repeat(np.arange(len(lengths), dtype=np.uint32), lengths)
    steps = np.concatenate([np.arange(length) for length in lengths])
    columns = MetricColumns(
        keys=[SeriesKey(key) for key in histories],
        key_index=array("I", index.tobytes()),
        step=array("q", steps.astype(np.int64).tobytes()),
        timestamp=array("q", np.concatenate([one for one, _ in histories.values()]).tobytes()),
        value=array("d", np.concatenate([one for _, one in histories.values()]).tobytes()),
    )
    with database.write() as conn:
        run_id = create_run(conn, experiment_id="0").info.run_id
        run_number = find_run(conn, run_id).run_number
        append_metrics(conn, [(run_number, 0, columns, None)])
    while True:
        with database.read() as conn:
            plan = plan_fold(conn, run_number)
        if plan is None:
            return
        with database.write() as conn:
            apply_fold(conn, plan)


def wide_database(n_runs: int) -> Database:
    return _made(f"wide-{n_runs}.db", lambda path: _widen(path, n_runs))


def _widen(path: Path, n_runs: int) -> None:
    """Copy the data of the search benchmark and give its runs more params and metrics."""
    search._database(n_runs).close()  # noqa: SLF001  its data is ours as well
    path.write_bytes((DATA / f"search-{n_runs}.db").read_bytes())
    database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    with database.write() as conn:
        new = range(many_runs.N_PARAMS, N_WIDE)
        ids = key_ids(
            conn, [f"{kind}_{place:02}" for kind in ("param", "metric") for place in range(N_WIDE)]
        )
        conn.exec_driver_sql("DROP INDEX series_by_last")
        conn.exec_driver_sql("DROP INDEX params_by_value")
        for kind in ("param", "metric"):
            conn.exec_driver_sql(f"CREATE TEMP TABLE new_{kind} (key_id INTEGER)")
            rows = [(ids[f"{kind}_{place:02}"],) for place in new]
            conn.exec_driver_sql(f"INSERT INTO new_{kind} VALUES (?)", rows)
        conn.exec_driver_sql(
            "INSERT INTO params (run_number, key_id, experiment_id, value)"
            " SELECT run_number, new_param.key_id, experiment_id, abs(random() % 1000)"
            " FROM runs, new_param ORDER BY 1, 2"
        )
        conn.exec_driver_sql(
            "INSERT INTO series (run_number, key_id, model_number, dataset_id, experiment_id,"
            " n_logged, n_points, n_finite, last_step, last_timestamp, last_value, first_step,"
            " first_value, min_value, min_step, max_value, max_step, sum_value)"
            " SELECT run_number, new_metric.key_id, 0, 0, experiment_id, 5, 5, 5, 4, start_time,"
            " abs(random() % 1000000) / 1e6, 0, 0.5, 0.0, 1, 1.0, 2, 2.5"
            " FROM runs, new_metric ORDER BY 1, 2"
        )
        conn.exec_driver_sql(
            "CREATE INDEX series_by_last ON series"
            " (experiment_id, key_id, model_number, last_value, run_number)"
        )
        conn.exec_driver_sql(
            "CREATE INDEX params_by_value ON params (experiment_id, key_id, substr(value, 1, 128))"
        )
    database.close()


if __name__ == "__main__":
    main()
