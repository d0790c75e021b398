from hypothesis import given
from hypothesis import strategies as st

from assay.client.journal import Journal
from assay.client.journal_reader import JournalReader
from assay.client.records import TAG
from assay.client.segments import segment_path


def written(folder, n_records, **options):
    journal = Journal(folder, "run1", tracking_uri="", **options)
    for number in range(n_records):
        journal.append(TAG, "k", str(number))
    journal.close()
    return journal


def reader_of(journal, **options):
    return JournalReader(journal.folder, journal.writer_id, **options)


def seqs(reader, **options):
    found = []
    while records := reader.read(**options):
        found += [record[1] for record in records]
    return found


@given(st.integers(40, 5000), st.integers(0, 50), st.booleans())
def test_slices_of_any_size_give_every_record_once(tmp_path_factory, max_bytes, n_records, trusted):
    journal = written(tmp_path_factory.mktemp("j"), n_records, segment_bytes=700)
    reader = reader_of(journal, is_trusted=trusted)
    assert seqs(reader, max_bytes=max_bytes) == list(range(1, n_records + 1))
    reader.close()


def test_a_growing_journal_is_followed(tmp_path):
    journal = Journal(tmp_path, "run1", tracking_uri="", segment_bytes=300)
    reader = reader_of(journal)
    assert reader.read() == []
    for number in range(30):
        journal.append(TAG, "k", str(number))
        assert seqs(reader) == [number + 1]
    journal.close()
    reader.close()


def test_a_torn_last_line_is_not_read(tmp_path):
    journal = written(tmp_path, 3)
    path = segment_path(journal.folder, journal.writer_id, 1)
    path.write_bytes(path.read_bytes()[:-5])
    reader = reader_of(journal)
    assert seqs(reader) == [1, 2]
    reader.close()


def test_a_damaged_line_is_left_out_and_counted(tmp_path):
    journal = written(tmp_path, 3)
    path = segment_path(journal.folder, journal.writer_id, 1)
    path.write_bytes(path.read_bytes().replace(b'["tag",2', b'["tag",9'))
    reader = reader_of(journal)
    assert seqs(reader) == [1, 3]
    assert reader.n_damaged == 1
    reader.close()


def test_garbage_between_lines_is_survived_also_by_the_trusting_reader(tmp_path):
    journal = written(tmp_path, 3)
    path = segment_path(journal.folder, journal.writer_id, 1)
    path.write_bytes(path.read_bytes().replace(b'["tag",2', b'\xff\x00 no json\n["tag",2'))
    reader = reader_of(journal, is_trusted=True)
    assert seqs(reader) == [1, 2, 3]
    reader.close()


def test_seek_goes_back_and_forth(tmp_path):
    journal = written(tmp_path, 40, segment_bytes=500)
    reader = reader_of(journal)
    assert seqs(reader)[-1] == 40
    reader.seek(17)
    assert seqs(reader) == list(range(17, 41))
    reader.close()


def test_deleted_segments_are_passed_over(tmp_path):
    journal = written(tmp_path, 40, segment_bytes=500)
    reader = reader_of(journal)
    reader.delete_through(2)
    found = seqs(reader)
    assert found[0] > 1
    assert found == list(range(found[0], 41))
    reader.close()
