"""Work that waits for a quiet moment: folding histories, by one server of all at a time."""

import functools
import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from assay.errors import AssayError
from assay.server.services import Services
from assay.store.folding import FoldPlan, apply_fold, plan_fold, runs_to_fold
from assay.store.leases import release_lease, take_lease

_log = logging.getLogger("assay.server")

LEASE: Final = "folding"
LEASE_MS: Final = 60_000
PAUSE_S: Final = 2.0
BUSY_REQUESTS_PER_S: Final = 100
MOST_BUSY_TURNS: Final = 15
WRITE_TIMEOUT_S: Final = 120.0
RUNS_AT_ONCE: Final = 16


class Background:
    """A thread that folds runs whose histories have grown, as long as it holds the lease.

    Args:
        services: The store.
        pause_s: How long it rests between two looks at what is due.
        count_requests: Says how many requests there have been; while there are many, folding waits.
    """

    def __init__(
        self,
        services: Services,
        *,
        pause_s: float = PAUSE_S,
        count_requests: Callable[[], int] = lambda: 0,
    ) -> None:
        self._services = services
        self._count_requests = count_requests
        self._n_requests = 0
        self._busy_turns = 0
        self._pause_s = pause_s
        self._stopping = threading.Event()
        self._holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
        self._thread = threading.Thread(target=self._work, name="assay-background", daemon=True)
        self._thread.start()

    def close(self, timeout_s: float = 2.0) -> None:
        """Stop after the step that is under way."""
        self._stopping.set()
        self._thread.join(timeout_s)

    def _work(self) -> None:
        while not self._stopping.wait(self._pause_s):
            if self._is_busy():
                continue
            try:
                self._work_once()
            except Exception as error:  # noqa: BLE001 the thread's boundary: it must live on
                level = logging.INFO if isinstance(error, AssayError) else logging.ERROR
                _log.log(level, "Folding waits for its next turn.", exc_info=error)

    def _is_busy(self) -> bool:
        """Return whether requests should have the processor for now; never too often in a row."""
        count = self._count_requests()
        n_new, self._n_requests = count - self._n_requests, count
        if n_new < BUSY_REQUESTS_PER_S * self._pause_s or self._busy_turns >= MOST_BUSY_TURNS:
            self._busy_turns = 0
            return False
        self._busy_turns += 1
        return True

    def _work_once(self) -> None:
        services = self._services
        due = find_due(services)
        if not due:
            return
        now_ms = services.now_ms()
        taken = services.writer.submit(
            lambda conn: take_lease(
                conn, LEASE, holder=self._holder, now_ms=now_ms, for_ms=LEASE_MS
            )
        )
        if not taken.result(WRITE_TIMEOUT_S):
            return
        for run_number in due:
            fold(services, run_number, is_stopping=self._stopping.is_set)
        released = services.writer.submit(
            lambda conn: release_lease(conn, LEASE, holder=self._holder)
        )
        released.result(WRITE_TIMEOUT_S)


def find_due(services: Services) -> list[int]:
    """Return some runs whose inbox is worth folding."""
    with services.database.read() as conn:
        return runs_to_fold(conn, RUNS_AT_ONCE)


def fold(services: Services, run_number: int, *, is_stopping: Callable[[], bool]) -> None:
    """Fold a run's inbox step by step; between two steps other writers have their turn."""
    while not is_stopping():
        with services.database.read() as conn:
            plan = plan_fold(conn, run_number)
        if plan is None:
            return
        applied = services.writer.submit(functools.partial(_apply, plan=plan))
        if not applied.result(WRITE_TIMEOUT_S):
            return


def _apply(conn: Connection, *, plan: FoldPlan) -> bool:
    return apply_fold(conn, plan)
