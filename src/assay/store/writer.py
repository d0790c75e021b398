"""Group commit: one thread writes what many threads wait for, in one transaction.

Whatever is waiting when the thread is free becomes one group: its operations run one after another,
then its batches together, then one commit makes all of it durable, and only then are the callers
answered. Within a group operations come before batches; who needs an order waits for the first
answer. An operation that fails is undone alone. When something unforeseen breaks a group, it is run
again with each batch by itself, so that only the culprit is refused.
"""

import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import Any, Final, TypeVar

from sqlalchemy import Connection

from assay.errors import AssayError, StoreFull, Unavailable
from assay.store.batches import apply_batches
from assay.store.connections import Database, savepoint
from assay.store.failures import is_lost, is_transient, is_unstorable, refused_value
from assay.store.run_batch import RunBatch
from assay.wire.ingest import BatchReceipt

T = TypeVar("T")
Operation = Callable[[Connection], Any]
Answer = tuple[Future[Any], Any]
Result = BatchReceipt | BaseException
Apply = Callable[[Connection, Sequence[RunBatch]], Sequence[Result]]

MAX_GROUP: Final = 2000
MAX_GROUP_POINTS: Final = 1_000_000
RETRY_FOR_S: Final = 60.0
MIN_COMPANY: Final = 3
PAUSE_S: Final = 0.0003
MAX_PAUSES: Final = 4

_log = logging.getLogger(__name__)
_restart = threading.Lock()


class Writer:
    """The one thread of this process that writes to `database`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._is_open = True
        self._gate = threading.Lock()
        self._start()

    def submit(self, operation: Callable[[Connection], T]) -> Future[T]:
        """Run `operation` in the next transaction; the future resolves once that is committed."""
        future: Future[T] = Future()
        self._put(future, operation)
        return future

    def submit_batch(self, batch: RunBatch) -> Future[BatchReceipt]:
        """Apply `batch` in the next transaction; the future resolves once that is committed."""
        future: Future[BatchReceipt] = Future()
        self._put(future, batch)
        return future

    def close(self, timeout_s: float = 5.0) -> None:
        """Take nothing new, write what waits, and stop."""
        with self._gate:
            if self._is_open:
                self._is_open = False
                self._waiting.put(None)
        self._thread.join(timeout_s)

    def _start(self) -> None:
        self._process_id = os.getpid()
        self._waiting: queue.SimpleQueue[tuple[Future[Any], Operation | RunBatch] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._work, name="assay-writer", daemon=True)
        self._thread.start()

    def _start_again(self) -> None:
        """Start in a forked process; the thread, and what waits for it, are the parent's."""
        with _restart:
            if self._process_id != os.getpid():
                self._gate = threading.Lock()
                self._start()

    def _put(self, future: Future[Any], work: Operation | RunBatch) -> None:
        if self._process_id != os.getpid():
            self._start_again()
        with self._gate:
            if not self._is_open:
                raise Unavailable("The store is closing. Repeat the request.")
            self._waiting.put((future, work))

    def _work(self) -> None:
        is_last = False
        n_before = 0
        while not is_last:
            group, is_last = self._collect(n_before)
            n_before = len(group)
            operations = [item for item in group if not isinstance(item[1], RunBatch)]
            batches = [item for item in group if isinstance(item[1], RunBatch)]
            if group:
                _commit_group(self._database, operations, batches)

    def _await_company(self, n_expected: int) -> None:
        """Wait a little for more to write, when many are at it: a commit costs the same for all.

        One who writes alone never waits. It ends when nothing more arrives.
        """
        n_waiting = 1 + self._waiting.qsize()
        for _ in range(MAX_PAUSES):
            if n_expected < MIN_COMPANY or n_waiting >= n_expected:
                return
            time.sleep(PAUSE_S)
            n_now = 1 + self._waiting.qsize()
            if n_now == n_waiting:
                return
            n_waiting = n_now

    def _collect(self, n_before: int) -> tuple[list[Answer], bool]:
        """Return what waits, at least one item, and whether it is the last of all.

        Args:
            n_before: How many were answered just now; who waited for them may ask again at once.
        """
        n_queued = self._waiting.qsize()
        item = self._waiting.get()
        self._await_company(n_before + n_queued)
        group: list[Answer] = []
        n_points = 0
        while item is not None:
            if item[0].set_running_or_notify_cancel():
                group.append(item)
            if isinstance(item[1], RunBatch):
                n_points += item[1].n_points
            if len(group) >= MAX_GROUP or n_points >= MAX_GROUP_POINTS:
                return group, False
            try:
                item = self._waiting.get_nowait()
            except queue.Empty:
                return group, False
        return group, True


def _commit_group(database: Database, operations: list[Answer], batches: list[Answer]) -> None:
    """Apply a group and answer it, whatever happens."""
    deadline = time.monotonic() + RETRY_FOR_S
    apply: Apply = apply_batches
    while True:
        try:
            answers = _apply_group(database, operations, batches, apply)
        except Exception as error:  # noqa: BLE001 the thread's boundary: every caller must be answered
            if is_transient(error) and time.monotonic() < deadline:
                time.sleep(random.uniform(0.001, 0.05))  # noqa: S311 spreads retries, guards nothing
                continue
            if apply is apply_batches and not isinstance(error, StoreFull):
                apply = _apply_each
                continue
            _log_unforeseen(error)
            answers = [(future, error) for future, _ in operations + batches]
        break
    for future, answer in answers:
        _resolve(future, answer)


def _apply_group(
    database: Database, operations: list[Answer], batches: list[Answer], apply: Apply
) -> list[Answer]:
    answers: list[Answer] = []
    with database.write() as conn:
        for future, operation in operations:
            answers.append((future, _run_alone(conn, operation)))
        if batches:
            results = apply(conn, [batch for _, batch in batches])
            futures = (future for future, _ in batches)
            answers.extend(zip(futures, results, strict=True))
    return answers


def _apply_each(conn: Connection, batches: Sequence[RunBatch]) -> list[Result]:
    """Apply batches one by one, each undone alone when it fails."""

    def one(batch: RunBatch) -> Operation:
        return lambda conn: apply_batches(conn, [batch])[0]

    return [_run_alone(conn, one(batch)) for batch in batches]


def _run_alone(conn: Connection, operation: Operation) -> Any:
    """Return what `operation` returns or the exception that undid it."""
    try:
        with savepoint(conn):
            return operation(conn)
    except AssayError as error:
        return error
    except Exception as error:
        if is_unstorable(error):
            return refused_value(error)
        if is_transient(error) or is_lost(conn):
            raise
        _log_unforeseen(error)
        return error


def _log_unforeseen(error: BaseException) -> None:
    if not isinstance(error, AssayError):
        _log.error("A write failed.", exc_info=error)


def _resolve(future: Future[Any], answer: Any) -> None:
    if isinstance(answer, BaseException):
        future.set_exception(answer)
    else:
        future.set_result(answer)
