"""A loop of steps of about a millisecond, alone or logged with everything on; prints its times.

`train_steps.py plain|logged python|numpy|long STEPS TRACKING_URI`
"""

import json
import os
import sys
import time
from collections.abc import Callable
from itertools import pairwise

N_UNITS = 28_000
N_PRODUCTS = {"numpy": 24, "long": 190}
N_EDGE = 96


def python_step(number: int) -> float:
    """Do a fixed amount of work that holds the interpreter, as the worst kind of training does."""
    total = 0
    for unit in range(N_UNITS):
        total += unit ^ number
    return 1.0 / (1 + total % 97)


def numpy_step(n_products: int) -> Callable[[int], float]:
    """Return a step that multiplies matrices on one core, without the interpreter."""
    os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"})
    import numpy as np

    weights = np.linspace(0, 1, N_EDGE * N_EDGE).reshape(N_EDGE, N_EDGE)

    def step(number: int) -> float:
        product = weights + number % 7
        for _ in range(n_products):
            product = np.tanh(weights @ product / N_EDGE)
        return float(1.0 / (1.0 + abs(product[0, 0])))

    return step


def main() -> None:
    """Run the loop and print seconds for each part."""
    how, kind, n_steps, uri = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    step = python_step if kind == "python" else numpy_step(N_PRODUCTS[kind])
    step(0)
    started = time.perf_counter()
    if how == "logged":
        import assay

        assay.set_tracking_uri(uri)
        assay.start_run(log_system_metrics=True)
    began = time.perf_counter()
    process_cpu, thread_cpu = time.process_time(), time.thread_time()
    marks = [began]
    for number in range(n_steps):
        loss = step(number)
        if how == "logged":
            assay.log_metrics({"loss": loss, "accuracy": 1 - loss}, step=number)
        if number % 10 == 0:
            print(f"step {number} loss {loss:.4f}", file=sys.stderr)
        marks.append(time.perf_counter())
    process_cpu, thread_cpu = time.process_time() - process_cpu, time.thread_time() - thread_cpu
    steps_us = sorted((after - before) * 1e6 for before, after in pairwise(marks))
    over = time.perf_counter()
    again = 0.0
    if how == "logged":
        assay.end_run()
        middle = time.perf_counter()
        assay.start_run()
        again = time.perf_counter() - middle
        assay.end_run()
    answer = {
        "start_s": began - started,
        "loop_s": marks[-1] - began,
        "later_s": marks[-1] - marks[n_steps // 3],
        "process_cpu_s": process_cpu,
        "thread_cpu_s": thread_cpu,
        "second_start_s": again,
        "median_step_us": steps_us[len(steps_us) // 2],
        "end_s": middle - over if how == "logged" else 0.0,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
