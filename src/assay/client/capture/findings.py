"""What is captured once per process, or again when it may have changed: code, packages, machine."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from assay.client.capture.command import Called, capture_command
from assay.client.capture.environment import capture_environment, capture_variables
from assay.client.capture.packages import capture_packages
from assay.client.capture.pieces import Captured, formatted
from assay.client.capture.source import capture_source

CODE_LASTS_S: Final = 30.0
Wanted = frozenset[str]


class _Known:
    """What this process has found out, by what was asked for."""

    def __init__(self) -> None:
        self.environment: dict[Wanted, Captured] = {}
        self.code: dict[Wanted, tuple[float, Captured]] = {}


_known = _Known()


def findings(wanted: Wanted, called: Called) -> Captured:
    """Return everything that describes code and environment."""
    code_pieces = wanted & {"git", "diff", "untracked", "command"}
    when_s, code = _known.code.get(code_pieces, (0.0, None))
    if code is None or time.monotonic() - when_s > CODE_LASTS_S:
        code = _code(code_pieces, called)
        _known.code[code_pieces] = (time.monotonic(), code)
    environment_pieces = wanted & {"packages", "system", "variables"}
    environment = _known.environment.get(environment_pieces)
    if environment is None:
        environment = _known.environment[environment_pieces] = _environment(environment_pieces)
    return joined(code, environment)


def joined(*parts: Captured) -> Captured:
    """Return several findings as one."""
    whole = Captured()
    for part in parts:
        whole.files.update(part.files)
        whole.tags.update(part.tags)
        whole.digests.update(part.digests)
        whole.withheld += part.withheld
        whole.missing += part.missing
    return whole


def _code(wanted: Wanted, called: Called) -> Captured:
    captured = Captured()
    record: dict[str, object] = {}
    if "command" in wanted:
        captured = _guarded("command", lambda: _command(record, called), captured)
    if "git" in wanted:
        captured = _guarded("git", lambda: _git(record, wanted, called), captured)
    if record:
        captured.files["source.json"] = formatted(record)
    return captured


def _command(record: dict[str, object], called: Called) -> Captured:
    command, captured = capture_command(called)
    record["command"] = command
    return captured


def _git(record: dict[str, object], wanted: Wanted, called: Called) -> Captured:
    entry = called.entry
    state, captured = capture_source(entry.parent if entry else Path.cwd(), wanted)
    if state is None and entry is not None and not captured.missing:
        # An installed launcher runs code that lies where it was called.
        state, captured = capture_source(Path.cwd(), wanted)
    if state is not None:
        record["git"] = state
    return captured


def _environment(wanted: Wanted) -> Captured:
    captured = Captured()
    record: dict[str, object] = {}

    def packages() -> Captured:
        record["local_packages"], found = capture_packages(Path.cwd())
        return found

    def variables() -> Captured:
        record["variables"], found = capture_variables()
        return found

    def system() -> Captured:
        record["system"] = capture_environment()
        return Captured()

    for name, capture in (("system", system), ("variables", variables), ("packages", packages)):
        if name in wanted:
            captured = _guarded(name, capture, captured)
    if record:
        captured.files["environment.json"] = formatted(record)
    return captured


def _guarded(piece: str, capture: Callable[[], Captured], before: Captured) -> Captured:
    """Return `before` and what `capture` gives; whatever goes wrong is said, and nothing else."""
    try:
        return joined(before, capture())
    except Exception as error:  # noqa: BLE001 capturing must never disturb what it describes
        before.missing.append(f"{piece}: {type(error).__name__}: {error}")
        return before
