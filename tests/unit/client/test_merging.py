from hypothesis import given
from hypothesis import strategies as st

from assay.client.merging import MergedRecords
from assay.client.records import decode_record, encode_record, encode_value
from assay.entities.runs import RunStatus, RunTag
from assay.wire.chunk import metrics_of
from assay.wire.ingest import RunCreation, RunEnd
from strategies import bits_of, histories


def read(kind, seq, *fields):
    return decode_record(encode_record(kind, seq, *fields).rstrip(b"\n"))


def as_logged(value):
    text = encode_value(value)
    return text.strip('"') if text.startswith('"') else float(text)


@given(histories(), st.lists(st.integers(1, 20), max_size=5))
def test_metrics_stay_as_they_were_logged_however_they_are_sliced(points, cuts):
    records = [
        ("metric", seq, f"k{point[0] % 3}", as_logged(point[2]), point[0], point[1], 0)
        for seq, point in enumerate(points, start=1)
    ]
    merged = MergedRecords("run", "writer")
    start = 0
    for cut in [*cuts, len(records)]:
        merged.add(records[start : start + cut])
        start += cut
    found = metrics_of(merged.metrics.columns())
    assert [(m.key, m.step, m.timestamp, bits_of(m.value)) for m in found] == [
        (f"k{step % 3}", step, timestamp, bits_of(value)) for step, timestamp, value in points
    ]
    assert merged.n_records == len(points)


def test_the_last_word_on_a_tag_counts():
    merged = MergedRecords("run", "writer")
    merged.add(
        [
            read("tag", 1, "a", "1"),
            read("delete_tag", 2, "a"),
            read("tag", 3, "b", "1"),
            read("delete_tag", 4, "b"),
            read("tag", 5, "b", "2"),
        ]
    )
    assert merged.set_tags() == (RunTag("b", "2"),)
    assert merged.deleted_tags() == ("a",)


def test_kinds_are_told_apart_in_one_slice():
    creation = RunCreation(run_name="n", start_time=1)
    merged = MergedRecords("run", "writer")
    merged.add(
        [
            read("create", 1, creation),
            read("metric", 2, "m", 1.5, 1, 2),
            read("param", 3, "p", "v"),
            read("model_metric", 4, "m", "NaN", 2, 3, "m-1", None, None),
            read("end", 5, RunEnd(RunStatus.FINISHED, 9)),
        ]
    )
    assert merged.create == creation
    assert merged.end == RunEnd(RunStatus.FINISHED, 9)
    assert merged.is_urgent
    assert [(param.seq, param.param.key) for param in merged.params] == [(3, "p")]
    assert [(m.key, m.step, m.model_id) for m in metrics_of(merged.metrics.columns())] == [
        ("m", 1, None),
        ("m", 2, "m-1"),
    ]
    assert (merged.first_seq, merged.last_seq) == (1, 5)


def test_an_unknown_kind_of_a_later_version_is_passed_over():
    merged = MergedRecords("run", "writer")
    merged.add([read("hologram", 1, {"x": 1})])
    assert merged.n_records == 1
