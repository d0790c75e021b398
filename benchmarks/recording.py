"""What recording everything costs: at the start of a run, and in a loop of steps of a millisecond.

The loop holds the interpreter all the time, so the threads that record and send have to take it from
the loop: the worst case. Each round runs the loop alone and logged, in turns, in fresh processes.
"""

import statistics
import sys
from pathlib import Path

from benchmarks.log_calls import run_loop
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_STEPS = 10_000
N_ROUNDS = 5
TARGET_START_MS = 100.0
TARGET_LOOP_PERCENT = 1.0


def measure(*, quick: bool) -> list[Row]:
    """Measure start and loop with everything on, beside the same loop without us."""
    n_steps = N_STEPS // 5 if quick else N_STEPS
    plain, logged = [], []
    with scratch() as folder:
        for number in range(3 if quick else N_ROUNDS):
            plain.append(_run(folder, "plain", n_steps, number))
            logged.append(_run(folder, "logged", n_steps, number))
    return [_start_row(logged), *_loop_rows(plain, logged)]


def _run(folder: Path, how: str, n_steps: int, number: int) -> dict[str, float]:
    uri = str(folder / f"{how}-{number}")
    found = run_loop(Path(sys.executable), "train_steps.py", how, str(n_steps), uri)
    return {key: float(value) for key, value in found.items()}


def _start_row(logged: list[dict[str, float]]) -> Row:
    start_ms = statistics.median(each["second_start_s"] for each in logged) * 1e3
    return Row(
        what="start_run with everything recorded, after a process's first",
        target=f"≤ {TARGET_START_MS:.0f} ms",
        value=start_ms,
        unit="ms",
        is_met=start_ms <= TARGET_START_MS,
    )


def _loop_rows(plain: list[dict[str, float]], logged: list[dict[str, float]]) -> list[Row]:
    rows = []
    for what, key in (
        ("one step, median", "median_step_us"),
        ("all steps, capturing included", "loop_s"),
    ):
        without = statistics.median(each[key] for each in plain)
        with_us = statistics.median(each[key] for each in logged)
        percent = (with_us / without - 1) * 100
        rows.append(
            Row(
                what=f"slower with everything on: {what}",
                target=f"≤ {TARGET_LOOP_PERCENT:.0f} %",
                value=percent,
                unit="%",
                is_met=percent <= TARGET_LOOP_PERCENT,
                note=f"{with_us:.4g} after {without:.4g}",
            )
        )
    return rows
