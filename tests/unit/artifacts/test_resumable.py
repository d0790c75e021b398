"""Uploads to a folder that go on where they broke off."""

import hashlib
import os

import pytest

from assay.artifacts.handles import INCOMING
from assay.artifacts.local import LocalStore
from assay.artifacts.resumable import go_on, n_bytes_received
from assay.errors import ArtifactNotFound, Conflict, InvalidParameter, InvalidPath, Unavailable

UPLOAD = "0123456789abcdef" * 2
WHOLE = bytes(range(256)) * 40
DIGEST = hashlib.sha256(WHOLE).hexdigest()


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path / "root")


def broken(content):
    yield content
    raise ConnectionResetError


def put(store, content, start=0, path="a/file", upload_id=UPLOAD, sha256=DIGEST):
    return go_on(store, path, content, upload_id=upload_id, start=start, sha256=sha256)


def test_what_came_before_a_break_is_kept_and_gone_on_with(store):
    with pytest.raises(ConnectionResetError):
        put(store, broken(WHOLE[:1000]))
    assert n_bytes_received(store, UPLOAD) == 1000
    with pytest.raises(ConnectionResetError):
        put(store, broken(WHOLE[1000:1500]), start=1000)
    stored = put(store, [WHOLE[1500:]], start=1500)
    assert (stored.sha256, stored.size_bytes) == (DIGEST, len(WHOLE))
    assert b"".join(store.read("a/file")) == WHOLE
    assert n_bytes_received(store, UPLOAD) == 0
    assert list((store.root / INCOMING).iterdir()) == []


def test_nothing_is_visible_before_it_is_whole(store):
    with pytest.raises(ConnectionResetError):
        put(store, broken(WHOLE[:1000]))
    with pytest.raises(ArtifactNotFound):
        store.stat("a/file")
    assert store.list("") == []


@pytest.mark.parametrize("start", [0, 999, 1001])
def test_going_on_elsewhere_than_where_it_broke_is_refused(store, start):
    with pytest.raises(ConnectionResetError):
        put(store, broken(WHOLE[:1000]))
    with pytest.raises(Conflict, match="1000 bytes"):
        put(store, [WHOLE[start:]], start=start)
    assert n_bytes_received(store, UPLOAD) == 1000


def test_a_whole_with_another_digest_is_forgotten(store):
    with pytest.raises(InvalidParameter, match="SHA-256"):
        put(store, [b"something else"])
    assert n_bytes_received(store, UPLOAD) == 0
    put(store, [WHOLE])


def test_two_connections_cannot_write_one_upload(store):
    def content():
        yield WHOLE[:1000]
        with pytest.raises(Unavailable):
            put(store, [WHOLE[1000:]], start=1000)
        yield WHOLE[1000:]

    assert put(store, content()).sha256 == DIGEST


@pytest.mark.parametrize("upload_id", ["", "..", "x" * 32, "../../etc", "0" * 31, "A" * 32])
def test_an_id_of_another_form_is_refused(store, upload_id):
    with pytest.raises(InvalidParameter):
        put(store, [WHOLE], upload_id=upload_id)
    with pytest.raises(InvalidParameter):
        n_bytes_received(store, upload_id)


def test_a_path_outside_is_refused(store):
    with pytest.raises(InvalidPath):
        put(store, [WHOLE], path="../x")


def test_a_link_in_its_place_is_not_followed(store, tmp_path):
    put(store, [WHOLE])
    (store.root / INCOMING / f"resume-{UPLOAD}").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic"):
        put(store, [WHOLE])
    assert not (tmp_path / "elsewhere").exists()


def test_what_nobody_goes_on_with_is_swept_away(store):
    with pytest.raises(ConnectionResetError):
        put(store, broken(WHOLE[:1000]))
    os.utime(store.root / INCOMING / f"resume-{UPLOAD}", (1, 1))
    put(store, [WHOLE], path="other", upload_id="f" * 32)
    assert n_bytes_received(store, UPLOAD) == 0
