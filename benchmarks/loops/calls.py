"""Time every call of a logging function. Only the standard library: it runs in peers' environments."""

import json
import sys
import time
from collections.abc import Callable


def time_calls(log: Callable[[int, float], object], n_calls: int) -> dict[str, float]:
    """Call `log(step, value)` `n_calls` times; return the microseconds that a call takes."""
    clock = time.perf_counter_ns
    took = [0] * n_calls
    for step in range(n_calls):
        value = 1.0 / (step + 1)
        began = clock()
        log(step, value)
        took[step] = clock() - began
    took.sort()
    return {
        "n_calls": n_calls,
        "median_us": took[n_calls // 2] / 1e3,
        "p99_us": took[int((n_calls - 1) * 0.99)] / 1e3,
        "max_us": took[-1] / 1e3,
        "total_s": sum(took) / 1e9,
    }


def print_result(result: dict[str, float]) -> None:
    """Print `result` as the last line of standard output."""
    sys.stdout.write("\n" + json.dumps(result) + "\n")
    sys.stdout.flush()
