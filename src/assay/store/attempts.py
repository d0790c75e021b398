"""Attempts of runs: to which of them a process belongs, and how each ended.

A run has one attempt until a process takes it up whose predecessor did not finish it. So a run that
FINISHED and is opened again, for one more figure or in a notebook, goes on with its last attempt. A
new one begins when the run FAILED or was KILLED, when it has given no sign of life for a minute, or
when the launcher says that this is another start (`launch`): all ranks of one start are one attempt,
whatever becomes of the others. Beginning one sets the run to RUNNING. Names of starts may come again, as
ports do: who starts long after an attempt has ended does not belong to it.

What belongs to which attempt follows from who wrote it, never from a clock: `writers.attempt` is
settled by a writer's first batch. Requests without a writer count for the present attempt. What the
writer of an earlier attempt says of the run's end is noted there and leaves the run as it is. A run
with one attempt has no rows here, unless its launcher named the start.
"""

import time
from typing import Any, Final

import msgspec
from sqlalchemy import Connection

from assay.entities.attempts import Attempt
from assay.entities.runs import RUN_STATUS_NUMBERS, TERMINATED, RunStatus
from assay.store.endings import LOST_AFTER_MS
from assay.store.runs import STATUS_OF, find_run
from assay.store.statements import Row, Statement
from assay.wire.ingest import LOST_WRITER, RunAttempt, RunEnd

SILENT: Final = "It fell silent and was taken up again."
_SKEW_MS: Final = 600_000
"""How far the clocks of the ranks of one start may lie apart."""

_RUNS: Final = Statement(
    "SELECT run_number, status, start_time, end_time, end_reason, heartbeat_time,"
    " EXISTS (SELECT 1 FROM writers WHERE writers.run_number = runs.run_number)"
    " FROM runs WHERE run_number IN (?int...)"
)
_ATTEMPTS: Final = Statement(
    "SELECT run_number, number, started_ms, ended_ms, status, reason, host, process, launch"
    " FROM attempts WHERE run_number IN (?int...) ORDER BY run_number, number"
)
_FIRST_STEPS: Final = Statement(
    "SELECT attempt, MIN(first_step) FROM attempt_starts WHERE run_number = ? GROUP BY attempt"
)
_PUT: Final = Statement(
    "INSERT INTO attempts"
    " (run_number, number, started_ms, ended_ms, status, reason, host, process, launch)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (run_number, number) DO UPDATE SET"
    " ended_ms = excluded.ended_ms, status = excluded.status, reason = excluded.reason"
)
_END: Final = Statement(
    "UPDATE attempts SET ended_ms = ?, status = ?, reason = ? WHERE run_number = ? AND number = ?"
)
_BEGIN: Final = Statement(
    "UPDATE runs SET n_attempts = ?, heartbeat_time = ?, status = ?, end_time = NULL,"
    " end_reason = NULL WHERE run_number = ?"
)


class GroupAttempts:
    """Which attempt each batch of a group belongs to; what changes is written with the group."""

    def __init__(self) -> None:
        self.of_writers: dict[tuple[int, str], int] = {}
        self._current: dict[int, int] = {}
        self._books: dict[int, _Book] = {}
        self._late_ends: list[Row] = []

    def note_run(self, run_number: int, n_attempts: int) -> None:
        """Take in how many attempts a run has."""
        if n_attempts > 1:
            self._current[run_number] = n_attempts

    def open_books(self, conn: Connection, run_numbers: list[int]) -> None:
        """Read what is known of runs that somebody takes up."""
        now_ms = time.time_ns() // 1_000_000
        known: dict[int, list[Attempt]] = {}
        for number, *rest in _ATTEMPTS.rows(conn, run_numbers):
            known.setdefault(number, []).append(_attempt(rest))
        for row in _RUNS.rows(conn, run_numbers):
            self._books[row[0]] = _Book(row, known.get(row[0], []), now_ms)

    def number_of(
        self, run_number: int, writer_id: str | None, start: RunAttempt | None, *, creates: bool
    ) -> int:
        """Return the attempt that a batch belongs to, a new one when it begins one.

        Args:
            run_number: The run.
            writer_id: Whose batch it is, if it is from a journal.
            start: What the writer says of itself when it takes the run up.
            creates: Whether the batch announces the run.
        """
        current = self._current.get(run_number, 1)
        if writer_id is None:
            return current
        spot = (run_number, writer_id)
        known = self.of_writers.get(spot)
        if known is None and start is not None:
            book = self._books[run_number]
            known = book.take(start, creates=creates)
            if book.n_attempts > 1:
                self._current[run_number] = book.n_attempts
        if known is None:
            of_the_dead = (run_number, writer_id.removesuffix(LOST_WRITER))
            known = self.of_writers.get(of_the_dead, current)
        self.of_writers[spot] = known
        return known

    def is_earlier(self, run_number: int, attempt: int) -> bool:
        """Return whether a later attempt has begun."""
        return attempt < self._current.get(run_number, 1)

    def has_several(self, run_number: int) -> bool:
        """Return whether the run has more than one attempt."""
        return run_number in self._current

    def end_earlier(self, run_number: int, attempt: int, end: RunEnd) -> None:
        """Note how an attempt ended that is not the last one."""
        if end.status in TERMINATED:
            row = (end.end_time, STATUS_OF[end.status], end.reason, run_number, attempt)
            self._late_ends.append(row)

    def write(self, conn: Connection) -> None:
        """Write the attempts that began, and how others ended."""
        for book in self._books.values():
            _PUT.run_many(conn, book.changed_rows())
            if book.has_begun:
                running = STATUS_OF[RunStatus.RUNNING]
                _BEGIN.run(conn, book.n_attempts, book.now_ms, running, book.run_number)
        _END.run_many(conn, self._late_ends)


