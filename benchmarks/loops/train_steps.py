"""A loop of steps of about a millisecond, alone or logged with everything on; prints its times."""

import json
import sys
import time
from itertools import pairwise

N_UNITS = 28_000


def step(number: int) -> float:
    """Do a fixed amount of work that holds the interpreter, as the worst kind of training does."""
    total = 0
    for unit in range(N_UNITS):
        total += unit ^ number
    return 1.0 / (1 + total % 97)


def main() -> None:
    """Run the loop `plain` or `logged` and print seconds for each part."""
    how, n_steps, uri = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    started = time.perf_counter()
    if how == "logged":
        import assay

        assay.set_tracking_uri(uri)
        assay.start_run()
    began = time.perf_counter()
    marks = [began]
    for number in range(n_steps):
        loss = step(number)
        if how == "logged":
            assay.log_metrics({"loss": loss, "accuracy": 1 - loss}, step=number)
        if number % 10 == 0:
            print(f"step {number} loss {loss:.4f}", file=sys.stderr)
        marks.append(time.perf_counter())
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
        "second_start_s": again,
        "median_step_us": steps_us[len(steps_us) // 2],
        "end_s": middle - over if how == "logged" else 0.0,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
