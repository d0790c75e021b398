"""`assay top`: watch the runs that are running, in the terminal.

One thread asks, this one draws and listens to keys, so that a server that is away never holds up `q`.
"""

import contextlib
import logging
import select
import signal
import sys
import termios
import threading
import time
import tty
from collections.abc import Iterator
from typing import Final

import click
import msgspec
from rich.console import RenderableType
from rich.live import Live

from assay.cli.output import json_option, print_json, stdout
from assay.cli.top_page import top_page
from assay.client.connection import Connection
from assay.client.running_runs import RunningRun, find_running
from assay.client.tracking_uri import current_connection
from assay.settings import HTTP_REQUEST_MAX_RETRIES, HTTP_REQUEST_TIMEOUT

PERIOD_S: Final = 2.0
PAGE_WIDTH: Final = 160
_DRAW_S: Final = 0.25
_ANSWER_S: Final = 10
_logger = logging.getLogger("assay")
_ENDS: Final = frozenset({"q", "Q", "\x03", "\x04"})


class _Watch:
    """The newest answer, and since when there is none, asked for by a thread of its own."""

    def __init__(self, connection: Connection, limit: int) -> None:
        self._connection = connection
        self._limit = limit
        self._stopped = threading.Event()
        self.found: tuple[RunningRun, ...] | None = None
        self.trouble = ""
        self.asked_ms = now_ms()

    def start(self) -> None:
        """Begin to ask."""
        threading.Thread(target=self._ask, name="assay-top", daemon=True).start()

    def stop(self) -> None:
        """Ask no more; what is under way is not waited for."""
        self._stopped.set()

    def page(self) -> RenderableType:
        """Return the frame for now."""
        note = ""
        if self.trouble:
            seconds = (now_ms() - self.asked_ms) // 1000
            note = f"No answer for {seconds} s, asking again: {self.trouble}"
        return top_page(self.found, place=self._connection.target.uri, now_ms=now_ms(), note=note)

    def _ask(self) -> None:
        while not self._stopped.is_set():
            try:
                self.found = find_running(self._connection, self._limit)
                self.asked_ms, self.trouble = now_ms(), ""
            except Exception as error:
                self.trouble = str(error) or type(error).__name__
                _logger.debug("Asking failed", exc_info=True)
            self._stopped.wait(PERIOD_S)


@click.command(short_help="Watch running runs in the terminal.")
@click.option("--once", is_flag=True, help="Print one frame and end, as into a pipe.")
@click.option(
    "--max",
    "-m",
    "limit",
    type=click.IntRange(1, 100),
    default=20,
    show_default=True,
    help="Show at most so many runs.",
)
@json_option
def top(once: bool, limit: int, as_json: bool) -> None:
    """Watch running runs: step, last metrics and their course, machine load, last sign of life.

    It asks every two seconds and ends with q or Ctrl+C. A server that is away is said and asked again.
    With --json, --once, or where the output is no terminal, one frame is printed.
    """
    connection = current_connection()
    HTTP_REQUEST_MAX_RETRIES.set("0")
    HTTP_REQUEST_TIMEOUT.set(str(_ANSWER_S))
    if as_json:
        print_json([msgspec.to_builtins(run) for run in find_running(connection, limit)])
    elif once or not (sys.stdout.isatty() and sys.stdin.isatty()):
        page = top_page(
            find_running(connection, limit), place=connection.target.uri, now_ms=now_ms()
        )
        stdout(width=PAGE_WIDTH).print(page)
    else:
        _watch(_Watch(connection, limit))


def now_ms() -> int:
    """Return the time now, in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def _watch(watch: _Watch) -> None:
    watch.start()
    # A terminal in the alternate screen stays there unless we leave it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        with (
            contextlib.suppress(KeyboardInterrupt),
            _single_keys(),
            Live(watch.page(), console=stdout(), screen=True, auto_refresh=False) as live,
        ):
            while not _is_ended(_DRAW_S):
                live.update(watch.page(), refresh=True)
    finally:
        watch.stop()


@contextlib.contextmanager
def _single_keys() -> Iterator[None]:
    """Have keys arrive at once and unseen; afterwards the terminal is as it was."""
    before = termios.tcgetattr(sys.stdin)
    try:
        tty.setcbreak(sys.stdin)
        yield
    finally:
        termios.tcsetattr(sys.stdin, termios.TCSADRAIN, before)


def _is_ended(patience_s: float) -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], patience_s)
    if not ready:
        return False
    key = sys.stdin.read(1)
    return key in _ENDS or not key
