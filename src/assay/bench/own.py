"""How fast assay is on this machine: calls, delivery, requests, searches, charts."""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from assay.bench.figures import Figure
from assay.bench.load import own_experiment
from assay.bench.many_runs import EXPERIMENT, make_runs
from assay.bench.processes import own_server, run_loop
from assay.client.tracking_client import AssayClient

LOG_CALLS: Final = "assay.bench.log_calls"
N_BUCKETS: Final = 1000
FILTER: Final = "metrics.metric_03 > 0.5 AND params.param_02 = '4'"
ORDER: Final = ("metrics.metric_07 DESC",)


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much is measured."""

    n_calls: int = 100_000
    n_searched: int = 10_000
    n_recorded: int = 600
    seconds: float = 2.0
    repeats: int = 9


QUICK: Final = Sizes(n_calls=5_000, n_searched=500, n_recorded=40, seconds=0.3, repeats=3)
STEPS: Final = ("log_metric, embedded", "charts", "server", "search")


def measure_own(folder: Path, sizes: Sizes, begin: Callable[[str], object]) -> list[Figure]:
    """Measure everything in an empty `folder`; `begin` is told each of `STEPS` before it begins."""
    begin(STEPS[0])
    embedded = folder / "embedded"
    found = run_loop(LOG_CALLS, folder, str(embedded), str(sizes.n_calls))
    figures = _call_figures("embedded", found)
    begin(STEPS[1])
    buckets = _bucket_figure(embedded, str(found["run_id"]), sizes)
    begin(STEPS[2])
    with own_server(folder / "server") as url:
        figures += _server_figures(url, folder, sizes)
    begin(STEPS[3])
    return [*figures, *_search_figures(folder / "many", sizes), buckets]


def _call_figures(how: str, found: dict[str, float]) -> list[Figure]:
    return [
        Figure(what=f"log_metric call, {how}: median", value=found["median_us"], unit="µs"),
        Figure(what=f"log_metric call, {how}: p99", value=found["p99_us"], unit="µs"),
        Figure(what=f"points until readable, {how}", value=found["points_per_s"], unit="points/s"),
    ]


def _server_figures(url: str, folder: Path, sizes: Sizes) -> list[Figure]:
    figures = _call_figures("http", run_loop(LOG_CALLS, folder, url, str(sizes.n_calls)))
    with own_experiment(url) as load:
        recorded = load.record_runs(sizes.n_recorded)
        batches = load.log_batches(sizes.seconds, 100)
    return [
        *figures,
        Figure(
            what="whole runs over REST", value=sizes.n_recorded / recorded.seconds, unit="runs/s"
        ),
        Figure(
            what="log-batch of 100 metrics over REST",
            value=batches.requests / batches.seconds,
            unit="requests/s",
        ),
    ]


def _search_figures(root: Path, sizes: Sizes) -> list[Figure]:
    root.mkdir()
    make_runs(root / "assay.db", sizes.n_searched)
    with _client(root) as client:
        asked: tuple[tuple[str, dict[str, Any]], ...] = (
            ("first page", {}),
            ("by metric and param, sorted", {"filter_string": FILTER, "order_by": ORDER}),
        )
        return [
            Figure(
                what=f"search of {sizes.n_searched:,} runs: {what}",
                value=_search_ms(client, query, sizes.repeats),
                unit="ms",
            )
            for what, query in asked
        ]


def _search_ms(client: AssayClient, query: dict[str, Any], repeats: int) -> float:
    return _median_ms(
        lambda _turn: client.search_runs([EXPERIMENT], max_results=100, **query), repeats
    )


def _bucket_figure(root: Path, run_id: str, sizes: Sizes) -> Figure:
    with _client(root) as client:
        # Another range each time: an answer that is kept would be measured otherwise.
        taken_ms = _median_ms(
            lambda turn: client.query_series(
                [run_id], ["loss"], n_buckets=N_BUCKETS, x_min=float(turn)
            ),
            sizes.repeats,
        )
    what = f"{sizes.n_calls:,} points in {N_BUCKETS:,} buckets"
    return Figure(what=what, value=taken_ms, unit="ms")


@contextmanager
def _client(root: Path) -> Iterator[AssayClient]:
    client = AssayClient(str(root))
    try:
        yield client
    finally:
        client.connection.close()


def _median_ms(ask: Callable[[int], object], repeats: int) -> float:
    """Return the median time of a call, the first of which does not count."""
    taken = []
    for turn in range(repeats + 1):
        began = time.perf_counter()
        ask(turn)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:]) * 1e3
