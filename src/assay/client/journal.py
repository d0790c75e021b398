"""The append-only record of what one process logs to one run.

`<root>/<run_id>/<writer_id>.<segment>.jsonl`, lines as in `records.py`. Invariants: a call that
returned has handed its line to the operating system; one writer per file; sequence numbers have no
gaps; a line that could not be written whole is taken back, its record counted as dropped and its
number given to the next. Metrics that are dropped are lost; other records, few and each the only one of
its kind, wait in memory and are written as soon as the disk takes them. Nothing here raises because of
the disk: training goes on.
"""

import contextlib
import logging
import os
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final
from zlib import crc32

import msgspec

from assay.client.checks import check_metric_key
from assay.client.recent import RecentRecords
from assay.client.records import WRITER, decode_records, encode_record, encode_value
from assay.client.segments import segment_path
from assay.client.writer_identity import header, new_writer_id

SEGMENT_BYTES: Final = 16 * 1024 * 1024
MAX_RECENT: Final = 200_000
MAX_OWED: Final = 10_000
_REPORT_EVERY_S: Final = 60.0
_IN_PART: Final = "the disk took only part of a line"
_logger = logging.getLogger("assay")


class Journal:
    """Appends records; thread-safe, and safe to call from a signal handler.

    What was recorded lately is also kept in memory, as columns, so that the sender of this process
    need not read and parse it again: 28 bytes a value, let go when a segment or two pile up.
    """

    def __init__(
        self,
        folder: Path,
        run_id: str,
        *,
        tracking_uri: str,
        owns_run: bool = False,
        rank: int | None = None,
        segment_bytes: int = SEGMENT_BYTES,
    ) -> None:
        self.folder: Final = folder / run_id
        self.run_id: Final = run_id
        self.writer_id: Final = new_writer_id()
        self.last_seq = 0
        self.n_dropped = 0
        self.segment = 0
        self.owns_run: Final = owns_run
        self.rank: Final = rank
        self._tracking_uri = tracking_uri
        self._segment_bytes = segment_bytes
        self._lock = threading.RLock()
        self._fd = -1
        self._size = 0
        self._synced_seq = 0
        self._reported_s = -_REPORT_EVERY_S
        self._n_reported = 0
        self._known_keys: dict[str, tuple[str, int]] = {}
        self._key_names: list[str] = []
        self._ends: dict[int, int] = {}
        self._recent = RecentRecords(1)
        self._owed: list[tuple[object, ...]] = []

    def append_metric(self, key: str, value: float, step: int, timestamp_ms: int) -> None:
        """Record one metric value; the hot path of everything. A key is checked when first seen."""
        try:
            quoted, number = self._known_keys[key]
        except (KeyError, TypeError):
            quoted, number = self._learn(key)
        text = repr(value) if value - value == 0.0 else encode_value(value)
        with self._lock:
            if self._owed:
                self._settle()
            seq = self.last_seq + 1
            body = f'["metric",{seq},{quoted},{text},{step},{timestamp_ms}'.encode()
            if self._write(b"%b,%d]\n" % (body, crc32(body)), seq):
                recent = self._recent
                recent.keys.append(number)
                recent.values.append(value)
                recent.steps.append(step)
                recent.timestamps.append(timestamp_ms)

    def append_metrics(
        self, metrics: Iterable[tuple[str, float]], step: int, timestamp_ms: int
    ) -> None:
        """Record several metrics of one step with one write."""
        with self._lock:
            if self._owed:
                self._settle()
            seq = self.last_seq
            known = self._known_keys
            lines, numbers, values = [], [], []
            for key, value in metrics:
                seq += 1
                try:
                    quoted, number = known[key]
                except (KeyError, TypeError):
                    quoted, number = self._learn(key)
                text = repr(value) if value - value == 0.0 else encode_value(value)
                body = f'["metric",{seq},{quoted},{text},{step},{timestamp_ms}'.encode()
                lines.append(b"%b,%d]\n" % (body, crc32(body)))
                numbers.append(number)
                values.append(value)
            if lines and self._write(b"".join(lines), seq):
                self._recent.keys.extend(numbers)
                self._recent.values.extend(values)
                self._recent.steps.extend([step] * len(lines))
                self._recent.timestamps.extend([timestamp_ms] * len(lines))

    def append(self, kind: str, *fields: object) -> None:
        """Record anything but a plain metric; `fields` as `records.py` lists them."""
        with self._lock:
            error = self._settle() or self._append(kind, *fields)
            if error is not None:
                if len(self._owed) < MAX_OWED:
                    self._owed.append((kind, *fields))
                self._drop(1, error)

    def take_recent(self) -> RecentRecords:
        """Return, once, what was recorded since the last call; older parts of it may be missing."""
        with self._lock:
            taken, self._recent = self._recent, RecentRecords(self.last_seq + 1)
            taken.last_seq = self.last_seq
            taken.key_names = self._key_names
            return taken

    def last_segment_within(self, seq: int) -> int:
        """Return the number of the last segment that is closed and holds no record after `seq`."""
        ends = list(self._ends.items())
        return max((segment for segment, end in ends if end <= seq), default=0)

    def sync_to_disk(self) -> None:
        """Force what was written so far to the disk, if anything is new."""
        with self._lock:
            if self._fd < 0 or self._synced_seq == self.last_seq:
                return
            self._synced_seq = self.last_seq
            fd = os.dup(self._fd)
        # Outside the lock: a slow disk must not hold up a log call.
        try:
            with contextlib.suppress(OSError):
                os.fsync(fd)
        finally:
            os.close(fd)

    def close(self) -> None:
        """Force everything to disk and close the file; a later append opens a new segment."""
        with self._lock:
            self._settle()
        self.sync_to_disk()
        with self._lock:
            self._close_segment()
            if self.n_dropped > self._n_reported:
                self._n_reported = self.n_dropped
                _logger.warning(
                    "In all, %d records of run %s were dropped, which the journal could not take.",
                    self.n_dropped,
                    self.run_id,
                )

    def _learn(self, key: str) -> tuple[str, int]:
        check_metric_key(key)
        with self._lock:
            known = self._known_keys.get(key)
            if known is None:
                known = msgspec.json.encode(key).decode(), len(self._key_names)
                self._key_names.append(key)
                self._known_keys[key] = known
            return known

    def _settle(self) -> OSError | None:
        """Write what waits for room on the disk, in order; return why it still waits."""
        while self._owed:
            error = self._append(*self._owed[0])
            if error is not None:
                return error
            del self._owed[0]
            self.n_dropped -= 1
        return None

    def _append(self, *fields: object) -> OSError | None:
        kind, *rest = fields
        line = encode_record(str(kind), self.last_seq + 1, *rest)
        error = self._put(line, self.last_seq + 1)
        if error is None:
            self._recent.others += decode_records(line)
        return error

    def _write(self, data: bytes, last_seq: int) -> bool:
        error = self._put(data, last_seq)
        if error is not None:
            self._drop(last_seq - self.last_seq, error)
        return error is None

    def _put(self, data: bytes, last_seq: int) -> OSError | None:
        """Write whole lines that end with record `last_seq`, or nothing; return why nothing."""
        try:
            if self._fd < 0 or self._size > self._segment_bytes:
                self._open_segment()
            if not self._size:
                self._write_header()
            n_written = os.write(self._fd, data)
        except OSError as error:
            return error
        if n_written != len(data):
            self._take_back()
            return OSError(_IN_PART)
        self._size += n_written
        self.last_seq = last_seq
        return None

    def _open_segment(self) -> None:
        self._close_segment()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = segment_path(self.folder, self.writer_id, self.segment + 1)
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        self._fd = os.open(path, flags, 0o600)
        self.segment += 1
        self._size = 0

    def _write_header(self) -> None:
        first_line = encode_record(
            WRITER,
            0,
            header(
                run_id=self.run_id,
                writer_id=self.writer_id,
                segment=self.segment,
                tracking_uri=self._tracking_uri,
                owns_run=self.owns_run,
                rank=self.rank,
            ),
        )
        n_written = os.write(self._fd, first_line)
        if n_written != len(first_line):
            self._take_back()
            raise OSError(_IN_PART)
        self._size = n_written

    def _close_segment(self) -> None:
        if self._fd >= 0:
            with contextlib.suppress(OSError):
                os.close(self._fd)
            self._fd = -1
            self._ends[self.segment] = self.last_seq
            if len(self._recent) > MAX_RECENT:
                # Nobody takes them, and the file has them.
                self._recent = RecentRecords(self.last_seq + 1)

    def _take_back(self) -> None:
        try:
            os.ftruncate(self._fd, self._size)
        except OSError:
            # Readers skip the torn line; a fresh segment keeps it last in its file.
            self._close_segment()

    def _drop(self, n_records: int, error: OSError) -> None:
        self.n_dropped += n_records
        now_s = time.monotonic()
        if now_s - self._reported_s >= _REPORT_EVERY_S:
            self._reported_s = now_s
            self._n_reported = self.n_dropped
            _logger.warning(
                "The journal in %s cannot be written (%s). Training goes on; %d records of run %s "
                "found no room so far.",
                self.folder,
                error,
                self.n_dropped,
                self.run_id,
            )
