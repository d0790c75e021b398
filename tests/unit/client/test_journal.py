import os
import stat
import threading

import pytest

from assay.client.journal import Journal
from assay.client.journal_reader import JournalReader
from assay.client.journals import FoundJournal
from assay.client.records import PARAM, TAG
from assay.client.segments import segments_of
from assay.errors import InvalidParameter


@pytest.fixture
def journal(tmp_path):
    journal = Journal(tmp_path / "journal", "run1", tracking_uri="offline:here", owns_run=True)
    yield journal
    journal.close()


def read_all(journal):
    reader = JournalReader(journal.folder, journal.writer_id)
    records = []
    while found := reader.read():
        records += found
    reader.close()
    return records


def full_disk(*_args):
    raise OSError(28, "No space left on device")


def test_records_are_on_disk_when_the_call_returns(journal):
    journal.append_metric("loss", 0.5, 3, 1_700_000_000_000)
    assert read_all(journal)[0][:-1] == ("metric", 1, "loss", 0.5, 3, 1_700_000_000_000)


def test_numbers_count_up_over_all_kinds(journal):
    journal.append_metric("loss", 0.5, 3, 1)
    journal.append(PARAM, "rate", "0.1")
    journal.append_metrics([("a", 1.0), ("b", 2.0)], 4, 2)
    journal.append(TAG, "k", "v")
    assert [record[1] for record in read_all(journal)] == [1, 2, 3, 4, 5]
    assert journal.last_seq == 5


def test_files_are_private(journal):
    journal.append(TAG, "k", "v")
    file = next(journal.folder.glob("*.jsonl"))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(journal.folder.stat().st_mode) == 0o700


def test_the_first_line_says_who_writes(journal):
    journal.append(TAG, "k", "v")
    reader = JournalReader(journal.folder, journal.writer_id)
    reader.read()
    assert reader.header.pid == os.getpid()
    assert reader.header.owns_run
    assert reader.header.run_id == "run1"
    reader.close()


def test_segments_rotate_and_numbers_go_on(tmp_path):
    journal = Journal(tmp_path, "run1", tracking_uri="", segment_bytes=1000)
    for step in range(100):
        journal.append_metric("loss", 0.5, step, 1)
    journal.close()
    assert len(segments_of(journal.folder, journal.writer_id)) > 3
    assert [record[1] for record in read_all(journal)] == list(range(1, 101))


def test_a_journal_goes_on_after_close_in_a_new_segment(journal):
    journal.append(TAG, "k", "1")
    journal.close()
    journal.append(TAG, "k", "2")
    assert [record[1] for record in read_all(journal)] == [1, 2]


def test_a_bad_metric_name_raises_at_the_call_and_writes_nothing(journal):
    with pytest.raises(InvalidParameter):
        journal.append_metric("a(b", 1.0, 0, 1)
    with pytest.raises(InvalidParameter):
        journal.append_metric(["unhashable"], 1.0, 0, 1)
    assert journal.last_seq == 0


