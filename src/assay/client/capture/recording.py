"""Recording a run by itself: starts with the run, works in the background, ends with it.

What is captured goes where artifacts go, into the run's folder `assay/`, through the spool, so that
nothing waits for a server. A failure costs the piece that failed, and `assay/capture.json` says so.
"""

import logging
import os
import pkgutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec

from assay import settings
from assay.client import active, run_files
from assay.client.active import Entry
from assay.client.capture import console, exit_reason, signals, vitals
from assay.client.capture.command import Called, entry_file
from assay.client.capture.console import Console
from assay.client.capture.delivery import put_captured, write_live
from assay.client.capture.exit_reason import Ending
from assay.client.capture.fingerprint import RUN_TAG, fingerprint_tags
from assay.client.capture.pieces import (
    OF_EVERY_RANK,
    PIECES,
    Captured,
    folder_of,
    formatted,
    wanted_pieces,
)
from assay.client.capture.secrets import redact
from assay.client.spool import live_file
from assay.entities.runs import END_REASON_TAG

TICK_S: Final = 0.5
LIVE_S: Final = 2.0
LIVE_BYTES_PER_S: Final = 100_000
VITALS_S: Final = 5.0
PATIENCE_S: Final = 5.0
# By name: it imports much, on a thread that nobody waits for.
_FINDINGS: Final = "assay.client.capture.findings:findings"
_TELL_OF_EQUAL_RUN: Final = "assay.client.capture.repetition:tell_of_equal_run"
_logger = logging.getLogger("assay")


class Recording:
    """What is recorded of one run."""

    def __init__(self, entry: Entry, wanted: frozenset[str]) -> None:
        self.entry: Final = entry
        self.is_over = False
        self._rank: Final = entry.open_run.journal.rank
        self._wanted = wanted & OF_EVERY_RANK if self._rank else wanted
        self._called = _State.called or Called(list(sys.orig_argv), entry_file())
        self._captured = Captured()
        self._has_captured = threading.Event()
        self._console: Console | None = None
        self._vitals: vitals.Vitals | None = None
        self._vitals_s = 0.0
        self._live_s = time.monotonic()
        self._n_live = 0

    @property
    def _root(self) -> Path:
        return run_files.spool_root(self.entry.connection)

    def begin(self) -> None:
        """Start listening; anything that takes time is left to `capture`."""
        if "console" in self._wanted:
            run_id = self.entry.run.info.run_id
            name = f"{time.time_ns():020d}-console-{os.getpid()}"
            path = f"{folder_of(self._rank)}/console.log"
            self._console = Console(
                settings.CONSOLE_BYTES.get(),
                lambda: live_file(self._root, run_id, path, name=name),
            )
            console.listen(self._console)

    def hear(self, text: str) -> None:
        """Take in what another process printed."""
        if self._console is not None:
            self._console.feed(text)

    def capture(self) -> None:
        """Capture and store code and environment."""
        try:
            started_s = time.monotonic()
            findings: Any = pkgutil.resolve_name(_FINDINGS)
            self._captured = findings(self._wanted, self._called)
            self._captured.tags.update(fingerprint_tags(self._captured.digests))
            if self.is_over:
                return
            for name, content in self._captured.files.items():
                put_captured(self.entry, name, content)
            for key, value in self._captured.tags.items():
                if self.entry.run.data.tags.get(key) != value:
                    self.entry.open_run.set_tag(key, value)
            _logger.debug("Capturing took %.3f s.", time.monotonic() - started_s)
        finally:
            self._has_captured.set()
        self._tell_of_equal_run()

    def _tell_of_equal_run(self) -> None:
        """Compare the first run of a process with earlier ones; its later runs repeat on purpose."""
        fingerprint = self._captured.tags.get(RUN_TAG)
        if fingerprint and not _State.has_compared:
            _State.has_compared = True
            tell: Any = pkgutil.resolve_name(_TELL_OF_EQUAL_RUN)
            tell(self.entry, fingerprint)

    def tick(self) -> None:
        """Note signs of life, then take in what was printed and show it.

        In this order, so that whoever finds the console of a killed process finds its signs too.
        """
        now_s = time.monotonic()
        if "exit" in self._wanted and not self._rank and now_s >= self._vitals_s:
            self._vitals_s = now_s + VITALS_S
            self._vitals = vitals.measure(self._vitals)
            vitals.keep(self._root, self.entry.run.info.run_id, self._vitals)
        if self._console is not None:
            self._console.take_in()
            self._show_live(self._console, now_s)

    def finish(self, ending: Ending) -> None:
        """Store what only the end shows; waits a moment for what is still being captured."""
        is_whole = self._has_captured.wait(PATIENCE_S)
        self.is_over = True
        if not is_whole:
            self._captured.missing.append(f"all: capturing took longer than {PATIENCE_S:g} s")
        if self._console is not None:
            self._finish_console(self._console)
        if "exit" in self._wanted:
            content, found = redact(formatted(ending))
            put_captured(self.entry, "exit.json", content)
            self._captured.withheld += [f"exit.json: {kind}" for kind in found]
            if ending.reason and not self._rank:
                self.entry.open_run.set_tag(END_REASON_TAG, ending.reason[:5000])
        put_captured(self.entry, "capture.json", self._report())
        if not self._rank:
            vitals.forget(self._root, self.entry.run.info.run_id)

    def _finish_console(self, listening: Console) -> None:
        console.stop(listening)
        listening.take_in(is_last=True)
        self._captured = _with_withheld(self._captured, listening.withheld)
        if listening.n_bytes:
            put_captured(self.entry, "console.log", listening.content())
        listening.forget_file()

    def _show_live(self, listening: Console, now_s: float) -> None:
        """Send the console as it is, the more seldom the longer it is."""
        pause_s = max(LIVE_S, self._n_live / LIVE_BYTES_PER_S)
        if listening.n_bytes == self._n_live or now_s - self._live_s < pause_s:
            return
        self._live_s = now_s
        self._n_live = listening.n_bytes
        write_live(self.entry, "console.log", listening.content())

    def _report(self) -> bytes:
        report = {
            "recorded": sorted(self._wanted),
            "switched_off": sorted(set(PIECES) - self._wanted),
            "withheld": self._captured.withheld,
            "missing": self._captured.missing,
        }
        return formatted(report)


