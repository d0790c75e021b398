"""What everything that is recorded and logged costs a loop with steps of a millisecond or more.

Three kinds of steps: one that holds the interpreter all the time, so that the threads which record and
send have to take it from the loop, the worst case; and shorter and longer ones that compute with NumPy
on one core, as training does. Each round runs the loop alone and logged, in turns, in fresh processes; a figure is the
median over the rounds of what a round's two runs say. Everything is on: code, environment, packages,
console, system metrics, and two metrics logged in each step.
"""

import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.log_calls import run_loop
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_STEPS = {"python": 4_000, "numpy": 4_000, "long": 500}
N_ROUNDS = 7
TARGET_PERCENT = 1.0
KINDS = {
    "python": "1 ms that holds the interpreter",
    "numpy": "1 ms in NumPy",
    "long": "10 ms in NumPy",
}

Result = dict[str, float]
Round = tuple[Result, Result]


def measure(*, quick: bool) -> list[Row]:
    """Measure both kinds of steps."""
    n_rounds = 3 if quick else N_ROUNDS
    rows: list[Row] = []
    with scratch() as folder:
        for kind, what in KINDS.items():
            n_steps = N_STEPS[kind] // 3 if quick else N_STEPS[kind]
            rounds = [_round(folder, kind, n_steps, number) for number in range(n_rounds)]
            rows += _rows(what, rounds, n_steps)
    return rows


def _round(folder: Path, kind: str, n_steps: int, number: int) -> Round:
    """Run the loop both ways; which comes first changes from round to round."""
    order = ("plain", "logged") if number % 2 else ("logged", "plain")
    found = {how: _run(folder / f"{kind}-{how}-{number}", how, kind, n_steps) for how in order}
    return found["plain"], found["logged"]


def _run(uri: Path, how: str, kind: str, n_steps: int) -> Result:
    found = run_loop(Path(sys.executable), "train_steps.py", how, kind, str(n_steps), str(uri))
    return {key: float(value) for key, value in found.items()}


def _rows(what: str, rounds: list[Round], n_steps: int) -> list[Row]:
    step_us = statistics.median(plain["median_step_us"] for plain, _ in rounds)
    figures: list[tuple[str, str]] = [
        ("one step, median", "median_step_us"),
        ("steps after the first third, wall clock", "later_s"),
        ("the loop's thread, CPU", "thread_cpu_s"),
        ("all steps and capturing, wall clock", "loop_s"),
    ]
    rows = []
    for place, (name, key) in enumerate(figures):
        each = [_percent(one, lambda found, key=key: found[key]) for one in rounds]
        percent = statistics.median(each)
        is_promised = place < 2
        rows.append(
            Row(
                what=f"slower with everything on, {what}: {name}",
                target=f"≤ {TARGET_PERCENT:.0f} %" if is_promised else "",
                value=percent,
                unit="%",
                is_met=percent <= TARGET_PERCENT if is_promised else None,
                note=f"{n_steps:,} steps of {step_us:,.0f} µs; rounds from {min(each):.2f} % "
                f"to {max(each):.2f} %",
            )
        )
    others = [
        logged["process_cpu_s"]
        - logged["thread_cpu_s"]
        - plain["process_cpu_s"]
        + plain["thread_cpu_s"]
        for plain, logged in rounds
    ]
    rows.append(
        Row(
            what=f"… CPU of the threads that record and send, {what}",
            target="",
            value=statistics.median(others),
            unit="s",
            note=f"in {n_steps:,} steps, most of it once at the start of a process",
        )
    )
    return rows


def _percent(one: Round, pick: Callable[[Result], float]) -> float:
    plain, logged = one
    return (pick(logged) / pick(plain) - 1) * 100
