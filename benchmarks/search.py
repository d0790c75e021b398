"""Searching 100,000 runs with 20 params, 20 metrics and 5 tags each, inside the store.

`python -m benchmarks.search` makes the data once (`benchmarks/.data/`), then times whole calls of
`search_runs` and `count_runs` on SQLite, with everything that the page's runs logged. With
`--profile` it also prints the statements of each search and how they are planned.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from rich.console import Console
from sqlalchemy import Connection, event

from assay.bench.many_runs import EXPERIMENT, make_runs
from assay.entities.runs import Run
from assay.store.connections import Database
from assay.store.database import open_database
from assay.store.search_runs import count_runs, search_runs
from benchmarks.report import Row, number
from benchmarks.workspace import DATA

N_RUNS: Final = 100_000
N_QUICK: Final = 10_000
PAGE: Final = 100
REPEATS: Final = 7

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
        DATA.mkdir(parents=True, exist_ok=True)
        make_runs(path.with_suffix(".making"), n_runs)
        path.with_suffix(".making").rename(path)
    return open_database(f"sqlite:///{path}")


if __name__ == "__main__":
    main()
