"""What only a folder can do wrong: links, pipes, half-written files, edits behind assay's back."""

import os

import pytest

from assay.artifacts.handles import INCOMING, TRASH, sweep_deleted, sweep_incoming
from assay.artifacts.local import LocalStore
from assay.errors import ArtifactNotFound, InvalidParameter, InvalidPath


@pytest.fixture
def root(tmp_path):
    return tmp_path / "root"


@pytest.fixture
def store(root):
    root.mkdir()
    return LocalStore(root)


@pytest.fixture
def secret(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    return outside


def names_in(folder):
    return sorted(entry.name for entry in folder.iterdir())


def incoming_names(root):
    return names_in(root / INCOMING) if (root / INCOMING).exists() else []


def test_link_to_a_file_is_neither_read_nor_listed(store, root, secret):
    (root / "link").symlink_to(secret / "secret")
    with pytest.raises(ArtifactNotFound):
        store.read("link")
    assert store.list("") == []


def test_link_to_a_folder_is_not_followed_by_any_operation(store, root, secret):
    (root / "link").symlink_to(secret)
    with pytest.raises(ArtifactNotFound):
        store.read("link/secret")
    with pytest.raises(InvalidParameter):
        store.write("link/new", [b"x"])
    store.delete("link/secret")
    assert store.list("link") == []
    assert names_in(secret) == ["secret"]


def test_write_onto_a_link_replaces_the_link(store, root, secret):
    (root / "link").symlink_to(secret / "secret")
    store.write("link", [b"new"])
    assert (secret / "secret").read_bytes() == b"secret"
    assert (root / "link").read_bytes() == b"new"


def test_delete_of_a_tree_leaves_what_its_links_point_to(store, root, secret):
    (root / "tree").mkdir()
    (root / "tree" / "link").symlink_to(secret)
    store.delete("tree")
    assert not (root / "tree").exists()
    assert (secret / "secret").exists()


def test_root_may_itself_be_a_link(tmp_path, root, store):
    (tmp_path / "alias").symlink_to(root)
    LocalStore(tmp_path / "alias").write("a", [b"1"])
    assert b"".join(store.read("a")) == b"1"


def test_pipe_is_no_file(store, root):
    os.mkfifo(root / "pipe")
    with pytest.raises(ArtifactNotFound):
        store.stat("pipe")


@pytest.mark.parametrize("path", [INCOMING, f"{INCOMING}/x", INCOMING.upper() + "/x"])
def test_private_folder_cannot_be_named(store, path):
    with pytest.raises(InvalidPath):
        store.write(path, [b"x"])
    with pytest.raises(InvalidPath):
        store.list(path)
    with pytest.raises(InvalidPath):
        store.delete(path)


def test_file_is_invisible_until_committed(store, root):
    upload = store.begin("a/b")
    upload.write(b"half")
    assert store.list("") == []
    upload.commit()
    assert [info.path for info in store.list("a")] == ["a/b"]
    assert incoming_names(root) == []


def test_aborted_upload_leaves_nothing(store, root):
    upload = store.begin("a/b")
    upload.write(b"half")
    upload.abort()
    assert store.list("") == []
    assert incoming_names(root) == []


def test_file_below_a_file_and_file_in_place_of_a_folder_are_refused(store, root):
    store.write("a/file", [b"x"])
    with pytest.raises(InvalidParameter, match="is a file"):
        store.write("a/file/below", [b"x"])
    with pytest.raises(InvalidParameter, match="is a folder"):
        store.write("a", [b"x"])
    assert incoming_names(root) == []


def test_open_file_keeps_its_content_while_it_is_replaced(store):
    store.write("a", [b"old content"])
    file = store.open("a")
    store.write("a", [b"new"])
    assert b"".join(file.read(0, file.stat.size_bytes)) == b"old content"
    file.close()


def test_digest_is_forgotten_when_somebody_edits_the_file(store, root):
    before = store.write("a", [b"content"])
    (root / "a").write_bytes(b"edited!")
    after = store.stat("a")
    assert after.sha256 is None
    assert after.etag != before.etag


def test_name_that_is_no_text_is_not_listed(store, root):
    os.close(os.open(os.fsencode(root) + b"/\xff\xfe", os.O_CREAT | os.O_WRONLY))
    store.write("good", [b"1"])
    assert [info.path for info in store.list("")] == ["good"]


def test_private_files_are_not_readable_by_others(store, root):
    upload = store.begin("a")
    assert (root / INCOMING).stat().st_mode & 0o077 == 0
    upload.abort()


def test_sweep_removes_only_what_is_old(store, root):
    stale, fresh = store.begin("stale"), store.begin("fresh")
    name = stale._name
    os.utime(root / INCOMING / name, (1, 1))
    assert sweep_incoming(root, older_than_s=3600) == 1
    assert incoming_names(root) == [fresh._name]
    fresh.abort()
    stale.abort()


def test_what_a_process_died_deleting_is_swept_and_uploads_are_not(store, root):
    store.write("file", [b"x"])
    upload = store.begin("other")
    left = root / INCOMING / f"{TRASH}-abc" / "deep"
    left.mkdir(parents=True)
    (left / "file").write_bytes(b"x")
    sweep_deleted(root)
    assert not any(name.startswith(TRASH) for name in incoming_names(root))
    assert store.list("")[0].path == "file"
    upload.write(b"y")
    upload.commit()
    assert [info.path for info in store.list("")] == ["file", "other"]


def test_an_empty_folder_is_deleted_and_one_with_anything_in_it_is_not(store, root):
    store.write("full/file", [b"x"])
    (root / "empty").mkdir()
    (root / "hidden").mkdir()
    (root / "hidden" / "a#b").symlink_to(root)
    for name in ("empty", "hidden", "full", "full/file", "missing", "missing/deep"):
        store.delete_empty_folder(name)
    found = sorted(path.name for path in root.iterdir() if path.name != INCOMING)
    assert found == ["full", "hidden"]
    assert (root / "hidden" / "a#b").is_symlink()
    assert store.stat("full/file").size_bytes == 1
