"""How a process ends: the exception that nobody caught, the exit code, the signal.

Hooks that tell only; whoever had a hook before keeps it. `SystemExit` raised by other means than
`sys.exit` outside of a `with` block is not seen: Python shows it to nobody.
"""

import sys
import threading
import traceback
from opcode import opname
from types import FrameType, TracebackType
from typing import Any, Final, NoReturn

import msgspec

from assay.client.capture.secrets import redact_text
from assay.entities.runs import RunStatus

MAX_TRACEBACK: Final = 100_000


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """How a run ended, as in `exit.json`."""

    status: RunStatus = RunStatus.FINISHED
    kind: str = "finished"
    reason: str | None = None
    exception: str | None = None
    message: str | None = None
    traceback: str | None = None
    signal: str | None = None
    exit_code: int | None = None
    threads: dict[str, str] = {}


class _Seen:
    is_watching = False
    error: BaseException | None = None
    system_exit: SystemExit | None = None
    thread_errors: dict[str, str] = {}  # noqa: RUF012 the state of the process


def watch() -> None:
    """Note from now on how the process ends; calling it again changes nothing."""
    if _Seen.is_watching:
        return
    _Seen.is_watching = True
    _wrap_exit()
    _wrap_hook()
    _wrap_thread_hook()


def of_error(error: BaseException | None) -> Ending:
    """Return how a block ended that `error` left, or nothing did."""
    if error is None:
        return Ending(threads=dict(_Seen.thread_errors))
    if isinstance(error, SystemExit):
        return of_exit_code(error)
    status = RunStatus.KILLED if isinstance(error, KeyboardInterrupt) else RunStatus.FAILED
    kind = "out of memory" if isinstance(error, MemoryError) else "exception"
    message, _ = redact_text(_words(error))
    name = type(error).__name__
    return Ending(
        status=status,
        kind="interrupted" if status is RunStatus.KILLED else kind,
        reason=f"{name}: {message}" if message else name,
        exception=f"{type(error).__module__}.{type(error).__qualname__}",
        message=message,
        traceback=_text(error),
        threads=dict(_Seen.thread_errors),
    )


def of_exit_code(error: SystemExit) -> Ending:
    """Return how a process ends that calls `sys.exit`."""
    code = error.code
    if code is None or code == 0:
        return Ending(exit_code=0, threads=dict(_Seen.thread_errors))
    number = code if isinstance(code, int) else 1
    words = "" if isinstance(code, int) else f": {redact_text(str(code))[0]}"
    return Ending(
        status=RunStatus.FAILED,
        kind="exit code",
        reason=f"exit code {number}{words}",
        exit_code=number,
        threads=dict(_Seen.thread_errors),
    )


def of_process() -> Ending:
    """Return how the interpreter ends, at its exit."""
    error = _Seen.error or getattr(sys, "last_value", None)
    if isinstance(error, BaseException):
        return of_error(error)
    if _Seen.system_exit is not None and _was_last(_Seen.system_exit):
        return of_exit_code(_Seen.system_exit)
    return of_error(None)


def thread_tracebacks() -> dict[str, str]:
    """Return where every thread is now, by its name."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    return {
        names.get(ident) or str(ident): "".join(traceback.format_stack(frame))[-MAX_TRACEBACK:]
        for ident, frame in sys._current_frames().items()  # noqa: SLF001 the documented way
    }


def _was_last(error: SystemExit) -> bool:
    """Return whether nobody caught `error`.

    Its traceback begins with the last frame that had something to say to it. Where that was a
    `finally`, the frame ended with the error; where it was an `except`, it moved on.
    """
    trace: TracebackType | None = error.__traceback__
    if trace is None:
        return False
    frame: FrameType = trace.tb_frame
    opcode = frame.f_code.co_code[frame.f_lasti] if frame.f_lasti >= 0 else 0
    return frame.f_lasti == trace.tb_lasti or opname[opcode] in {"RAISE_VARARGS", "RERAISE"}


def _wrap_exit() -> None:
    original = sys.exit

    def leave(status: Any = None, /) -> NoReturn:
        try:
            original(status)
        except SystemExit as error:
            if threading.current_thread() is threading.main_thread():
                _Seen.system_exit = error
            raise

    leave.__doc__ = original.__doc__
    sys.exit = leave


def _wrap_hook() -> None:
    original = sys.excepthook

    def note(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        _Seen.error = error
        original(kind, error, trace)

    # A notebook shows the errors of its cells through the hook, and goes on.
    if "ipykernel" not in sys.modules and not hasattr(sys, "ps1"):
        sys.excepthook = note


def _wrap_thread_hook() -> None:
    original = threading.excepthook

    def note(arguments: Any) -> None:
        name = arguments.thread.name if arguments.thread is not None else "thread"
        if arguments.exc_value is not None:
            _Seen.thread_errors[name] = _text(arguments.exc_value)
        original(arguments)

    threading.excepthook = note


def _text(error: BaseException) -> str:
    try:
        return "".join(traceback.format_exception(error))[-MAX_TRACEBACK:]
    except Exception as trouble:  # noqa: BLE001 an exception's own __str__ may fail
        return f"{type(error).__name__} (its traceback cannot be shown: {trouble!r})"


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 as above
        return "(its message cannot be shown)"
