"""Metrics in what a program prints: `loss=0.25 step=3`, or a JSON object in a line."""

import re
from collections.abc import Callable
from typing import Final

import msgspec

Parse = Callable[[str], dict[str, float]]
STEP_NAMES: Final = ("step", "global_step", "iteration", "epoch")
_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_PAIR: Final = re.compile(
    r"(?<![\w.])([A-Za-z_][\w./\-]{0,99})\s{0,2}[=:]\s{0,2}"
    r"([-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?|nan|inf(?:inity)?))(?![\w.])",
    re.IGNORECASE,
)


def pairs_of(line: str) -> dict[str, float]:
    """Return the numbers that a line gives names to with `=` or `:`."""
    return {name: float(value) for name, value in _PAIR.findall(_ANSI.sub("", line)[:10_000])}


def json_of(line: str) -> dict[str, float]:
    """Return the numbers of a line that is a JSON object; nested names are joined by `/`."""
    text = line.strip()
    if not text.startswith("{"):
        return {}
    try:
        values = msgspec.json.decode(text, type=dict[str, object])
    except msgspec.MsgspecError:
        return {}
    return dict(_numbers(values))


def _numbers(values: dict[str, object], prefix: str = "") -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for key, value in values.items():
        if isinstance(value, dict):
            found += _numbers(value, f"{prefix}{key}/")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append((prefix + key, float(value)))
    return found


FORMATS: Final[dict[str, Parse]] = {"kv": pairs_of, "json": json_of}


class PrintedMetrics:
    """Finds metrics in lines and gives each line's to `log`, with its step.

    A line without a step has the step of the line before that had one, or the next number where no
    line ever had one.
    """

    def __init__(self, parse: Parse, log: Callable[[dict[str, float], int], object]) -> None:
        self._parse = parse
        self._log = log
        self._step = -1
        self._has_steps = False

    def read(self, line: str) -> None:
        """Take in one line."""
        values = self._parse(line)
        name = next((name for name in STEP_NAMES if name in values), None)
        if name is not None:
            step = values.pop(name)
            if step == step and abs(step) < 1 << 62:
                self._step = int(step)
                self._has_steps = True
        elif values and not self._has_steps:
            self._step += 1
        if values:
            self._log(values, max(0, self._step))