def test_many_threads_write_without_gaps(journal):
    def work(name):
        for step in range(300):
            journal.append_metric(name, float(step), step, 1)

    threads = [threading.Thread(target=work, args=(f"m{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = read_all(journal)
    assert [record[1] for record in records] == list(range(1, 2401))
    for name in ("m0", "m7"):
        assert [record[4] for record in records if record[2] == name] == list(range(300))


def test_a_full_disk_never_raises_and_is_counted_with_one_warning(journal, monkeypatch, caplog):
    journal.append(TAG, "k", "1")
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", full_disk)
        for step in range(10):
            journal.append_metric("loss", 0.5, step, 1)
    journal.append(TAG, "k", "2")
    assert journal.n_dropped == 10
    assert len(caplog.records) == 1
    assert [record[1] for record in read_all(journal)] == [1, 2]


def test_a_line_that_was_written_in_part_is_taken_back(journal, monkeypatch):
    journal.append(TAG, "k", "1")
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", lambda fd, data: write(fd, data[:9]))
        journal.append_metric("lost", 1.0, 0, 1)
    journal.append(TAG, "k", "2")
    assert [record[3] for record in read_all(journal)] == ["1", "2"]
    assert journal.n_dropped == 1


def test_a_part_that_cannot_be_taken_back_ends_its_segment(journal, monkeypatch):
    journal.append(TAG, "k", "1")
    write = os.write
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", lambda fd, data: write(fd, data[:9]))
        patched.setattr("assay.client.journal.os.ftruncate", full_disk)
        journal.append_metric("lost", 1.0, 0, 1)
    journal.append(TAG, "k", "2")
    assert [(record[1], record[3]) for record in read_all(journal)] == [(1, "1"), (2, "2")]


@pytest.mark.parametrize("n_bytes", [None, 0, 9])
def test_a_disk_that_is_full_where_a_segment_begins_loses_no_header(tmp_path, monkeypatch, n_bytes):
    journal = Journal(tmp_path, "run1", tracking_uri="http://there")
    write = os.write
    with monkeypatch.context() as patched:
        in_part = full_disk if n_bytes is None else lambda fd, data: write(fd, data[:n_bytes])
        patched.setattr("assay.client.journal.os.write", in_part)
        for _ in range(3):
            journal.append_metric("lost", 1.0, 0, 1)
    journal.append(TAG, "k", "kept")
    journal.close()
    assert journal.n_dropped == 3
    assert journal.segment == 1
    assert [(record[1], record[3]) for record in read_all(journal)] == [(1, "kept")]
    assert FoundJournal(journal.folder, journal.writer_id).header().tracking_uri == "http://there"


def test_what_was_dropped_in_all_is_said_at_the_end(journal, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", full_disk)
        for step in range(10):
            journal.append_metric("loss", 0.5, step, 1)
    journal.close()
    journal.close()
    assert ["10 records" in record.getMessage() for record in caplog.records] == [False, True]


def test_a_folder_that_cannot_be_made_drops_records_and_recovers(tmp_path):
    (tmp_path / "journal").write_text("a file in the way")
    journal = Journal(tmp_path / "journal", "run1", tracking_uri="")
    journal.append_metric("lost", 1.0, 0, 1)
    (tmp_path / "journal").unlink()
    journal.append(TAG, "k", "kept")
    assert journal.n_dropped == 1
    assert [(record[1], record[3]) for record in read_all(journal)] == [(1, "kept")]
    journal.close()


def test_what_is_no_metric_waits_for_room_and_keeps_its_order(journal, monkeypatch, caplog):
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", full_disk)
        journal.append(TAG, "k", "1")
        journal.append_metric("loss", 0.5, 0, 1)
        journal.append(PARAM, "rate", "0.1")
        assert journal.n_dropped == 3
    journal.append_metric("loss", 0.5, 1, 1)
    journal.close()
    assert [record[:3] for record in read_all(journal)] == [
        ("tag", 1, "k"),
        ("param", 2, "rate"),
        ("metric", 3, "loss"),
    ]
    assert journal.n_dropped == 1
    assert journal.take_recent().last_seq == 3


def test_what_waits_is_written_at_the_latest_at_the_end(journal, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", full_disk)
        journal.append(TAG, "k", "1")
    journal.close()
    assert [record[:3] for record in read_all(journal)] == [("tag", 1, "k")]
    assert journal.n_dropped == 0


def test_what_waits_takes_bounded_memory(journal, monkeypatch):
    monkeypatch.setattr("assay.client.journal.MAX_OWED", 3)
    with monkeypatch.context() as patched:
        patched.setattr("assay.client.journal.os.write", full_disk)
        for number in range(5):
            journal.append(TAG, "k", str(number))
    journal.close()
    assert [record[3] for record in read_all(journal)] == ["0", "1", "2"]
    assert journal.n_dropped == 2
