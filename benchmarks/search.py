"""Searching 100,000 runs with 20 params, 20 metrics and 5 tags each, inside the store.

`python -m benchmarks.search` makes the data once (`benchmarks/.data/`), then times whole calls of
`search_runs` and `count_runs` on SQLite, with everything that the page's runs logged. With
`--profile` it also prints the statements of each search and how they are planned.
"""

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from rich.console import Console
from sqlalchemy import Connection, event, insert

from assay.entities.runs import RUN_NAME_TAG, Run
from assay.store.connections import Database
from assay.store.database import open_database
from assay.store.keys import key_ids
from assay.store.search_runs import count_runs, search_runs
from assay.store.tables import experiments, params, runs, series, tags
from benchmarks.report import Row, number
from benchmarks.workspace import DATA

N_RUNS: Final = 100_000
N_QUICK: Final = 10_000
N_PARAMS: Final = 20
N_METRICS: Final = 20
PAGE: Final = 100
REPEATS: Final = 7
EXPERIMENT: Final = "1000"
START_MS: Final = 1_700_000_000_000
TAG_KEYS: Final = (RUN_NAME_TAG, "mlflow.user", "mlflow.source.name", "team", "stage")
RUNS_AT_ONCE: Final = 2000

FILTER: Final = "metrics.metric_03 > 0.5 AND params.param_02 = '4'"
RARE: Final = "params.param_19 = '77' AND metrics.metric_01 < 0.2"

Search = Callable[[Connection], object]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help=f"with {N_QUICK:,} runs")
    parser.add_argument("--profile", action="store_true", help="print statements and plans")
    options = parser.parse_args()
    if options.profile:
        profile(_database(N_QUICK if options.quick else N_RUNS))
        return
    rows = measure(quick=options.quick)
    if options.json:
        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
        return
    for row in rows:
        Console().print(f"{row.what}: {number(row.value)} {row.unit} (target {row.target})")


def measure(*, quick: bool) -> list[Row]:
    """Measure all searches."""
    n_runs = N_QUICK if quick else N_RUNS
    database = _database(n_runs)
    rows = []
    for what, (limit_ms, search) in searches(database, n_runs).items():
        taken_ms = _median_ms(database, search)
        target = f"≤ {limit_ms} ms" if limit_ms else ""
        rows.append(
            Row(
                what=f"{n_runs:,} runs: {what}",
                target=target,
                value=taken_ms,
                unit="ms",
                is_met=taken_ms <= limit_ms if limit_ms else None,
            )
        )
    database.close()
    size = sum(file.stat().st_size for file in DATA.glob(f"search-{n_runs}.db*")) / 2**20
    what = f"{n_runs:,} runs: database without histories"
    return [*rows, Row(what=what, target="", value=size, unit="MiB")]


def searches(database: Database, n_runs: int) -> dict[str, tuple[int, Search]]:
    """Return what is measured: its limit in milliseconds, 0 for none, and the call."""
    n_deep = n_runs // PAGE * 9 // 10
    by_metric = ["metrics.metric_03 DESC"]
    deep_default = _token(database, order_by=[], n_pages=n_deep)
    deep_metric = _token(database, order_by=by_metric, n_pages=n_deep)
    return {
        "first page": (50, _page),
        "filter on metric and param, sorted by metric": (
            150,
            lambda conn: _page(conn, filter=FILTER, order_by=by_metric),
        ),
        "deep page": (150, lambda conn: _page(conn, page_token=deep_default)),
        "deep page, sorted by metric": (
            150,
            lambda conn: _page(conn, order_by=by_metric, page_token=deep_metric),
        ),
        "exact count": (150, lambda conn: count_runs(conn, experiment_ids=[EXPERIMENT])),
        "exact count with filter": (
            150,
            lambda conn: count_runs(conn, experiment_ids=[EXPERIMENT], filter=FILTER),
        ),
        "filter that few match": (0, lambda conn: _page(conn, filter=RARE)),
        "filter that none matches, by regular expression": (
            0,
            lambda conn: _page(conn, filter="tags.`mlflow.source.name` ~ '^no-.*[0-9]$'"),
        ),
        "filter with OR, LIKE and NOT": (
            0,
            lambda conn: _page(
                conn,
                filter="(params.param_05 LIKE '%9' OR tags.team = 'team-3') AND NOT "
                "metrics.metric_07 > 0.9",
            ),
        ),
        "sorted by param, then metric": (
            0,
            lambda conn: _page(conn, order_by=["params.param_03", "metrics.metric_00 DESC"]),
        ),
        "sorted by run name": (0, lambda conn: _page(conn, order_by=["run_name"])),
        "sorted by least value": (0, lambda conn: _page(conn, order_by=["metrics.metric_03.min"])),
        "exact count with LIKE and OR": (
            0,
            lambda conn: count_runs(
                conn,
                experiment_ids=[EXPERIMENT],
                filter="params.param_05 LIKE '%9' OR tags.team = 'team-3'",
            ),
        ),
    }


def profile(database: Database) -> None:
    """Print the statements of each search, how long they take and how SQLite plans them."""
    console = Console(soft_wrap=True)
    for what, (_, search) in searches(database, N_RUNS).items():
        with database.read() as conn:
            search(conn)
            console.rule(what)
            for statement, values, taken_ms in _observed(conn, search):
                console.print(f"{taken_ms:8.2f} ms  {' '.join(statement.split())[:1000]}")
                plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                for step in plan:
                    console.print(f"{'':14}{step[3]}", style="dim")


