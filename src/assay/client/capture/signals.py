"""Signals that end a process: the run is recorded as KILLED before the process dies of them.

A handler is installed only where Python has none yet, and only while the default would end the process
anyway. The process then ends as it would have, by the signal itself. Python runs handlers between two
of its own steps, so one long call into a C library holds it up, as it does Ctrl-C.
"""

import contextlib
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import Final

from assay.client.capture.exit_reason import Ending, thread_tracebacks
from assay.entities.runs import RunStatus

DELIVERY_S: Final = 5.0
_NAMES: Final = ("SIGTERM", "SIGHUP")
# The default of this one ends a process too, but programs that know it mean something by it.
_NAMES_IN_SLURM: Final = ("SIGUSR1",)

Note = Callable[[Ending], None]
Deliver = Callable[[Ending], None]


def watch(note: Note, deliver: Deliver) -> None:
    """Call `note`, then `deliver` for a few seconds, when a signal ends the process.

    `note` runs in the handler, so it may only do what is safe there; `deliver` runs on a thread of
    its own. Nothing happens outside of the main thread, where Python allows no handlers.
    """
    if threading.current_thread() is not threading.main_thread():
        return

    def handle(number: int, _frame: FrameType | None) -> None:
        ending = ending_of(number, os.environ.get("SLURM_JOB_ID"))
        try:
            note(ending)
            helper = threading.Thread(target=deliver, args=(ending,), daemon=True)
            helper.start()
            helper.join(DELIVERY_S)
        finally:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    names = _NAMES + (_NAMES_IN_SLURM if os.environ.get("SLURM_JOB_ID") else ())
    for name in names:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, handle)
            _handled[number] = handle


def ending_of(number: int, slurm_job: str | None) -> Ending:
    """Return how a run ends that the signal `number` ends."""
    name = signal.Signals(number).name
    by_scheduler = slurm_job is not None and name in {"SIGTERM", "SIGUSR1"}
    reason = f"signal {name}"
    if by_scheduler:
        reason = f"preempted or cancelled: {name} in Slurm job {slurm_job}"
    return Ending(
        status=RunStatus.KILLED,
        kind="preempted" if by_scheduler else "signal",
        reason=reason,
        signal=name,
        threads=thread_tracebacks(),
    )


_handled: dict[int, object] = {}


def _unwatch() -> None:
    """After a fork: a worker that is told to stop dies of it at once, as without us."""
    for number, handler in _handled.items():
        with contextlib.suppress(ValueError, OSError):
            if signal.getsignal(number) is handler:
                signal.signal(number, signal.SIG_DFL)
    _handled.clear()


os.register_at_fork(after_in_child=_unwatch)
