"""Recording a program that knows nothing of us: `assay exec`.

The program is a child whose output passes through here, byte for byte, to where it would have gone. It
finds the run's id in its environment, so what it logs itself goes to the same run.
"""

import codecs
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO, Any, BinaryIO, Final

import msgspec

from assay import settings
from assay.client import active, fluent
from assay.client.active import Entry
from assay.client.capture import recording, vitals
from assay.client.capture.exit_reason import Ending
from assay.client.capture.secrets import redact_arguments
from assay.client.command_line import params_of, script_of
from assay.client.context_tags import SOURCE_NAME_TAG
from assay.client.printed_metrics import FORMATS, PrintedMetrics
from assay.entities.runs import RunStatus

NOT_FOUND: Final = 127
NOT_EXECUTABLE: Final = 126
_SIGNAL_BASE: Final = 128
_DRAIN_S: Final = 5.0
_LONGEST_LINE: Final = 65_536
_N_LAST_LINES: Final = 200
_FORWARDED: Final = (signal.SIGTERM, signal.SIGHUP)


class Execution(msgspec.Struct, frozen=True, kw_only=True):
    """What to run, and how to record it."""

    command: tuple[str, ...]
    experiment_name: str | None = None
    run_name: str | None = None
    metrics: str | None = None
    has_params: bool = True


def execute(execution: Execution) -> int:
    """Run a command as a recorded run and return its exit code, 128 + n where signal n ended it."""
    words = list(execution.command)
    shown, _ = redact_arguments(words)
    script = script_of(words)
    recording.describe_command(words, script)
    if execution.experiment_name:
        fluent.set_experiment(execution.experiment_name)
    tags = {SOURCE_NAME_TAG: str(script or words[0])}
    fluent.start_run(run_name=execution.run_name, tags=tags)
    entry = fluent.active_entry()
    if execution.has_params:
        for key, value in params_of(shown).items():
            entry.open_run.log_param(key, value)
    n_oom_kills = vitals.count_oom_kills()
    ending, code = _run(entry, execution, n_oom_kills)
    active.end(entry, ending.status, ending=ending)
    return code


