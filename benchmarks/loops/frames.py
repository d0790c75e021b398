"""The runs that `search_runs` is timed on, and the timing. Only the standard library."""

import random
import time
from collections.abc import Callable, Iterator

N_METRICS = 20
N_PARAMS = 15
N_TAGS = 3
REPEATS = 3
_RANDOM = random.Random(3)

RunRow = tuple[str, dict[str, float], dict[str, str], dict[str, str]]


def rows(n_runs: int) -> Iterator[RunRow]:
    """Yield the id, the metrics, the params and the tags of each run; its name is one more tag."""
    for number in range(n_runs):
        yield (
            f"{number:032x}",
            {f"metric-{index}": _RANDOM.random() for index in range(N_METRICS)},
            {f"param-{index}": str(_RANDOM.randrange(50)) for index in range(N_PARAMS)},
            {f"tag-{index}": f"value-{_RANDOM.randrange(10)}" for index in range(N_TAGS)},
        )


def time_search(search: Callable[[], object], n_runs: int) -> dict[str, float]:
    """Call `search` a few times; return how long the first and the fastest call took."""
    took = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        found = search()
        took.append(time.perf_counter() - began)
        shape = getattr(found, "shape", (0, 0))
        if shape[0] != n_runs:
            raise SystemExit(f"{shape[0]} of {n_runs} runs were found")
    return {"first_s": took[0], "best_s": min(took), "n_columns": shape[1]}
