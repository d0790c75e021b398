"""What one journal still has to deliver: reading, merging, sending again what was not taken."""

import logging
import random
import time
from collections.abc import Callable, Sequence
from typing import Final

from assay.client.delivery import Delivery, keep_refused
from assay.client.journal import Journal
from assay.client.journal_reader import JournalReader
from assay.client.merging import MergedRecords
from assay.client.records import SpooledArtifact
from assay.client.segments import delete_folder_if_empty
from assay.errors import (
    AssayError,
    PayloadTooLarge,
    PermissionDenied,
    RequestTimeout,
    RunNotFound,
    SequenceGap,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
)

MAX_RECORDS: Final = 200_000
MAX_BYTES: Final = 16 * 1024 * 1024
MAX_AGE_S: Final = 0.3
_SHORTEST_LINE: Final = 32
_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 30.0
DeliverFiles = Callable[[str, Sequence[SpooledArtifact]], None]
_logger = logging.getLogger("assay")

# What may pass by itself: the network, a busy or restarting server, credentials that somebody mends.
PASSING: Final = (
    Unavailable,
    TooManyRequests,
    RequestTimeout,
    Unauthenticated,
    PermissionDenied,
)


class Outbox:
    """The undelivered part of one journal; used by the sender's thread only, but for the counters."""

    def __init__(self, journal: Journal) -> None:
        self.journal: Final = journal
        self.delivered_seq = 0
        self.n_refused = 0
        self.trouble: AssayError | None = None
        self.is_stuck = False
        self.is_open = True
        self.retry_at = 0.0
        self.files: list[SpooledArtifact] = []
        self._n_failures = 0
        self._limit = MAX_RECORDS
        self._is_creator = False
        self._oldest_s = 0.0
        self._next_seq = 1
        self._taken_until = 0
        self._file_until = 0
        self._reader = JournalReader(journal.folder, journal.writer_id, is_trusted=True)
        self._merged = self._nothing()

    @property
    def n_waiting(self) -> int:
        """How many records are not delivered."""
        return self.journal.last_seq - self.delivered_seq

    @property
    def is_done(self) -> bool:
        """True when nothing more can come and all is delivered."""
        return not self.is_open and self.has_delivered(self.journal.last_seq)

    def has_delivered(self, seq: int) -> bool:
        """Return whether records up to `seq`, and the files that they name, have arrived."""
        return self.delivered_seq >= seq and not self.files

    def collect(self, max_records: int) -> bool:
        """Merge the next records; False when there are none, or no more fit the batch."""
        if (
            self._next_seq > self.journal.last_seq
            or self._merged.n_records >= self._limit
            or self._merged.n_text_bytes >= MAX_BYTES
        ):
            return False
        was_empty = not self._merged.n_records
        if not self._add_recent() and not self._add_from_file(max_records):
            return False
        if was_empty:
            self._oldest_s = time.monotonic()
        self._next_seq = self._merged.last_seq + 1
        return True

    def _add_recent(self) -> bool:
        """Merge what the journal still has in memory; False when that is not what comes next."""
        if self._next_seq <= self._file_until:
            return False
        recent = self.journal.take_recent()
        if recent.first_seq == self._next_seq <= recent.last_seq:
            self._taken_until = recent.last_seq
            self._merged.add_recent(recent)
            return True
        self._file_until = self._taken_until = recent.last_seq
        return False

    def _add_from_file(self, max_records: int) -> bool:
        """Merge records that were taken from memory before, or are there no more."""
        if self._next_seq > self._file_until:
            return False
        if self._reader.next_seq != self._next_seq:
            self._reader.seek(self._next_seq)
        found = self._reader.read(min(max_records, self._limit) * _SHORTEST_LINE)
        # What comes after is still in memory.
        records = [record for record in found if record[1] <= self._file_until]
        self._merged.add(records)
        return bool(records)

    def is_due(self, *, is_flushing: bool) -> bool:
        """Return whether the merged records should be sent now."""
        if not self._merged.n_records or self.is_stuck:
            return False
        now_s = time.monotonic()
        if now_s < self.retry_at:
            return False
        return (
            is_flushing
            or self._merged.is_urgent
            or self._merged.n_records >= self._limit
            or self._merged.n_text_bytes >= MAX_BYTES
            or now_s - self._oldest_s >= MAX_AGE_S
        )

    def send(self, delivery: Delivery) -> bool:
        """Deliver the merged records; False when they must be sent again later."""
        merged = self._merged
        self._is_creator = self._is_creator or merged.create is not None
        try:
            receipt = delivery.deliver(merged)
        except SequenceGap as error:
            self._resend_from(error)
            return True
        except PayloadTooLarge as error:
            return self._send_less(error)
        except AssayError as error:
            self._note_failure(error)
            return False
        if receipt.refused:
            self.n_refused += len(receipt.refused)
            keep_refused(self.journal.folder, self.journal.writer_id, receipt.refused)
        self.files += merged.artifacts
        self._advance(merged.last_seq)
        return True

    def send_files(self, deliver_files: DeliverFiles) -> None:
        """Upload the files that delivered records name, unless a pause is on."""
        if not self.files or time.monotonic() < self.retry_at:
            return
        try:
            deliver_files(self.journal.run_id, self.files)
        except (AssayError, OSError) as error:
            known = error if isinstance(error, AssayError) else Unavailable(str(error))
            self._note_failure(known)
        else:
            self.files = []

    def retry_now(self) -> None:
        """Forget the pause before the next try."""
        self.retry_at = 0.0
        self.is_stuck = False

    def fail(self, error: AssayError) -> None:
        """Note that no way to the store was found, and pause before the next try."""
        self._note_failure(error)

    def delete_delivered(self) -> None:
        """Delete segments that were delivered whole and are not written any more."""
        self._reader.delete_through(self.journal.last_segment_within(self.delivered_seq))

    def close(self, *, keeps_files: bool) -> None:
        """Let go of the journal, all of which is delivered, and delete it unless it is to be kept."""
        self._reader.close()
        if keeps_files:
            return
        self._reader.delete_through(self.journal.segment)
        delete_folder_if_empty(self.journal.folder)

    def _advance(self, seq: int) -> None:
        self.delivered_seq = max(self.delivered_seq, seq)
        self.trouble = None
        self._n_failures = 0
        self.retry_at = 0.0
        self._merged = self._nothing()

    def _resend_from(self, gap: SequenceGap) -> None:
        if gap.expected_seq > self._merged.last_seq:
            self._advance(gap.expected_seq - 1)
            self._next_seq = max(self._next_seq, gap.expected_seq)
            return
        self._go_back_to(gap.expected_seq)
        self.delivered_seq = gap.expected_seq - 1
        self.collect(MAX_RECORDS)
        if self._merged.first_seq > gap.expected_seq:
            # A store that was set back to a copy older than the segments that are left here.
            _logger.warning(
                "The store has lost records %d to %d of run %s, which it had before.",
                gap.expected_seq,
                self._merged.first_seq - 1,
                self.journal.run_id,
            )
            self._merged.first_seq = gap.expected_seq

    def _go_back_to(self, seq: int) -> None:
        """Continue with record `seq`, which was read before; only the file still has it."""
        self._next_seq = seq
        self._file_until = self._taken_until
        self._merged = self._nothing()

    def _send_less(self, error: PayloadTooLarge) -> bool:
        n_records = self._merged.n_records
        if n_records <= 1:
            self._get_stuck(error)
            return False
        self._limit = max(1, n_records // 2)
        self._go_back_to(self._merged.first_seq)
        return True

    def _note_failure(self, error: AssayError) -> None:
        self.trouble = error
        is_passing = isinstance(error, PASSING) or error.get_http_status_code() >= 500
        # Another writer's journal may be the one that creates the run, and be slower than this one.
        is_early = isinstance(error, RunNotFound) and not self._is_creator
        if not is_passing and not is_early:
            self._get_stuck(error)
            return
        self._n_failures += 1
        pause_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2 ** min(self._n_failures, 10))
        self.retry_at = time.monotonic() + pause_s * random.uniform(0.5, 1.0)  # noqa: S311 jitter

    def _get_stuck(self, error: AssayError) -> None:
        self.trouble = error
        self.is_stuck = True
        _logger.warning(
            "The server refuses what run %s logs: %s The records are kept in %s.",
            self.journal.run_id,
            error,
            self.journal.folder,
        )

    def _nothing(self) -> MergedRecords:
        return MergedRecords(self.journal.run_id, self.journal.writer_id, self.journal.rank)
