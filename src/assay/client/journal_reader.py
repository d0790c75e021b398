"""Reading journals: one's own while it grows, and those that other processes left behind."""

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec

from assay.client.records import WRITER, Record, WriterHeader, decode_record, decode_records
from assay.client.segments import segment_path, segments_of

SLICE_BYTES: Final = 1024 * 1024


class JournalReader:
    """Gives the records of one writer in order, segment after segment, as often as asked.

    `is_trusted` skips the CRCs: for the journal that this very process writes.
    """

    def __init__(self, folder: Path, writer_id: str, *, is_trusted: bool = False) -> None:
        self.folder: Final = folder
        self.writer_id: Final = writer_id
        self.n_damaged = 0
        self.header: WriterHeader | None = None
        self.next_seq = 1
        self._is_trusted = is_trusted
        self._segment = 0
        self._fd = -1
        self._offset = 0

    def read(self, max_bytes: int = SLICE_BYTES) -> list[Record]:
        """Return the next records, at most about `max_bytes` of lines; none when there are none yet."""
        while True:
            if self._fd < 0 and not self._open_next():
                return []
            records = self._read_segment(max_bytes)
            if records:
                return records
            # Looked for before the last read: a writer never goes back to an older segment.
            if self._following() is None or self._has_more():
                return []
            self._leave()

    def seek(self, seq: int) -> None:
        """Continue from record `seq`; reads from the first segment on and skips what is before."""
        self._leave()
        self._segment = 0
        self.next_seq = seq

    def close(self) -> None:
        """Close the file."""
        self._leave()

    def segments(self) -> list[int]:
        """Return the numbers of the segments that exist, ascending."""
        return segments_of(self.folder, self.writer_id)

    def delete_through(self, segment: int) -> None:
        """Delete all segments up to number `segment`."""
        for number in self.segments():
            if number <= segment:
                with contextlib.suppress(FileNotFoundError):
                    segment_path(self.folder, self.writer_id, number).unlink()

    @property
    def segment(self) -> int:
        """The segment that is read at present."""
        return self._segment

    def _following(self) -> int | None:
        later = [number for number in self.segments() if number > self._segment]
        return later[0] if later else None

    def _open_next(self) -> bool:
        segment = self._following()
        if segment is None:
            return False
        try:
            self._fd = os.open(
                segment_path(self.folder, self.writer_id, segment), os.O_RDONLY | os.O_CLOEXEC
            )
        except FileNotFoundError:
            return False
        self._segment = segment
        self._offset = 0
        return True

    def _leave(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _has_more(self) -> bool:
        data = os.pread(self._fd, SLICE_BYTES, self._offset)
        return b"\n" in data

    def _read_segment(self, max_bytes: int) -> list[Record]:
        """Return records of this segment; loops so that a slice of skipped lines is not the end."""
        while True:
            data = self._read_lines(max_bytes)
            if not data:
                return []
            records = self._decode(data)
            if records:
                return records

    def _read_lines(self, max_bytes: int) -> bytes:
        while True:
            data = os.pread(self._fd, max_bytes, self._offset)
            end = data.rfind(b"\n") + 1
            if end:
                self._offset += end
                return data[:end]
            if len(data) < max_bytes:
                return b""
            max_bytes *= 4

    def _decode(self, data: bytes) -> list[Record]:
        records = self._decode_trusted(data) if self._is_trusted else None
        if records is None:
            records = self._decode_checked(data)
        if records and records[0][0] == WRITER:
            self._note_header(records.pop(0))
        if not records:
            return records
        return self._in_sequence(records)

    def _decode_trusted(self, data: bytes) -> list[Record] | None:
        try:
            return decode_records(data)
        except msgspec.DecodeError:
            return None

    def _decode_checked(self, data: bytes) -> list[Record]:
        records = []
        for line in data.splitlines():
            record = decode_record(line)
            if record is None:
                self.n_damaged += 1
            else:
                records.append(record)
        return records

    def _note_header(self, record: Record) -> None:
        with contextlib.suppress(msgspec.ValidationError):
            self.header = msgspec.convert(record[2], WriterHeader)

    def _in_sequence(self, records: list[Record]) -> list[Record]:
        first, last = records[0][1], records[-1][1]
        if first != self.next_seq or last - first + 1 != len(records):
            records = self._continue_sequence(records)
        if records:
            self.next_seq = records[-1][1] + 1
        return records

    def _continue_sequence(self, records: list[Record]) -> list[Record]:
        """Leave out what was read before; a hole (damaged lines) is jumped over and counted."""
        ordered = sorted(records, key=lambda record: int(record[1]))
        fresh = []
        next_seq = self.next_seq
        for record in ordered:
            if record[1] >= next_seq:
                fresh.append(record)
                next_seq = record[1] + 1
        return fresh
