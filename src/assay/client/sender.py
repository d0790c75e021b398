"""The thread that delivers journals while training goes on.

It never keeps the interpreter lock for long: what was logged lately it takes from memory as whole
columns, and where it must read a file while nobody waits, it reads a few hundred lines at a time.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Final

from assay.client.delivery import Delivery
from assay.client.journal import Journal
from assay.client.outbox import DeliverFiles, Outbox
from assay.errors import AssayError, ServerUnreachable

SLICE_RECORDS: Final = 500
FLUSH_RECORDS: Final = 50_000
_SLICE_PAUSE_S: Final = 0.02
_IDLE_PAUSE_S: Final = 0.1
_STUMBLE_PAUSE_S: Final = 1.0
HEARTBEAT_S: Final = 15.0
_logger = logging.getLogger("assay")


class Sender:
    """Delivers any number of journals to one store, for ever if need be.

    Args:
        open_delivery: Gives the way to the store; called on the sender's thread, again after it
            raised, until it succeeds.
        deliver_files: Uploads files that were kept aside.
        keeps_journals: Whether delivered journals stay on disk.
    """

    def __init__(
        self,
        open_delivery: Callable[[], Delivery],
        deliver_files: DeliverFiles,
        *,
        keeps_journals: bool,
    ) -> None:
        self.has_delivered = False
        self._open_delivery = open_delivery
        self._deliver_files = deliver_files
        self._keeps_journals = keeps_journals
        self._delivery: Delivery | None = None
        self._outboxes: dict[str, Outbox] = {}
        self._changed = threading.Condition()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._n_flushes = 0
        self._n_failures = 0
        self._is_closing = False
        self._next_heartbeat_s = time.monotonic() + HEARTBEAT_S

    def add(self, journal: Journal) -> Outbox:
        """Start delivering `journal`."""
        outbox = Outbox(journal)
        with self._changed:
            self._outboxes[journal.writer_id] = outbox
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="assay-sender", daemon=True)
                self._thread.start()
        return outbox

    def finish(self, journal: Journal) -> None:
        """Say that `journal` is closed: once delivered, it is done with."""
        outbox = self._outboxes.get(journal.writer_id)
        if outbox is not None:
            outbox.is_open = False
        self._wake.set()

    def wake(self) -> None:
        """Let the thread look for records now rather than within a tenth of a second."""
        self._wake.set()

    def flush(self, timeout_s: float, journals: Iterable[Journal] | None = None) -> bool:
        """Wait until everything written so far is delivered; False when it is not.

        Gives up before the time is over when waiting is in vain: the server refuses the records, or
        was never reached and is not reached now.
        """
        with self._changed:
            wanted = self._wanted(journals)
            if not wanted:
                return True
            for outbox, _ in wanted:
                outbox.retry_now()
            n_failures = self._n_failures
            self._n_flushes += 1
            self._wake.set()
            try:
                self._changed.wait_for(
                    lambda: self._is_settled(wanted, self._n_failures > n_failures), timeout_s
                )
            finally:
                self._n_flushes -= 1
        return all(outbox.has_delivered(seq) for outbox, seq in wanted)

    def outboxes(self) -> list[Outbox]:
        """Return what is not delivered and finished yet."""
        with self._changed:
            return list(self._outboxes.values())

    def wait_finished(self, timeout_s: float) -> None:
        """Wait until the files of closed journals that were delivered are gone."""
        with self._changed:
            self._wake.set()
            self._changed.wait_for(
                lambda: not any(outbox.is_done for outbox in self._outboxes.values()), timeout_s
            )

    def close(self, timeout_s: float) -> None:
        """Stop the thread; what is not delivered stays in the journals."""
        self._is_closing = True
        self._wake.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout_s)

    def _wanted(self, journals: Iterable[Journal] | None) -> list[tuple[Outbox, int]]:
        writers = None if journals is None else {journal.writer_id for journal in journals}
        return [
            (outbox, outbox.journal.last_seq)
            for writer_id, outbox in self._outboxes.items()
            if (writers is None or writer_id in writers) and (outbox.n_waiting or outbox.files)
        ]

    def _is_settled(self, wanted: list[tuple[Outbox, int]], has_failed: bool) -> bool:
        return all(
            outbox.has_delivered(seq)
            or outbox.is_stuck
            or (
                has_failed
                and not self.has_delivered
                and isinstance(outbox.trouble, ServerUnreachable)
            )
            for outbox, seq in wanted
        )

    def _run(self) -> None:
        while not self._is_closing:
            try:
                has_worked = self._work()
            except Exception:
                _logger.exception("The sender failed; it goes on in a moment.")
                has_worked = False
                time.sleep(_STUMBLE_PAUSE_S)
            if has_worked and self._n_flushes:
                continue
            if has_worked:
                time.sleep(_SLICE_PAUSE_S)
            else:
                self._wake.wait(_IDLE_PAUSE_S)
                self._wake.clear()

    def _work(self) -> bool:
        is_flushing = self._n_flushes > 0
        has_worked = False
        for outbox in self.outboxes():
            if outbox.collect(FLUSH_RECORDS if is_flushing else SLICE_RECORDS):
                has_worked = True
                if is_flushing:
                    continue
            if outbox.is_due(is_flushing=is_flushing):
                has_worked = self._send(outbox) or has_worked
            if outbox.files:
                self._send_files(outbox)
            if outbox.is_done:
                self._finish(outbox)
        if time.monotonic() >= self._next_heartbeat_s:
            self._beat()
        return has_worked

    def _send(self, outbox: Outbox) -> bool:
        delivery = self._delivery or self._reach(outbox)
        is_sent = delivery is not None and outbox.send(delivery)
        if is_sent and not self._keeps_journals:
            outbox.delete_delivered()
        with self._changed:
            if is_sent:
                self.has_delivered = True
            else:
                self._n_failures += 1
            self._changed.notify_all()
        return is_sent

    def _send_files(self, outbox: Outbox) -> None:
        outbox.send_files(self._deliver_files)
        with self._changed:
            self._n_failures += bool(outbox.files)
            self._changed.notify_all()

    def _reach(self, outbox: Outbox) -> Delivery | None:
        try:
            self._delivery = self._open_delivery()
        except AssayError as error:
            outbox.fail(error)
            return None
        return self._delivery

    def _finish(self, outbox: Outbox) -> None:
        outbox.close(keeps_files=self._keeps_journals or outbox.n_refused > 0)
        with self._changed:
            self._outboxes.pop(outbox.journal.writer_id, None)
            self._changed.notify_all()

    def _beat(self) -> None:
        self._next_heartbeat_s = time.monotonic() + HEARTBEAT_S
        if self._delivery is None:
            return
        for outbox in self.outboxes():
            if outbox.is_open and outbox.journal.owns_run and outbox.trouble is None:
                try:
                    self._delivery.heartbeat(outbox.journal.run_id)
                except AssayError as error:
                    _logger.debug("Heartbeat of run %s failed: %s", outbox.journal.run_id, error)
