"""Whether anybody still waits for an answer: what is worked out for nobody stops.

A reader thread runs inside `answering`, with a way to ask whether its client is still there. Long
work looks in between: SQLite's statements through their progress handler, loops over series by
`stop_if_abandoned`. PostgreSQL's statements cannot look; `cancel_abandoned`, called now and then
from another thread, stops them.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from assay.errors import Abandoned

IsAbandoned = Callable[[], bool]

_log: Final = logging.getLogger("assay.store")
_asked = threading.local()
_lock: Final = threading.Lock()
_cancellable: Final[dict[int, tuple[IsAbandoned, Any]]] = {}


@contextmanager
def answering(is_abandoned: IsAbandoned) -> Iterator[None]:
    """Run what is inside for a client that may go away."""
    _asked.is_abandoned = is_abandoned
    try:
        yield
    finally:
        _asked.is_abandoned = None


def is_abandoned() -> bool:
    """Whether the client that this thread works for has gone."""
    ask: IsAbandoned | None = getattr(_asked, "is_abandoned", None)
    return ask is not None and ask()


def stop_if_abandoned() -> None:
    """Raise when nobody waits any more.

    Raises:
        Abandoned: The client has gone.
    """
    if is_abandoned():
        raise Abandoned


@contextmanager
def cancellable(connection: Any) -> Iterator[None]:
    """Let `cancel_abandoned` stop the statements that run on psycopg's `connection` inside."""
    ask: IsAbandoned | None = getattr(_asked, "is_abandoned", None)
    if ask is None:
        yield
        return
    with _lock:
        _cancellable[id(connection)] = (ask, connection)
    try:
        yield
    finally:
        with _lock:
            del _cancellable[id(connection)]


def has_abandoned() -> bool:
    """Whether `cancel_abandoned` would find something to stop; never waits."""
    return any(ask() for ask, _ in list(_cancellable.values()))


def cancel_abandoned() -> int:
    """Stop the statements of clients that have gone; return how many there were."""
    n_cancelled = 0
    # Under the lock: a connection must not go on to another client's statement in the meantime.
    with _lock:
        for ask, connection in _cancellable.values():
            if ask():
                n_cancelled += 1
                _cancel(connection)
    return n_cancelled


def _cancel(connection: Any) -> None:
    try:
        connection.cancel_safe(timeout=5.0)
    except Exception:  # noqa: BLE001 another thread's boundary; the statement's own time limit remains
        _log.warning("A statement that nobody waits for could not be stopped.", exc_info=True)
