"""The runs that are active: one stack per thread, emptied in forked children."""

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final

import msgspec

from assay import settings
from assay.client.capture import exit_reason
from assay.client.capture.exit_reason import Ending
from assay.client.connection import Connection
from assay.client.location import Kind
from assay.client.open_run import OpenRun
from assay.entities.runs import Run, RunStatus

_logger = logging.getLogger("assay")


class ActiveRun(Run, frozen=True):
    """A run that is going on; as a context manager it ends at the end of the block."""

    def __enter__(self) -> "ActiveRun":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        entry = _entries.get(self.info.run_id)
        if entry is None:
            return
        ending = exit_reason.of_error(error)
        end(entry, ending.status, ending=ending)


class Entry(msgspec.Struct, frozen=True, eq=False):
    """An active run, its journal and where it is logged to."""

    run: ActiveRun
    open_run: OpenRun
    connection: Connection


class ThreadState(threading.local):
    """What is active in the calling thread."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.last_ended: Entry | None = None
        self.model_id: str | None = settings.ACTIVE_MODEL_ID.get() or None
        self.last_model_id: str | None = None


thread: Final = ThreadState()
_entries: dict[str, Entry] = {}
_finishers: dict[str, list[Callable[[Entry, Ending], None]]] = {}


def begin(run: Run, open_run: OpenRun, connection: Connection) -> ActiveRun:
    """Make `run` the active run of this thread."""
    active = ActiveRun(run.info, run.data, run.inputs, run.outputs)
    entry = Entry(active, open_run, connection)
    thread.entries.append(entry)
    _entries[run.info.run_id] = entry
    return active


def current() -> Entry | None:
    """Return the active run of this thread."""
    entries = thread.entries
    return entries[-1] if entries else None


def before_end(entry: Entry, finisher: Callable[[Entry, Ending], None]) -> None:
    """Have `finisher` called when an active run is about to end; it must not raise."""
    _finishers.setdefault(entry.run.info.run_id, []).append(finisher)


def end(
    entry: Entry,
    status: RunStatus,
    *,
    ending: Ending | None = None,
    end_time_ms: int | None = None,
) -> None:
    """End an active run and wait, for a bounded time, until it has been delivered."""
    ending = ending or Ending(status=status, kind=status.lower())
    end_ms = end_time_ms or time.time_ns() // 1_000_000
    for finisher in reversed(_finishers.pop(entry.run.info.run_id, [])):
        finisher(entry, ending)
    if entry in thread.entries:
        thread.entries.remove(entry)
    thread.last_ended = entry
    _entries.pop(entry.run.info.run_id, None)
    connection = entry.connection
    if not entry.open_run.is_ended:
        entry.open_run.end(status, end_ms, ending.reason)
    is_delivered = connection.flush(run=entry.open_run)
    connection.close_run(entry.open_run)
    if not is_delivered and not connection.is_offline:
        connection.report_undelivered()
    _print_address(entry)


def all_active() -> list[Entry]:
    """Return the active runs of all threads, the innermost first."""
    return list(reversed(_entries.values()))


def _print_address(entry: Entry) -> None:
    target = entry.connection.target
    if target.kind is not Kind.SERVER or settings.SUPPRESS_PRINTING_URL.get():
        return
    if entry.open_run.journal.rank:
        return
    info = entry.run.info
    experiment = f"{target.uri}/#/experiments/{info.experiment_id}"
    sys.stdout.write(
        f"View run {info.run_name} at: {experiment}/runs/{info.run_id}\n"
        f"View experiment at: {experiment}\n"
    )


def _start_afresh() -> None:
    thread.__init__()  # type: ignore[misc]  # the child's one thread begins with empty state
    _entries.clear()
    _finishers.clear()


os.register_at_fork(after_in_child=_start_afresh)
