"""Uploads in parts: nothing shows before the end, and nothing but the right parts makes a file."""

import os

import pytest

from assay.artifacts.handles import INCOMING
from assay.artifacts.local import LocalStore
from assay.artifacts.multipart import abort_upload, complete_upload, create_upload, write_part
from assay.errors import InvalidParameter, InvalidPath


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path)


def hidden(store):
    return sorted(entry.name for entry in (store.root / INCOMING).iterdir())


def test_parts_make_the_file_in_the_order_of_their_numbers(store):
    upload_id = create_upload(store, "a/big", n_parts=2)
    second = write_part(store, upload_id, number=2, content=[b"two"])
    first = write_part(store, upload_id, number=1, content=[b"one "])
    assert store.list("") == []
    complete_upload(store, upload_id, path="a/big", etags={2: second.etag, 1: f'"{first.etag}"'})
    assert b"".join(store.read("a/big")) == b"one two"
    assert hidden(store) == []


def test_part_sent_again_replaces_the_first_try(store):
    upload_id = create_upload(store, "big", n_parts=1)
    write_part(store, upload_id, number=1, content=[b"wrong"])
    again = write_part(store, upload_id, number=1, content=[b"right"])
    complete_upload(store, upload_id, path="big", etags={1: again.etag})
    assert b"".join(store.read("big")) == b"right"


def test_part_that_did_not_arrive_or_is_another_stops_completion(store):
    upload_id = create_upload(store, "big", n_parts=2)
    write_part(store, upload_id, number=1, content=[b"one"])
    with pytest.raises(InvalidParameter, match="Part 2 has not arrived"):
        complete_upload(store, upload_id, path="big", etags={1: "", 2: ""})
    with pytest.raises(InvalidParameter, match="not the one"):
        complete_upload(store, upload_id, path="big", etags={1: "other"})
    with pytest.raises(InvalidParameter, match="at least one part"):
        complete_upload(store, upload_id, path="big", etags={})
    with pytest.raises(InvalidParameter, match="another path"):
        complete_upload(store, upload_id, path="other", etags={1: ""})
    assert store.list("") == []


def test_abort_forgets_everything_and_may_be_repeated(store):
    upload_id = create_upload(store, "big", n_parts=1)
    write_part(store, upload_id, number=1, content=[b"one"])
    abort_upload(store, upload_id)
    abort_upload(store, upload_id)
    assert hidden(store) == []
    with pytest.raises(InvalidParameter, match="no upload"):
        write_part(store, upload_id, number=1, content=[b"one"])


@pytest.mark.parametrize("upload_id", ["", "..", "x" * 32, "../../etc", "0" * 31, "0" * 33])
def test_id_of_another_form_is_refused(store, upload_id):
    with pytest.raises(InvalidParameter):
        write_part(store, upload_id, number=1, content=[b"x"])
    with pytest.raises(InvalidParameter):
        abort_upload(store, upload_id)


@pytest.mark.parametrize("number", [0, -1, 10_001])
def test_part_number_out_of_range_is_refused(store, number):
    upload_id = create_upload(store, "big", n_parts=1)
    with pytest.raises(InvalidParameter):
        write_part(store, upload_id, number=number, content=[b"x"])


def test_bad_target_or_count_is_refused(store):
    with pytest.raises(InvalidPath):
        create_upload(store, "../x", n_parts=1)
    with pytest.raises(InvalidParameter):
        create_upload(store, "x", n_parts=0)
    with pytest.raises(InvalidParameter):
        create_upload(store, "x", n_parts=10_001)


def test_new_upload_sweeps_away_stale_ones(store):
    stale = create_upload(store, "old", n_parts=1)
    os.utime(store.root / INCOMING / f"mpu-{stale}", (1, 1))
    fresh = create_upload(store, "new", n_parts=1)
    assert hidden(store) == [f"mpu-{fresh}"]