class _Book:
    """The attempts of one run, as a group of batches changes them."""

    def __init__(self, run: Row, known: list[Attempt], now_ms: int) -> None:
        self.run_number: Final[int] = run[0]
        self.now_ms: Final = now_ms
        self.has_begun = False
        self._has_rows = bool(known)
        self._is_lost = _is_lost(run, now_ms)
        self._attempts = known[:-1]
        self._last = _as_the_run_stands(known[-1] if known else None, run)
        self._changed: dict[int, Attempt] = {}

    @property
    def n_attempts(self) -> int:
        return self._last.number

    def take(self, start: RunAttempt, *, creates: bool) -> int:
        """Return the attempt that whoever takes the run up belongs to, begun now if need be."""
        if creates and not self._has_rows:
            self._put(_begun(1, start))
            return 1
        for earlier in self._attempts:
            if _is_of(earlier, start):
                return earlier.number
        if self._goes_on(start):
            return self.n_attempts
        last = self._last
        if last.status not in TERMINATED:
            last = msgspec.structs.replace(last, status=RunStatus.FAILED, reason=SILENT)
        self._put(last)
        self._attempts.append(last)
        self._put(_begun(last.number + 1, start))
        self.has_begun = True
        self._is_lost = False
        return self.n_attempts

    def changed_rows(self) -> list[Row]:
        return [
            (
                self.run_number,
                one.number,
                one.started_ms,
                one.ended_ms,
                STATUS_OF[one.status],
                one.reason,
                one.host,
                one.process,
                one.launch,
            )
            for _number, one in sorted(self._changed.items())
        ]

    def _goes_on(self, start: RunAttempt) -> bool:
        last = self._last
        if start.launch and last.launch:
            return _is_of(last, start)
        if last.status is RunStatus.FINISHED:
            return True
        return last.status not in TERMINATED and not self._is_lost

    def _put(self, attempt: Attempt) -> None:
        self._last = self._changed[attempt.number] = attempt
        self._has_rows = True


def list_attempts(conn: Connection, run_id: str) -> tuple[Attempt, ...]:
    """Return the attempts of a run, the first one first.

    Raises:
        RunNotFound: There is none with this id.
    """
    number = find_run(conn, run_id).run_number
    known = [_attempt(row[1:]) for row in _ATTEMPTS.rows(conn, [number])]
    run = _RUNS.rows(conn, [number])[0]
    last = _as_the_run_stands(known[-1] if known else None, run)
    if last.status not in TERMINATED:
        last = msgspec.structs.replace(last, ended_ms=None)
    first_steps: dict[int, int] = dict(_FIRST_STEPS.rows(conn, number))
    return tuple(
        msgspec.structs.replace(one, first_step=first_steps.get(one.number))
        for one in (*known[:-1], last)
    )


def _is_of(attempt: Attempt, start: RunAttempt) -> bool:
    """Return whether a process was started by the launch that began an attempt."""
    if not start.launch or attempt.launch != start.launch:
        return False
    has_ended = attempt.status in TERMINATED and attempt.ended_ms is not None
    return not has_ended or start.started_ms <= (attempt.ended_ms or 0) + _SKEW_MS


def _attempt(row: Any) -> Attempt:
    number, started_ms, ended_ms, status, reason, host, process, launch = row
    return Attempt(
        number=number,
        started_ms=started_ms,
        ended_ms=ended_ms,
        status=RUN_STATUS_NUMBERS[status],
        reason=reason,
        host=host or None,
        process=process or None,
        launch=launch or None,
    )


def _begun(number: int, start: RunAttempt) -> Attempt:
    return Attempt(
        number=number,
        started_ms=start.started_ms,
        host=start.host,
        process=start.process,
        launch=start.launch,
    )


def _as_the_run_stands(attempt: Attempt | None, run: Row) -> Attempt:
    """Return the last attempt with what the run itself says of its end."""
    _number, status, start_ms, end_ms, reason, heartbeat_ms, _has_writers = run
    attempt = attempt or Attempt(number=1, started_ms=start_ms)
    last_seen_ms = max(attempt.started_ms, heartbeat_ms or 0)
    return msgspec.structs.replace(
        attempt,
        ended_ms=last_seen_ms if end_ms is None else end_ms,
        status=RUN_STATUS_NUMBERS[status],
        reason=reason,
    )


def _is_lost(run: Row, now_ms: int) -> bool:
    """Return whether a run that should go on is silent; other clients' runs never give signs of life."""
    _number, _status, start_ms, _end_ms, _reason, heartbeat_ms, has_writers = run
    last_seen_ms = max(start_ms or 0, heartbeat_ms or 0)
    return bool(has_writers) and now_ms - last_seen_ms > LOST_AFTER_MS
