"""Moving trees: nothing is trusted, nothing is moved twice, nothing half is left."""

import hashlib
import io
import os

import pytest

from assay.artifacts import transfer
from assay.artifacts.content import FileContent, is_replayable, sha256_of, size_of
from assay.artifacts.local import LocalStore
from assay.entities.artifacts import FileInfo
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath


class CountingStore(LocalStore):
    """A folder that remembers what was read and written."""

    def __init__(self, root):
        super().__init__(root)
        self.written = []
        self.was_read = []

    def write(self, path, content, *, sha256=None):
        self.written.append(path)
        return super().write(path, content, sha256=sha256)

    def read(self, path, *, start=0, end=None):
        self.was_read.append(path)
        return super().read(path, start=start, end=end)


class LyingStore(LocalStore):
    """A store that lists what it is told to."""

    def __init__(self, root, listed):
        super().__init__(root)
        self.listed = listed

    def list(self, path):
        return self.listed if path in {"", "a"} else []

    def read(self, path, *, start=0, end=None):
        return iter([b"evil"])


@pytest.fixture
def store(tmp_path):
    return CountingStore(tmp_path / "store")


def nothing(_n_bytes):
    pass


def send(store, file, path):
    content = FileContent(file)
    transfer.send_file(store, path, content, digest=sha256_of(content), advance=nothing)


def test_local_tree_lists_every_file_below_the_target(tmp_path):
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "b").write_bytes(b"22")
    (tmp_path / "tree" / "sub" / "a").write_bytes(b"1")
    moves = transfer.local_tree(tmp_path / "tree", "to")
    assert [(move.path, move.size_bytes) for move in moves] == [("to/b", 2), ("to/sub/a", 1)]


def test_local_name_that_cannot_be_stored_is_refused_before_anything_moves(tmp_path):
    (tmp_path / "a\\b").write_bytes(b"")
    with pytest.raises(InvalidPath):
        transfer.local_tree(tmp_path, "")


def test_large_file_that_is_there_is_not_sent_again(store, tmp_path):
    (tmp_path / "big").write_bytes(os.urandom(transfer.LARGE_BYTES))
    send(store, tmp_path / "big", "big")
    send(store, tmp_path / "big", "big")
    assert store.written == ["big"]


def test_changed_file_is_sent_again(store, tmp_path):
    (tmp_path / "big").write_bytes(b"1" * transfer.LARGE_BYTES)
    send(store, tmp_path / "big", "big")
    (tmp_path / "big").write_bytes(b"2" * transfer.LARGE_BYTES)
    send(store, tmp_path / "big", "big")
    assert b"".join(store.read("big"))[:1] == b"2"


def test_repeated_download_fetches_only_what_is_missing(store, tmp_path):
    store.write("d/big", [b"x" * transfer.LARGE_BYTES])
    store.write("d/other", [b"y" * transfer.LARGE_BYTES])
    transfer.download(store, "d", tmp_path / "out")
    (tmp_path / "out" / "d" / "other").unlink()
    store.was_read.clear()
    transfer.download(store, "d", tmp_path / "out")
    assert store.was_read == ["d/other"]


def test_download_of_nothing_is_not_found(store, tmp_path):
    with pytest.raises(ArtifactNotFound):
        transfer.download(store, "missing", tmp_path)
    assert transfer.download(store, "", tmp_path / "empty") == tmp_path / "empty"


@pytest.mark.parametrize(
    "path",
    ["../evil", "/evil", "a/../../evil", "b/evil", "a/b/evil", "a", "evil", "a/..", "a\\b", "a/\0"],
)
@pytest.mark.parametrize("is_dir", [True, False])
def test_listing_that_leads_elsewhere_is_refused_before_anything_is_written(tmp_path, path, is_dir):
    store = LyingStore(tmp_path / "store", [FileInfo(path=path, is_dir=is_dir, file_size=4)])
    out = tmp_path / "out"
    out.mkdir()
    with pytest.raises(InvalidPath):
        transfer.download(store, "a", out)
    assert list(out.iterdir()) == []
    assert not (tmp_path / "evil").exists()


def test_listing_without_end_is_refused(tmp_path, monkeypatch):
    class Endless(LocalStore):
        def list(self, path):
            return [FileInfo(path=f"{path}/x" if path else "x", is_dir=True)]

    with pytest.raises((InvalidParameter, InvalidPath)):
        transfer.download(Endless(tmp_path), "", tmp_path / "out")
    monkeypatch.setattr(transfer, "MAX_FILES", 3)
    listed = [FileInfo(path=f"a/{number}", is_dir=False) for number in range(5)]
    with pytest.raises(InvalidParameter, match="more than 3 files"):
        transfer.download(LyingStore(tmp_path, listed), "a", tmp_path / "out")


def test_file_of_another_size_than_listed_is_not_kept(tmp_path):
    store = LyingStore(tmp_path / "store", [FileInfo(path="a/file", is_dir=False, file_size=1000)])
    with pytest.raises(InvalidParameter, match="1000 bytes"):
        transfer.download(store, "a", tmp_path / "out")
    assert not (tmp_path / "out" / "a" / "file").exists()


def test_link_in_the_destination_is_not_followed(store, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out" / "d").symlink_to(tmp_path / "elsewhere")
    store.write("d/file", [b"x"])
    with pytest.raises(InvalidParameter):
        transfer.download(store, "d", tmp_path / "out")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_first_failure_stops_the_rest_and_is_raised(tmp_path):
    for number in range(50):
        (tmp_path / f"{number:02}").write_bytes(b"x")
    moved = []

    def move(each, _advance):
        moved.append(each.path)
        raise OSError("broken")

    with pytest.raises(OSError, match="broken"):
        transfer.move_all(transfer.local_tree(tmp_path, ""), move, title="Moving")
    assert len(moved) < 50


def test_progress_is_shown_on_a_terminal_for_many_files(tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for number in range(25):
        (tmp_path / f"{number}").write_bytes(b"x" * 10)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    moves = transfer.local_tree(tmp_path, "")
    transfer.move_all(moves, lambda each, advance: advance(each.size_bytes), title="Uploading")
    assert "Uploading 25 files" in terminal.getvalue()


def test_progress_can_be_switched_off(tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    (tmp_path / "a").write_bytes(b"x")
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setattr(transfer, "_SHOWN_FROM_FILES", 1)
    monkeypatch.setenv("ASSAY_ARTIFACTS_PROGRESS_BAR", "false")
    moves = transfer.local_tree(tmp_path, "")
    transfer.move_all(moves, lambda each, advance: advance(1), title="Uploading")
    assert terminal.getvalue() == ""


def test_content_knows_its_size_and_whether_it_can_be_read_again(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    content = FileContent(tmp_path / "a")
    assert sha256_of(content) == hashlib.sha256(b"abc").hexdigest()
    assert (size_of(content), size_of([b"a", b"bc"]), size_of(iter([b"a"]))) == (3, 3, None)
    assert is_replayable(content)
    assert is_replayable([b"a"])
    assert not is_replayable(iter([b"a"]))
