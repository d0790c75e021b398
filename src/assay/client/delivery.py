"""Handing merged records to a store, and keeping those that it refuses."""

import contextlib
import os
from pathlib import Path
from typing import Protocol

import msgspec

from assay.client.merging import MergedRecords
from assay.client.transport import Transport
from assay.errors import Conflict, SequenceGap
from assay.wire.chunk import encode_chunk
from assay.wire.ingest import (
    GET_MARK,
    HEARTBEAT,
    INGEST,
    Batch,
    BatchReceipt,
    GetMark,
    Heartbeat,
    RefusedRecord,
)


class Delivery(Protocol):
    """A way to hand records to one kind of store."""

    def deliver(self, merged: MergedRecords) -> BatchReceipt:
        """Hand over `merged` and return what the store says of it."""
        ...

    def mark(self, run_id: str, writer_id: str) -> int:
        """Return the last sequence number of a writer that the store has; 0 for none."""
        ...

    def heartbeat(self, run_id: str) -> None:
        """Tell the store that a run is alive."""
        ...


class NativeDelivery:
    """Delivers to an assay store, exactly once."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def deliver(self, merged: MergedRecords) -> BatchReceipt:
        """Send `merged` as one batch; the store applies it once, however often it is sent."""
        try:
            return self._transport.call(INGEST, batch_of(merged))
        except SequenceGap:
            raise
        except Conflict as error:
            # Over HTTP the answer says that there is a gap, and the mark says where.
            mark = self.mark(merged.run_id, merged.writer_id)
            raise SequenceGap(
                writer_id=merged.writer_id, expected_seq=mark + 1, got_seq=merged.first_seq
            ) from error

    def mark(self, run_id: str, writer_id: str) -> int:
        """Return the last sequence number of a writer that the store has; 0 for none."""
        answer = self._transport.call(GET_MARK, GetMark(run_id=run_id, writer_id=writer_id))
        return answer.applied_seq

    def heartbeat(self, run_id: str) -> None:
        """Tell the store that a run is alive."""
        self._transport.call(HEARTBEAT, Heartbeat(run_id=run_id))


def batch_of(merged: MergedRecords) -> Batch:
    """Return `merged` as it travels to a store of ours."""
    return Batch(
        run_id=merged.run_id,
        writer_id=merged.writer_id,
        first_seq=merged.first_seq,
        last_seq=merged.last_seq,
        create=merged.create,
        attempt=merged.attempt,
        rank=merged.rank,
        metrics=encode_chunk(merged.metrics.columns()) if len(merged.metrics) else b"",
        params=tuple(merged.params),
        amendments=tuple(merged.amendments),
        media=tuple(merged.media),
        tags=merged.set_tags(),
        deleted_tags=merged.deleted_tags(),
        dataset_inputs=tuple(merged.dataset_inputs),
        model_inputs=tuple(merged.model_inputs),
        model_outputs=tuple(merged.model_outputs),
        end=merged.end,
    )


def keep_refused(folder: Path, writer_id: str, refused: tuple[RefusedRecord, ...]) -> None:
    """Append records that the store refused to `<writer_id>.refused.jsonl`."""
    lines = b"".join(msgspec.json.encode(record) + b"\n" for record in refused)
    with contextlib.suppress(OSError):
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        fd = os.open(folder / f"{writer_id}.refused.jsonl", flags, 0o600)
        try:
            os.write(fd, lines)
        finally:
            os.close(fd)
