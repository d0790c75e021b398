import os
import time

import pytest

from assay.client.journal import Journal
from assay.client.journal_reader import JournalReader
from assay.client.records import CREATE, TAG, SpooledArtifact
from assay.client.sender import Sender
from assay.errors import (
    InvalidParameter,
    PayloadTooLarge,
    RemoteError,
    RunNotFound,
    SequenceGap,
    ServerUnreachable,
    TooManyRequests,
    Unavailable,
)
from assay.wire.ingest import RefusedRecord, RunCreation
from deliveries import LostAnswer, RecordingDelivery

CREATION = RunCreation(run_name="n", start_time=1)


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start senders over given deliveries; they are stopped at the end."""
    monkeypatch.setattr("assay.client.outbox._FIRST_PAUSE_S", 0.001)
    senders = []

    def begin(delivery, *, keeps_journals=False, open_delivery=None, deliver_files=None):
        journal = Journal(tmp_path, "run1", tracking_uri="", segment_bytes=2000, owns_run=True)
        sender = Sender(
            open_delivery or (lambda: delivery),
            deliver_files or (lambda run_id, files: None),
            keeps_journals=keeps_journals,
        )
        senders.append(sender)
        return sender, journal, sender.add(journal)

    yield begin
    for sender in senders:
        sender.close(5.0)


def log(journal, n_values, first=0):
    for step in range(first, first + n_values):
        journal.append_metric("loss", float(step), step, 1)


def test_everything_arrives_once_and_in_order(start):
    delivery = RecordingDelivery()
    sender, journal, _ = start(delivery)
    log(journal, 500)
    assert sender.flush(10)
    log(journal, 500, first=500)
    assert sender.flush(10)
    assert delivery.values == [float(step) for step in range(1000)]


@pytest.mark.parametrize(
    "failure",
    [
        Unavailable("restarting"),
        TooManyRequests("slow down"),
        RemoteError("garbage", "INTERNAL_ERROR", 502),
        RunNotFound("run1"),
        LostAnswer(Unavailable("the answer was lost")),
    ],
    ids=lambda failure: type(failure).__name__,
)
def test_what_passes_is_tried_again_until_it_arrives_once(start, failure):
    delivery = RecordingDelivery([failure] * 3)
    sender, journal, _ = start(delivery)
    log(journal, 100)
    assert sender.flush(10)
    assert delivery.values == [float(step) for step in range(100)]


def test_a_gap_is_filled_from_the_journal(start):
    delivery = RecordingDelivery()
    sender, journal, _ = start(delivery, keeps_journals=True)
    log(journal, 50)
    assert sender.flush(10)
    # The store was set back to an older copy.
    delivery.marks[journal.writer_id] = 10
    delivery.batches.clear()
    log(journal, 50, first=50)
    assert sender.flush(10)
    assert delivery.values == [float(step) for step in range(10, 100)]


def test_a_store_that_knows_more_is_believed(start):
    delivery = RecordingDelivery(
        [SequenceGap(writer_id="w", expected_seq=1000, got_seq=1)],
    )
    sender, journal, outbox = start(delivery)
    log(journal, 10)
    assert sender.flush(10)
    assert delivery.batches == []
    assert outbox.delivered_seq == 999


def test_too_large_a_batch_is_cut_in_two(start):
    delivery = RecordingDelivery([PayloadTooLarge("too large")] * 3)
    sender, journal, _ = start(delivery)
    log(journal, 64)
    assert sender.flush(10)
    assert delivery.values == [float(step) for step in range(64)]
    assert max(merged.n_records for merged in delivery.batches) < 64


def test_a_batch_that_is_refused_stays_in_the_journal_with_a_warning(start, caplog):
    delivery = RecordingDelivery([InvalidParameter("no such experiment")])
    sender, journal, outbox = start(delivery)
    journal.append(CREATE, CREATION)
    assert not sender.flush(10)
    assert "no such experiment" in caplog.text
    assert outbox.n_waiting == 1
    assert sender.flush(10), "the next flush tries again"


def test_refused_records_are_written_beside_the_journal(start):
    delivery = RecordingDelivery()
    delivery.refuses = [RefusedRecord(seq=1, error_code="X", message="no")]
    sender, journal, outbox = start(delivery)
    log(journal, 3)
    assert sender.flush(10)
    kept = journal.folder / f"{journal.writer_id}.refused.jsonl"
    assert b'"seq":1' in kept.read_bytes()
    assert outbox.n_refused == 1


def test_delivered_segments_are_deleted_and_the_folder_after_the_end(start):
    sender, journal, _ = start(RecordingDelivery())
    log(journal, 200)
    assert sender.flush(10)
    assert len(list(journal.folder.iterdir())) == 1
    journal.close()
    sender.finish(journal)
    sender.wait_finished(10)
    assert not journal.folder.exists()


def test_journals_are_kept_when_asked_for(start):
    sender, journal, _ = start(RecordingDelivery(), keeps_journals=True)
    log(journal, 200)
    journal.close()
    sender.finish(journal)
    assert sender.flush(10)
    reader = JournalReader(journal.folder, journal.writer_id)
    assert reader.read()[0][1] == 1
    reader.close()


def test_flush_gives_up_soon_when_the_server_was_never_reached(start):
    def unreachable():
        raise ServerUnreachable("nobody there")

    sender, journal, outbox = start(None, open_delivery=unreachable)
    log(journal, 10)
    began = time.monotonic()
    assert not sender.flush(60)
    assert time.monotonic() - began < 30
    assert outbox.n_waiting == 10


def test_flush_is_bounded_when_the_server_went_away(start):
    delivery = RecordingDelivery()
    sender, journal, outbox = start(delivery)
    log(journal, 1)
    assert sender.flush(10)
    delivery.failures = [ServerUnreachable("gone")] * 100_000
    log(journal, 1)
    assert not sender.flush(0.2)
    assert outbox.n_waiting == 1


def test_a_sender_that_stumbles_goes_on(start, caplog, monkeypatch):
    monkeypatch.setattr("assay.client.sender._STUMBLE_PAUSE_S", 0.001)
    delivery = RecordingDelivery([RuntimeError("a bug")])
    sender, journal, _ = start(delivery)
    log(journal, 5)
    assert sender.flush(10)
    assert "a bug" in caplog.text
    assert delivery.values == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_files_that_wait_are_uploaded_after_their_record(start):
    uploaded = []
    sender, journal, _ = start(
        RecordingDelivery(), deliver_files=lambda run_id, files: uploaded.extend(files)
    )
    spooled = SpooledArtifact(spool_path="spool/x", path="a.txt", sha256="00", size_bytes=1)
    journal.append("artifact", spooled)
    assert sender.flush(10)
    assert uploaded == [spooled]


def test_the_creation_of_a_run_is_not_held_back(start):
    delivery = RecordingDelivery()
    sender, journal, _ = start(delivery)
    journal.append(CREATE, CREATION)
    journal.append(TAG, "k", "v")
    sender.wake()
    deadline = time.monotonic() + 10
    while not delivery.batches:
        assert time.monotonic() < deadline
        os.sched_yield()
    assert delivery.batches[0].create == CREATION