def _observed(conn: Connection, search: Search) -> list[tuple[str, Any, float]]:
    seen: list[tuple[str, Any, float]] = []

    def before(_conn: object, cursor: Any, statement: str, values: Any, *_rest: object) -> None:
        began = time.perf_counter()
        rows = cursor.connection.execute(statement, values).fetchall()
        seen.append((statement, values, (time.perf_counter() - began) * 1000))
        assert rows is not None

    event.listen(conn, "before_cursor_execute", before)
    search(conn)
    event.remove(conn, "before_cursor_execute", before)
    return seen


def _page(conn: Connection, **query: Any) -> list[Run]:
    return search_runs(conn, experiment_ids=[EXPERIMENT], max_results=PAGE, **query)


def _token(database: Database, *, order_by: list[str], n_pages: int) -> str:
    """Return the token of a page deep inside, as a client comes by it, in larger steps."""
    token = ""
    with database.read() as conn:
        for _ in range(n_pages // 90):
            found = search_runs(
                conn,
                experiment_ids=[EXPERIMENT],
                order_by=order_by,
                max_results=PAGE * 90,
                page_token=token,
            )
            token = found.token or token
    return token


def _median_ms(database: Database, search: Search) -> float:
    taken = []
    for _ in range(REPEATS):
        with database.read() as conn:
            began = time.perf_counter()
            search(conn)
            taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1000


def _database(n_runs: int) -> Database:
    path = DATA / f"search-{n_runs}.db"
    if not path.exists():
        sys.stderr.write(f"making {n_runs:,} runs in {path} ...\n")
        _make(path.with_suffix(".making"), n_runs)
        path.with_suffix(".making").rename(path)
    return open_database(f"sqlite:///{path}")


def _make(path: Path, n_runs: int) -> None:
    DATA.mkdir(parents=True, exist_ok=True)
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()
    database = open_database(f"sqlite:///{path}", synchronous="NORMAL")
    draw = random.Random(7)
    for first in range(1, n_runs + 1, RUNS_AT_ONCE):
        with database.write() as conn:
            if first == 1:
                _add_experiment(conn)
            _add_runs(conn, range(first, min(first + RUNS_AT_ONCE, n_runs + 1)), draw)
    with database.write() as conn:
        conn.exec_driver_sql("DELETE FROM leases")
    database.close()


def _add_experiment(conn: Connection) -> None:
    conn.execute(
        insert(experiments).values(
            experiment_id=int(EXPERIMENT),
            name="search",
            artifact_location="mlflow-artifacts:/1000",
            lifecycle=0,
            creation_time=START_MS,
            last_update_time=START_MS,
        )
    )


def _add_runs(conn: Connection, numbers: range, draw: random.Random) -> None:
    ids = key_ids(conn, [*_names("param", N_PARAMS), *_names("metric", N_METRICS), *TAG_KEYS])
    conn.execute(insert(runs), [_run(number, draw) for number in numbers])
    conn.execute(insert(params), [row for number in numbers for row in _params(number, ids, draw)])
    conn.execute(insert(tags), [row for number in numbers for row in _tags(number, ids, draw)])
    conn.execute(insert(series), [row for number in numbers for row in _series(number, ids, draw)])


def _names(what: str, count: int) -> list[str]:
    return [f"{what}_{number:02}" for number in range(count)]


def _run(number: int, draw: random.Random) -> dict[str, Any]:
    run_id = f"{draw.getrandbits(128):032x}"
    return {
        "run_number": number,
        "run_id": run_id,
        "experiment_id": int(EXPERIMENT),
        "name": f"run-{number}",
        "user_id": f"user-{number % 10}",
        "status": 3,
        "lifecycle": 0,
        "start_time": START_MS + number * 1000,
        "end_time": START_MS + number * 1000 + 500,
        "artifact_uri": f"mlflow-artifacts:/{EXPERIMENT}/{run_id}/artifacts",
    }


def _params(number: int, ids: dict[str, int], draw: random.Random) -> Iterator[dict[str, Any]]:
    for position, name in enumerate(_names("param", N_PARAMS)):
        value = str(draw.randrange(10 if position < N_PARAMS // 2 else 1000))
        yield {
            "run_number": number,
            "key_id": ids[name],
            "experiment_id": int(EXPERIMENT),
            "value": value,
        }


def _tags(number: int, ids: dict[str, int], draw: random.Random) -> Iterator[dict[str, Any]]:
    values = (f"run-{number}", f"user-{number % 10}", "train.py", f"team-{number % 7}", "dev")
    for name, value in zip(TAG_KEYS, values, strict=True):
        yield {
            "run_number": number,
            "key_id": ids[name],
            "experiment_id": int(EXPERIMENT),
            "value": value,
        }


def _series(number: int, ids: dict[str, int], draw: random.Random) -> Iterator[dict[str, Any]]:
    for name in _names("metric", N_METRICS):
        values = [draw.random() for _ in range(5)]
        yield {
            "run_number": number,
            "key_id": ids[name],
            "model_number": 0,
            "dataset_id": 0,
            "experiment_id": int(EXPERIMENT),
            "n_logged": 5,
            "n_points": 5,
            "n_finite": 5,
            "last_step": 4,
            "last_timestamp": START_MS + number * 1000 + 4,
            "last_value": values[4],
            "first_step": 0,
            "first_value": values[0],
            "min_value": min(values),
            "min_step": values.index(min(values)),
            "max_value": max(values),
            "max_step": values.index(max(values)),
            "sum_value": sum(values),
        }


if __name__ == "__main__":
    main()
