"""Journals: a batch applied exactly once, how far a writer has come, and signs of life."""

from sqlalchemy import Connection

from assay.server.routing import batches, reads, writes
from assay.server.services import Services
from assay.store import runs
from assay.store.batches import get_mark
from assay.store.ingest import ingest_runs, journal_batch
from assay.store.run_batch import RunBatch
from assay.wire import ingest as wire
from assay.wire.endpoint import Empty


def _ingest(_services: Services, request: wire.Batch) -> RunBatch:
    return journal_batch(request)


def _receipt(receipt: wire.BatchReceipt) -> wire.BatchReceipt:
    return receipt


def _ingest_runs(
    _services: Services, conn: Connection, request: wire.Batches
) -> wire.BatchReceipts:
    return ingest_runs(conn, request)


def _get_mark(_services: Services, conn: Connection, request: wire.GetMark) -> wire.Mark:
    return wire.Mark(applied_seq=get_mark(conn, request.run_id, request.writer_id))


def _heartbeat(services: Services, conn: Connection, request: wire.Heartbeat) -> Empty:
    runs.heartbeat(conn, request.run_id, now_ms=services.now_ms())
    return Empty()


ROUTES = (
    batches(wire.INGEST, _ingest, _receipt),
    writes(wire.INGEST_RUNS, _ingest_runs),
    reads(wire.GET_MARK, _get_mark),
    writes(wire.HEARTBEAT, _heartbeat),
)
