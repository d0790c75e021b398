"""Finding the journals that lie below a folder: of running processes, dead ones, and copies."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from assay.client.journal_reader import JournalReader
from assay.client.records import CREATE, END, Record, WriterHeader
from assay.client.segments import segment_path, segments_of, writers_of
from assay.client.writer_identity import is_dead

_HEAD_BYTES: Final = 64 * 1024
_SKIPPED: Final = frozenset({".git", "artifacts", "node_modules", "__pycache__"})


class FoundJournal(msgspec.Struct, frozen=True):
    """A journal on disk: the folder of its run, and its writer."""

    folder: Path
    writer_id: str

    @property
    def run_id(self) -> str:
        """The run that the journal belongs to: its folder's name."""
        return self.folder.name

    @property
    def root(self) -> Path:
        """The folder that holds the journals, and beside them the files that wait."""
        return self.folder.parent.parent

    def reader(self) -> JournalReader:
        """Return a reader that checks every line."""
        return JournalReader(self.folder, self.writer_id)

    def header(self) -> WriterHeader | None:
        """Return what the journal says of its writer."""
        reader = self.reader()
        try:
            reader.read(_HEAD_BYTES)
            return reader.header
        finally:
            reader.close()

    def creates_run(self) -> bool:
        """Return whether the journal begins with the creation of its run."""
        reader = self.reader()
        try:
            records = reader.read(_HEAD_BYTES)
            return bool(records) and records[0][0] == CREATE
        finally:
            reader.close()

    def last_write_s(self) -> float:
        """Return when the journal was last written, in seconds since the epoch."""
        times = [
            segment_path(self.folder, self.writer_id, number).stat().st_mtime
            for number in segments_of(self.folder, self.writer_id)
        ]
        return max(times, default=0.0)


class JournalState(msgspec.Struct):
    """What reading a journal to its end has shown."""

    header: WriterHeader | None = None
    last_seq: int = 0
    has_ended: bool = False
    is_writer_dead: bool = False

    def note(self, records: list[Record]) -> None:
        """Take in further records."""
        for record in records:
            if record[0] == END:
                self.has_ended = record[2].get("end_time") is not None
        if records:
            self.last_seq = records[-1][1]

    @property
    def was_abandoned(self) -> bool:
        """True when the writer, which began the run or is a rank of it, died without ending it."""
        header = self.header
        ends = header is not None and (header.owns_run or header.rank is not None)
        return self.is_writer_dead and ends and not self.has_ended


def find_journals(path: Path) -> list[FoundJournal]:
    """Return the journals below `path`, by run; `path` may be a root, a journal folder or a run's."""
    found = []
    for folder in _folders(path):
        found += [FoundJournal(folder, writer_id) for writer_id in writers_of(folder)]
    return sorted(found, key=lambda journal: (str(journal.folder), journal.writer_id))


def _folders(path: Path) -> Iterator[Path]:
    for folder, names, _ in os.walk(path):
        names[:] = [name for name in names if name not in _SKIPPED]
        yield Path(folder)


def writer_is_dead(journal: FoundJournal, header: WriterHeader | None) -> bool:
    """Return whether the process that writes `journal` is gone."""
    return is_dead(header, last_write_s=journal.last_write_s())