def _with_withheld(captured: Captured, withheld: list[str]) -> Captured:
    return msgspec.structs.replace(captured, withheld=[*captured.withheld, *withheld])


class _Recorder:
    """The thread that works for all recordings of this process."""

    def __init__(self) -> None:
        self.recordings: dict[str, Recording] = {}
        self.waiting: list[Recording] = []
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.RLock()

    def add(self, recording: Recording) -> None:
        """Work for a recording from now on."""
        with self._lock:
            self.recordings[recording.entry.run.info.run_id] = recording
            self.waiting.append(recording)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="assay-recorder", daemon=True
                )
                self._thread.start()
        self._wake.set()

    def remove(self, run_id: str) -> Recording | None:
        """Stop working for a recording, and return it."""
        return self.recordings.pop(run_id, None)

    def _run(self) -> None:
        while True:
            self._wake.wait(TICK_S)
            self._wake.clear()
            while self.waiting:
                recording = self.waiting.pop(0)
                # Signs of life first: whoever is killed while it captures leaves them behind.
                self._try("Recording", recording.tick)
                self._try("Capturing", recording.capture)
            for recording in list(self.recordings.values()):
                self._try("Recording", recording.tick)

    def _try(self, what: str, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception as error:
            _logger.warning("%s failed, training goes on: %s", what, error)
            _logger.debug("The failure in full", exc_info=True)


class _State:
    recorder = _Recorder()
    is_watching = False
    called: Called | None = None
    has_compared = False


def begin(entry: Entry) -> None:
    """Record `entry` by itself from now on, as the settings say; never raises."""
    try:
        wanted = wanted_pieces()
        if not wanted:
            return
        if "exit" in wanted:
            watch_process()
        recording = Recording(entry, wanted)
        recording.begin()
        active.before_end(entry, end)
        _State.recorder.add(recording)
    except Exception as error:
        _logger.warning("This run is not recorded by itself: %s", error)
        _logger.debug("The failure in full", exc_info=True)


def describe_command(arguments: list[str], entry: Path | None) -> None:
    """Have runs of this process recorded as those of another command, which it runs."""
    _State.called = Called(arguments, entry)


def feed_console(run_id: str, text: str) -> None:
    """Add to a run's console what this process did not print itself."""
    recording = _State.recorder.recordings.get(run_id)
    if recording is not None:
        recording.hear(text)


def now_ms() -> int:
    """Return the time in milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def end(entry: Entry, ending: Ending) -> None:
    """Store the rest of what is recorded of a run that is about to end."""
    recording = _State.recorder.remove(entry.run.info.run_id)
    if recording is None:
        return
    try:
        recording.finish(ending)
    except Exception as error:
        _logger.warning("The end of this run is not recorded whole: %s", error)
        _logger.debug("The failure in full", exc_info=True)


def watch_process() -> None:
    """Note from now on how this process ends."""
    if not _State.is_watching:
        _State.is_watching = True
        exit_reason.watch()
        signals.watch(_note_signal, _deliver_signal)


def _note_signal(ending: Ending) -> None:
    """Record, in the handler of the signal, that the runs are over; the journal is safe to call."""
    end_ms = now_ms()
    for entry in active.all_active():
        if not entry.open_run.is_ended:
            entry.open_run.end(ending.status, end_ms, ending.reason)


def _deliver_signal(ending: Ending) -> None:
    """Store and deliver what there is, in the few seconds that are left."""
    for entry in active.all_active():
        active.end(entry, ending.status, ending=ending)


def _start_afresh() -> None:
    """After a fork: the child records nothing of its parent's runs."""
    _State.recorder = _Recorder()
    _State.is_watching = False


os.register_at_fork(after_in_child=_start_afresh)
