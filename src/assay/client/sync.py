"""Delivering journals that lie on disk: written offline, left by a crash, or copied from elsewhere.

What the store has of each writer is asked first, so that a second sync, also of a copy, also while
the run goes on, changes nothing. Files are deleted only where nobody writes them any more and all
of their records have arrived.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec

from assay import settings
from assay.client.capture import vitals
from assay.client.connection import BACKGROUND_PROBE_S, Connection, connection_to
from assay.client.delivery import Delivery, keep_refused
from assay.client.journal_reader import SLICE_BYTES, JournalReader
from assay.client.journals import FoundJournal, JournalState, find_journals, writer_is_dead
from assay.client.merging import MergedRecords
from assay.client.outbox import MAX_RECORDS
from assay.client.segments import delete_folder_if_empty, writers_of
from assay.client.spool import spooled_runs
from assay.client.spool_delivery import deliver_run_files
from assay.client.tracking_uri import current_target, is_tracking_uri_set, target_of
from assay.entities.runs import END_REASON_TAG, RunStatus
from assay.errors import AssayError, InvalidParameter, RunNotFound, SequenceGap
from assay.wire.ingest import RunEnd

_MAX_RESENDS: Final = 5


class JournalReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one journal; `error` says why it was not delivered to its end."""

    run_id: str
    writer_id: str
    n_records: int
    n_sent: int
    n_files: int = 0
    n_refused: int = 0
    n_damaged: int = 0
    is_complete: bool = True
    was_abandoned: bool = False
    error: str | None = None


class SyncReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What a sync did; `n_sent` of `n_records` were new to the store, `n_files` uploaded."""

    target: str
    journals: tuple[JournalReceipt, ...] = ()
    n_files: int = 0

    @property
    def n_runs(self) -> int:
        """How many runs the journals belong to."""
        return len({journal.run_id for journal in self.journals})

    @property
    def n_records(self) -> int:
        """How many records lie in the journals."""
        return sum(journal.n_records for journal in self.journals)

    @property
    def n_sent(self) -> int:
        """How many records the store did not have yet."""
        return sum(journal.n_sent for journal in self.journals)

    @property
    def n_refused(self) -> int:
        """How many records the store refused; they are kept beside their journal."""
        return sum(journal.n_refused for journal in self.journals)

    @property
    def is_complete(self) -> bool:
        """True when every record of every journal has arrived."""
        return all(journal.is_complete for journal in self.journals)

    def __str__(self) -> str:
        lines = [
            f"{self.n_sent} of {self.n_records} records of {self.n_runs} runs were new and are now at "
            f"{self.target}, with {self.n_files} files."
        ]
        lines += [
            f"Run {journal.run_id}, writer {journal.writer_id}: {journal.error}"
            for journal in self.journals
            if journal.error
        ]
        if self.n_refused:
            lines.append(f"{self.n_refused} records were refused; they are kept in the journals.")
        return "\n".join(lines)


def sync(
    path: str | Path,
    to: str | None = None,
    *,
    on_progress: Callable[[JournalReceipt], object] | None = None,
) -> SyncReceipt:
    """Deliver all journals below `path` and return what was done.

    Args:
        path: A root, a journal folder, a run's folder, or any folder above them.
        to: Where to; when None the tracking URI that is set, else where each was meant for.
        on_progress: Called after each journal.

    Raises:
        InvalidParameter: There is no such folder, or the target is itself offline.
        ServerUnreachable: The target does not answer.
    """
    root = _folder(path)
    # Asked before anything is delivered: a journal that has arrived is deleted.
    goals = {
        journal: _target_of(journal) if to is None else to
        for journal in _creators_first(find_journals(root))
    }
    connections: dict[str, Connection] = {}
    receipts = []
    for journal, uri in goals.items():
        connection = connections.get(uri) or connections.setdefault(uri, _connect(uri))
        receipts.append(deliver_journal(journal, connection))
        if on_progress is not None:
            on_progress(receipts[-1])
    n_files = sum(receipt.n_files for receipt in receipts)
    n_files += _deliver_other_files({root: to or ""}, goals, connections)
    targets = ", ".join(sorted({each.target.uri for each in connections.values()}))
    return SyncReceipt(target=targets, journals=tuple(receipts), n_files=n_files)


def _connect(uri: str) -> Connection:
    connection = connection_to(target_of(uri) if uri else current_target())
    if connection.is_offline:
        raise InvalidParameter(
            f"{connection.target.uri!r} is offline: nothing can be delivered there. "
            "Name a server or a folder with `to`."
        )
    connection.learn_kind(BACKGROUND_PROBE_S)
    return connection


def _target_of(journal: FoundJournal) -> str:
    """Return where a journal goes: to the tracking URI that is set, else where it was meant for."""
    header = journal.header()
    if is_tracking_uri_set() or header is None or header.tracking_uri.startswith("offline:"):
        return ""
    return header.tracking_uri


def _deliver_other_files(
    roots: dict[Path, str], goals: Mapping[FoundJournal, str], known: Mapping[str, Connection]
) -> int:
    """Upload files of runs that have no journal any more, below `roots` and where journals lie."""
    roots = roots | {journal.root: uri for journal, uri in goals.items()}
    done = {journal.run_id for journal in goals}
    return sum(
        deliver_run_files(known.get(uri) or _connect(uri), root, run_id)
        for root, uri in roots.items()
        for run_id in spooled_runs(root)
        if run_id not in done
    )


def _folder(path: str | Path) -> Path:
    text = str(path)
    root = Path(text.removeprefix("offline:")).expanduser().absolute()
    if not root.is_dir():
        raise InvalidParameter(f"There is no folder {str(root)!r} to sync.")
    return root


def _creators_first(journals: Iterable[FoundJournal]) -> list[FoundJournal]:
    """Order journals: those that create runs first, the oldest of them, so that parents are known."""

    def place(journal: FoundJournal) -> tuple[bool, int]:
        header = journal.header()
        return not journal.creates_run(), 0 if header is None else header.created_ms

    return sorted(journals, key=place)


def deliver_journal(journal: FoundJournal, connection: Connection) -> JournalReceipt:
    """Deliver one journal and the files of its run; say what was done.

    The journal is deleted last: it alone says where the files belong.
    """
    reader = journal.reader()
    try:
        courier = _Courier(journal, reader, connection.delivery(journal.folder.parent))
        try:
            courier.deliver_all()
            courier.n_files = deliver_run_files(connection, journal.root, journal.run_id)
            courier.delete_delivered()
        except AssayError as error:
            courier.error = f"{error.error_code}: {error.message}"
        return courier.receipt()
    finally:
        reader.close()


class _Courier:
    """Delivers one journal from where the store's copy of it ends."""

    def __init__(self, journal: FoundJournal, reader: JournalReader, delivery: Delivery) -> None:
        self.error: str | None = None
        self.n_files = 0
        self._journal = journal
        self._reader = reader
        self._delivery = delivery
        self._state = JournalState()
        self._delivered_seq = 0
        self._n_sent = 0
        self._n_refused = 0

    def deliver_all(self) -> None:
        """Deliver what the store does not have, and end a run whose writer died."""
        self._delivered_seq = self._mark(self._journal.writer_id)
        self._deliver_new()
        self._state.is_writer_dead = writer_is_dead(self._journal, self._reader.header)
        if not self._state.is_writer_dead:
            return
        # What it wrote between the last read and its death.
        self._deliver_new()
        self._state.header = self._reader.header
        if self._state.was_abandoned and (self._rank or not self._is_superseded()):
            self._end_abandoned()

    def delete_delivered(self) -> None:
        """Delete the journal of a dead writer, all of which has arrived, unless it is to be kept."""
        if self._may_delete():
            self._reader.delete_through(self._reader.segment)
            delete_folder_if_empty(self._journal.folder)

    def _deliver_new(self) -> None:
        while (merged := self._next_batch()) is not None:
            self._send(merged)

    def receipt(self) -> JournalReceipt:
        """Return what was done."""
        return JournalReceipt(
            run_id=self._journal.run_id,
            writer_id=self._journal.writer_id,
            n_records=max(self._state.last_seq, self._delivered_seq),
            n_sent=self._n_sent,
            n_files=self.n_files,
            n_refused=self._n_refused,
            n_damaged=self._reader.n_damaged,
            is_complete=self.error is None,
            was_abandoned=self._state.was_abandoned,
            error=self.error,
        )

    @property
    def _rank(self) -> int | None:
        header = self._reader.header
        return None if header is None else header.rank

    def _mark(self, writer_id: str) -> int:
        try:
            return self._delivery.mark(self._journal.run_id, writer_id)
        except RunNotFound:
            return 0

    def _next_batch(self) -> MergedRecords | None:
        """Return the next records that the store does not have, merged; None at the end."""
        merged = MergedRecords(self._journal.run_id, self._journal.writer_id)
        while merged.n_records < MAX_RECORDS:
            records = self._reader.read(SLICE_BYTES)
            if not records:
                break
            self._state.note(records)
            merged.add([record for record in records if record[1] > self._delivered_seq])
        # Known once something is read.
        merged.rank = self._rank
        return merged if merged.n_records else None

    def _send(self, merged: MergedRecords) -> None:
        # Lines that were damaged leave holes; the store counts on.
        merged.first_seq = self._delivered_seq + 1
        for _ in range(_MAX_RESENDS):
            try:
                receipt = self._delivery.deliver(merged)
                break
            except SequenceGap as gap:
                merged.first_seq = gap.expected_seq
        else:
            raise InvalidParameter("The store cannot follow this journal's numbering.")
        self._n_sent += merged.n_records
        self._delivered_seq = merged.last_seq
        if receipt.refused:
            self._n_refused += len(receipt.refused)
            keep_refused(self._journal.folder, self._journal.writer_id, receipt.refused)

    def _is_superseded(self) -> bool:
        """Return whether a later process has taken the run up again: its end is that one's to say."""
        began_ms = 0 if self._state.header is None else self._state.header.created_ms
        others = (
            FoundJournal(self._journal.folder, writer_id).header()
            for writer_id in writers_of(self._journal.folder)
            if writer_id != self._journal.writer_id
        )
        return any(other and other.owns_run and other.created_ms > began_ms for other in others)

    def _end_abandoned(self) -> None:
        """Record FAILED for a run whose writer died; done once, like everything else.

        Under a writer id of its own: should the writer be alive after all, its numbering goes on.
        """
        writer_id = f"{self._journal.writer_id}-lost"
        if self._mark(writer_id):
            return
        merged = MergedRecords(self._journal.run_id, writer_id, self._rank)
        merged.first_seq = merged.last_seq = 1
        last_write_ms = int(self._journal.last_write_s() * 1000)
        run_id = self._journal.run_id
        root = self._journal.root
        if self._rank:
            merged.end = RunEnd(RunStatus.FAILED, last_write_ms, vitals.UNKNOWN_CAUSE)
            self._delivery.deliver(merged)
            return
        reason = vitals.cause_of_death(root, run_id)
        merged.end = RunEnd(RunStatus.FAILED, last_write_ms, reason)
        merged.tags[END_REASON_TAG] = reason
        self._delivery.deliver(merged)
        vitals.forget(root, run_id)

    def _may_delete(self) -> bool:
        """Return whether the files have served: those written offline are the user's to delete."""
        header = self._reader.header
        return (
            self._state.is_writer_dead
            and header is not None
            and not header.tracking_uri.startswith("offline:")
            and not settings.KEEP_JOURNAL.get()
            and not self._n_refused
            and not self._reader.n_damaged
        )
