"""Several server processes on one socket: started, watched, replaced when one dies, stopped together."""

import logging
import multiprocessing
import signal
import socket
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Final

_log = logging.getLogger("assay.server")

STOP_WITHIN_S: Final = 5.0
WATCH_S: Final = 0.2
SHORTEST_LIFE_S: Final = 1.0
"""A worker that lives shorter is replaced only after this long, so that failing ones cost little."""

Work = Callable[[socket.socket, Callable[[], None]], None]


class Workers:
    """Keeps `n_workers` processes running `work` until a signal says to stop.

    Args:
        work: Serves connections of a socket until SIGTERM, and calls its second argument when it
            is ready. It must be picklable: workers share nothing with this process but the socket.
        listener: The socket.
        n_workers: How many processes.
    """

    def __init__(self, work: Work, listener: socket.socket, n_workers: int) -> None:
        self._context = multiprocessing.get_context("spawn")
        self._work = work
        self._listener = listener
        self._ready = self._context.Event()
        self._stopping = threading.Event()
        self._processes = [self._start() for _ in range(n_workers)]

    def run(self, on_ready: Callable[[], None] | None) -> None:
        """Watch the workers until SIGTERM or SIGINT, then stop them."""
        previous = {
            number: signal.signal(number, self._stop) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            while not self._stopping.wait(WATCH_S):
                if on_ready is not None and self._ready.is_set():
                    on_ready()
                    on_ready = None
                self._replace_the_dead()
        finally:
            self._stop_all()
            for number, handler in previous.items():
                signal.signal(number, handler)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping.set()

    def _start(self) -> BaseProcess:
        process = self._context.Process(
            target=_run_worker, args=(self._work, self._listener, self._ready), daemon=False
        )
        process.start()
        return process

    def _replace_the_dead(self) -> None:
        for place, process in enumerate(self._processes):
            if process.is_alive():
                continue
            _log.error("A server process ended with code %s; starting another.", process.exitcode)
            if self._stopping.wait(SHORTEST_LIFE_S):
                return
            self._processes[place] = self._start()

    def _stop_all(self) -> None:
        for process in self._processes:
            process.terminate()
        deadline = time.monotonic() + STOP_WITHIN_S
        for process in self._processes:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                process.kill()
                process.join()


def _run_worker(work: Work, listener: socket.socket, ready: threading.Event) -> None:
    work(listener, ready.set)
