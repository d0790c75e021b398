"""The same requests to a server of our own and to another tracking server, in turns."""

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import msgspec

from assay.bench.figures import Ratio
from assay.bench.load import Load, own_experiment
from assay.bench.processes import own_server


class Sizes(msgspec.Struct, frozen=True, kw_only=True):
    """How much each server is asked."""

    n_runs: int = 100
    seconds: float = 3.0
    n_searches: int = 30


QUICK: Final = Sizes(n_runs=10, seconds=0.3, n_searches=3)
N_METRICS: Final = 100
STEPS: Final = ("whole runs", "log-batch", "search")


def measure_against(
    url: str, folder: Path, sizes: Sizes, begin: Callable[[str], object]
) -> list[Ratio]:
    """Measure an own server, its store in `folder`, beside the one at `url`.

    It writes to an experiment of its own there and deletes that when it is through.

    Raises:
        ServerUnreachable: Nobody listens at `url`.
        RemoteError: It refuses a request.
    """
    with ExitStack() as stack:
        other = stack.enter_context(own_experiment(url))
        ours = stack.enter_context(own_experiment(stack.enter_context(own_server(folder))))
        begin(STEPS[0])
        runs = _ratio(
            "whole runs, 3 requests each",
            "runs/s",
            lambda load: sizes.n_runs / load.record_runs(sizes.n_runs).seconds,
            (ours, other),
        )
        # Searched before more runs come in: both servers hold the same then.
        begin(STEPS[2])
        search = _ratio(
            f"search of {sizes.n_runs:,} runs by metric and param, sorted: median",
            "ms",
            lambda load: load.search(sizes.n_searches).median_ms,
            (ours, other),
            more_is_better=False,
        )
        begin(STEPS[1])
        batches = _ratio(
            f"log-batch of {N_METRICS} metrics from 8 clients",
            "requests/s",
            lambda load: _requests_per_s(load, sizes),
            (ours, other),
        )
    return [runs, batches, search]


def _requests_per_s(load: Load, sizes: Sizes) -> float:
    outcome = load.log_batches(sizes.seconds, N_METRICS)
    return outcome.requests / outcome.seconds


def _ratio(
    what: str,
    unit: str,
    measure: Callable[[Load], float],
    loads: tuple[Load, Load],
    *,
    more_is_better: bool = True,
) -> Ratio:
    ours, other = (measure(load) for load in loads)
    return Ratio(what=what, value=ours, other=other, unit=unit, more_is_better=more_is_better)