def _run(entry: Entry, execution: Execution, n_oom_kills: int) -> tuple[Ending, int]:
    try:
        child = subprocess.Popen(  # noqa: S603 running it is what we are asked for
            execution.command,
            env=_environment(entry),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
    except OSError as error:
        sys.stderr.write(f"assay exec: {error}\n")
        code = NOT_FOUND if isinstance(error, FileNotFoundError) else NOT_EXECUTABLE
        reason = f"it could not be started: {error}"
        return Ending(
            status=RunStatus.FAILED, kind="exit code", reason=reason, exit_code=code
        ), code
    errors = _LastLines()
    with _forwarding(child):
        threads = _relay(entry, execution, child, errors)
        number = child.wait()
    for thread in threads:
        thread.join(_DRAIN_S)
    is_out_of_memory = vitals.count_oom_kills() > n_oom_kills
    ending = _ending_of(number, errors, is_out_of_memory=is_out_of_memory)
    return ending, number if number >= 0 else _SIGNAL_BASE - number


def _environment(entry: Entry) -> dict[str, str]:
    environment = dict(os.environ)
    environment[settings.TRACKING_URI.variables[0]] = entry.connection.target.uri
    for variable in settings.RUN_ID.variables:
        environment[variable] = entry.run.info.run_id
    # Python writes to a pipe in blocks of some kilobytes; who watches wants lines.
    environment.setdefault("PYTHONUNBUFFERED", "1")
    return environment


def _relay(
    entry: Entry, execution: Execution, child: subprocess.Popen[bytes], errors: "_LastLines"
) -> list[threading.Thread]:
    """Start passing on what the child prints; return the threads that do it."""
    readers: list[Callable[[str], object]] = []
    if execution.metrics is not None:

        def log(values: dict[str, float], step: int) -> None:
            now_ms = recording.now_ms()
            entry.open_run.journal.append_metrics(values.items(), step, now_ms)

        readers.append(PrintedMetrics(FORMATS[execution.metrics], log).read)
    run_id = entry.run.info.run_id
    plans = (
        (child.stdout, sys.stdout.buffer, readers),
        (child.stderr, sys.stderr.buffer, [*readers, errors.read]),
    )
    threads = [
        threading.Thread(target=_pump, args=(source, target, run_id, each), daemon=True)
        for source, target, each in plans
    ]
    for thread in threads:
        thread.start()
    return threads


def _pump(
    source: IO[bytes], target: BinaryIO, run_id: str, readers: list[Callable[[str], object]]
) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest = waiting = ""
    while chunk := os.read(source.fileno(), 65_536):
        # Nobody may read our output any more; the child goes on and is recorded all the same.
        with suppress(OSError, ValueError):
            target.write(chunk)
            target.flush()
        text = decoder.decode(chunk)
        waiting = _feed_lines(run_id, waiting + text)
        *lines, rest = (rest + text).split("\n")
        for line in lines:
            for read in readers:
                read(line)
    recording.feed_console(run_id, waiting)
    for read in readers:
        read(rest)


def _feed_lines(run_id: str, text: str) -> str:
    """Record the whole lines of `text`, and return what comes after them.

    Two streams end in one record: a line of the one does not come in the middle of a line of the
    other, as `print` to an unbuffered pipe writes a line and its end separately.
    """
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    if len(text) - end > _LONGEST_LINE:
        end = len(text)
    if end:
        recording.feed_console(run_id, text[:end])
    return text[end:]


class _LastLines:
    """The end of what a program wrote to stderr, where its last words are."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def read(self, line: str) -> None:
        """Take in one line."""
        self.lines.append(line)
        del self.lines[:-_N_LAST_LINES]

    def traceback(self) -> str | None:
        """Return the last Python traceback."""
        starts = [
            index
            for index, line in enumerate(self.lines)
            if line.startswith("Traceback (most recent call last)")
        ]
        return "\n".join(self.lines[starts[-1] :]).rstrip() if starts else None


def _ending_of(number: int, errors: _LastLines, *, is_out_of_memory: bool) -> Ending:
    if number == 0:
        return Ending(exit_code=0)
    if number < 0:
        name = signal.Signals(-number).name
        by_kernel = is_out_of_memory and name == "SIGKILL"
        return Ending(
            status=RunStatus.FAILED if by_kernel else RunStatus.KILLED,
            kind="out of memory" if by_kernel else "signal",
            reason=f"out of memory: the kernel sent {name}" if by_kernel else f"signal {name}",
            signal=name,
        )
    trace = errors.traceback()
    last_words = trace.splitlines()[-1] if trace else ""
    reason = f"exit code {number}" + (f": {last_words}" if last_words else "")
    return Ending(
        status=RunStatus.FAILED,
        kind="exit code",
        reason=reason,
        exit_code=number,
        message=last_words or None,
        traceback=trace,
    )


@contextmanager
def _forwarding(child: subprocess.Popen[bytes]) -> Iterator[None]:
    """Pass on the signals that end programs, and outlive them; Ctrl-C reaches the child by itself."""

    def forward(number: int, _frame: FrameType | None) -> None:
        with suppress(ProcessLookupError):
            child.send_signal(number)

    before: dict[int, Any] = {}
    for number in _FORWARDED:
        before[number] = signal.signal(number, forward)
    before[signal.SIGINT] = signal.signal(signal.SIGINT, _leave_to_child)
    try:
        yield
    finally:
        for stopped, handler in before.items():
            signal.signal(stopped, handler)


def _leave_to_child(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: a terminal sends Ctrl-C to the child as well."""


def checked_command(words: Sequence[str]) -> tuple[str, ...]:
    """Return the words of a command, without a `--` before it."""
    return tuple(words[1:] if words[:1] == ("--",) else words)
