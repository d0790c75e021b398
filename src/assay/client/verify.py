"""Proving that every record of the journals below a folder has arrived, exactly once."""

from pathlib import Path

import msgspec

from assay.client.connection import BACKGROUND_PROBE_S, Connection, connection_to
from assay.client.journals import FoundJournal, find_journals
from assay.client.records import Record
from assay.client.tracking_uri import current_target, target_of
from assay.errors import AssayError, InvalidParameter, RunNotFound


class JournalProof(msgspec.Struct, frozen=True, kw_only=True):
    """One journal compared with the store.

    Attributes:
        run_id: The run that it belongs to.
        writer_id: Who wrote it.
        n_records: How many records it holds.
        n_arrived: How many of them the store has.
        gaps: Sequence numbers from and to, both included, that the journal itself lacks.
        n_damaged: Lines whose CRC is wrong; a torn last line of a dead process counts here.
        n_refused: Records that the store refused; they are kept beside the journal.
        error: Why the store could not be asked.
    """

    run_id: str
    writer_id: str
    n_records: int
    n_arrived: int
    gaps: tuple[tuple[int, int], ...] = ()
    n_damaged: int = 0
    n_refused: int = 0
    error: str | None = None

    @property
    def is_complete(self) -> bool:
        """True when all records are there and have arrived."""
        return self.n_arrived == self.n_records and not self.gaps and self.error is None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """All journals below a folder compared with the store."""

    target: str
    journals: tuple[JournalProof, ...] = ()

    @property
    def n_records(self) -> int:
        """How many records the journals hold."""
        return sum(journal.n_records for journal in self.journals)

    @property
    def n_arrived(self) -> int:
        """How many of them the store has."""
        return sum(journal.n_arrived for journal in self.journals)

    @property
    def is_complete(self) -> bool:
        """True when nothing is missing anywhere."""
        return all(journal.is_complete for journal in self.journals)

    def __str__(self) -> str:
        gaps = sum(len(journal.gaps) for journal in self.journals)
        lines = [
            f"{self.n_arrived} of {self.n_records} records, {f'{gaps} gaps' if gaps else 'no gaps'}"
        ]
        lines += [_explain(journal) for journal in self.journals if not journal.is_complete]
        return "\n".join(lines)


def verify(path: str | Path, to: str | None = None) -> Proof:
    """Compare all journals below `path` with the store at `to`, or at the current tracking URI.

    Raises:
        InvalidParameter: There is no such folder.
        ServerUnreachable: The store does not answer.
    """
    root = Path(str(path).removeprefix("offline:")).expanduser().absolute()
    if not root.is_dir():
        raise InvalidParameter(f"There is no folder {str(root)!r} to verify.")
    connection = connection_to(current_target() if to is None else target_of(to))
    connection.learn_kind(BACKGROUND_PROBE_S)
    return Proof(
        target=connection.target.uri,
        journals=tuple(_prove(journal, connection) for journal in find_journals(root)),
    )


def _prove(journal: FoundJournal, connection: Connection) -> JournalProof:
    reader = journal.reader()
    seqs: list[int] = []
    gaps: list[tuple[int, int]] = []
    try:
        while records := reader.read():
            gaps += _gaps(seqs[-1] if seqs else 0, records)
            seqs += [record[1] for record in records]
    finally:
        reader.close()
    mark, error = _mark(journal, connection)
    if seqs and gaps and gaps[0][0] == 1 and gaps[0][1] <= mark:
        # Segments that had arrived were deleted while the run went on.
        del gaps[0]
    return JournalProof(
        run_id=journal.run_id,
        writer_id=journal.writer_id,
        n_records=len(seqs),
        n_arrived=sum(seq <= mark for seq in seqs),
        gaps=tuple(gaps),
        n_damaged=reader.n_damaged,
        n_refused=_count_refused(journal),
        error=error,
    )


def _gaps(last_seq: int, records: list[Record]) -> list[tuple[int, int]]:
    gaps = []
    for record in records:
        if record[1] != last_seq + 1:
            gaps.append((last_seq + 1, record[1] - 1))
        last_seq = record[1]
    return gaps


def _mark(journal: FoundJournal, connection: Connection) -> tuple[int, str | None]:
    try:
        delivery = connection.delivery(journal.folder.parent)
        return delivery.mark(journal.run_id, journal.writer_id), None
    except RunNotFound:
        return 0, None
    except AssayError as error:
        return 0, error.message


def _count_refused(journal: FoundJournal) -> int:
    path = journal.folder / f"{journal.writer_id}.refused.jsonl"
    return len(path.read_bytes().splitlines()) if path.is_file() else 0


def _explain(journal: JournalProof) -> str:
    parts = [f"{journal.n_arrived} of {journal.n_records} records arrived"]
    if journal.gaps:
        parts.append(f"{len(journal.gaps)} gaps, the first from record {journal.gaps[0][0]}")
    if journal.error:
        parts.append(journal.error)
    return f"Run {journal.run_id}, writer {journal.writer_id}: {'; '.join(parts)}"
