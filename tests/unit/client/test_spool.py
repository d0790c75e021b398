"""Files that wait: whole or not there, delivered once, whatever happens in between."""

import pytest

from assay.artifacts.local import LocalStore
from assay.client.spool import (
    deliver_spool,
    deliver_spooled,
    read_spooled,
    spool_file,
    spooled_files,
    spooled_runs,
)
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath, Unavailable

RUN = "a" * 32


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


@pytest.fixture
def store(tmp_path):
    return LocalStore(tmp_path / "store")


class AwayStore(LocalStore):
    def write(self, path, content, *, sha256=None):
        raise Unavailable("away")


def test_spooled_file_is_delivered_and_forgotten(root, store):
    spooled = spool_file(root, RUN, "d/a.txt", [b"con", b"tent"])
    assert (spooled.path, spooled.size_bytes) == ("d/a.txt", 7)
    assert (root / spooled.spool_path).read_bytes() == b"content"
    assert deliver_spool(root, RUN, store) == 1
    assert b"".join(store.read("d/a.txt")) == b"content"
    assert spooled_files(root, RUN) == []
    assert spooled_runs(root) == []


def test_delivering_again_changes_nothing(root, store):
    spooled = spool_file(root, RUN, "a", [b"1"])
    deliver_spooled(root, spooled, store)
    store.write("a", [b"newer"])
    deliver_spooled(root, spooled, store)
    assert b"".join(store.read("a")) == b"newer"


def test_later_content_of_a_path_wins(root, store):
    for content in (b"first", b"second", b"third"):
        spool_file(root, RUN, "a", [content])
    assert b"".join(read_spooled(root, RUN, "a")) == b"third"
    assert deliver_spool(root, RUN, store) == 3
    assert b"".join(store.read("a")) == b"third"


def test_file_stays_while_the_store_is_away(root, store, tmp_path):
    spool_file(root, RUN, "a", [b"1"])
    with pytest.raises(Unavailable):
        deliver_spool(root, RUN, AwayStore(tmp_path / "away"))
    assert deliver_spool(root, RUN, store) == 1


def test_runs_with_waiting_files_are_listed(root):
    spool_file(root, RUN, "a", [b"1"])
    spool_file(root, "b" * 32, "a", [b"1"])
    assert spooled_runs(root) == [RUN, "b" * 32]
    with pytest.raises(ArtifactNotFound):
        read_spooled(root, RUN, "other")


@pytest.mark.parametrize("path", ["../x", "/x", ""])
def test_path_outside_the_run_is_refused(root, path):
    with pytest.raises(InvalidPath):
        spool_file(root, RUN, path, [b"1"])


def test_run_id_of_another_form_is_refused(root):
    with pytest.raises(InvalidParameter):
        spool_file(root, "../..", "a", [b"1"])
    with pytest.raises(InvalidParameter):
        spooled_files(root, "../..")
