"""What recording everything costs at the start of a run, after the first one of a process."""

import statistics
import sys
from pathlib import Path

from benchmarks.log_calls import run_loop
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_STEPS = 500
N_ROUNDS = 5
TARGET_START_MS = 100.0


def measure(*, quick: bool) -> list[Row]:
    """Measure how long the second `start_run` of a process takes."""
    with scratch() as folder:
        taken = [
            run_loop(
                Path(sys.executable),
                "train_steps.py",
                *("logged", "python", str(N_STEPS), str(folder / str(number))),
            )
            for number in range(3 if quick else N_ROUNDS)
        ]
    start_ms = statistics.median(float(each["second_start_s"]) for each in taken) * 1e3
    row = Row(
        what="start_run with everything recorded, after a process's first",
        target=f"≤ {TARGET_START_MS:.0f} ms",
        value=start_ms,
        unit="ms",
        is_met=start_ms <= TARGET_START_MS,
    )
    return [row]
