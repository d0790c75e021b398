"""Code is recorded as git sees it: commit, branch, remote, changes, small untracked files."""

import io
import tarfile

import pytest

from assay.client.capture.source import capture_source, without_credentials
from repositories import git, new_repository

WANTED = frozenset({"git", "diff", "untracked"})


@pytest.fixture
def work_tree(tmp_path):
    return new_repository(tmp_path / "work").parent


def unpacked(captured):
    with tarfile.open(fileobj=io.BytesIO(captured.files["untracked.tar.gz"])) as archive:
        return {info.name: archive.extractfile(info).read() for info in archive}


def test_a_clean_tree_gives_commit_branch_and_remote(work_tree):
    git(work_tree, "remote", "add", "origin", "https://me:word@example.org/a.git")
    state, captured = capture_source(work_tree, WANTED)
    assert state.commit == git(work_tree, "rev-parse", "HEAD")
    assert (state.branch, state.remote) == ("trunk", "https://example.org/a.git")
    assert not state.is_dirty
    assert captured.files == {}
    assert captured.tags["mlflow.source.git.branch"] == "trunk"


def test_applying_the_diff_to_the_commit_gives_the_changed_files(work_tree, tmp_path):
    (work_tree / "train.py").write_text("lr = 0.2\n")
    (work_tree / "data.bin").write_bytes(bytes(range(256)))
    git(work_tree, "add", "data.bin")
    _, captured = capture_source(work_tree, WANTED)
    (tmp_path / "diff.patch").write_bytes(captured.files["diff.patch"])
    git(tmp_path, "clone", "-q", str(work_tree), "copy")
    git(tmp_path / "copy", "apply", str(tmp_path / "diff.patch"))
    assert (tmp_path / "copy" / "train.py").read_text() == "lr = 0.2\n"
    assert (tmp_path / "copy" / "data.bin").read_bytes() == bytes(range(256))


def test_untracked_files_are_kept_but_ignored_and_large_ones_are_not(work_tree, monkeypatch):
    monkeypatch.setenv("ASSAY_CAPTURE_FILE_BYTES", "1000")
    (work_tree / "new.py").write_text("x = 1\n")
    (work_tree / "out.log").write_text("noise\n")
    (work_tree / "large.bin").write_bytes(b"x" * 1001)
    state, captured = capture_source(work_tree, WANTED)
    assert unpacked(captured) == {"new.py": b"x = 1\n"}
    assert state.left_out == ["large.bin (1001 bytes)"]


def test_a_secret_in_a_diff_is_withheld_and_that_is_said(work_tree):
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    (work_tree / "train.py").write_text(f"lr = 0.1\nkey = '{key}'\n")
    _, captured = capture_source(work_tree, WANTED)
    assert key.encode() not in captured.files["diff.patch"]
    assert captured.withheld == ["diff.patch: AWS key"]


def test_files_that_hold_keys_are_withheld_whole(work_tree):
    (work_tree / ".env").write_text("A=1\n")
    (work_tree / "tracked.pem").write_text("old\n")
    git(work_tree, "add", "tracked.pem")
    _, captured = capture_source(work_tree, WANTED)
    assert b"old" not in captured.files["diff.patch"]
    assert captured.withheld == ["diff.patch: the changes of tracked.pem", "untracked: .env"]


def test_pieces_that_are_switched_off_are_not_captured(work_tree):
    (work_tree / "train.py").write_text("lr = 0.2\n")
    (work_tree / "new.py").write_text("x = 1\n")
    _, captured = capture_source(work_tree, frozenset({"git"}))
    assert captured.files == {}


def test_a_tree_without_a_commit_is_recorded_all_the_same(tmp_path):
    git(tmp_path, "init", "-q")
    (tmp_path / "new.py").write_text("x = 1\n")
    state, captured = capture_source(tmp_path, WANTED)
    assert state.commit == ""
    assert list(unpacked(captured)) == ["new.py"]
    assert captured.missing == []


def test_a_folder_that_is_no_work_tree_is_not_an_error(tmp_path):
    state, captured = capture_source(tmp_path, WANTED)
    assert (state, captured.missing) == (None, [])


def test_where_git_is_not_installed_that_is_said(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    _, captured = capture_source(tmp_path, WANTED)
    assert captured.missing == ["git: it is not installed"]


def test_equal_trees_have_equal_digests_and_changed_ones_do_not(work_tree):
    _, first = capture_source(work_tree, WANTED)
    _, second = capture_source(work_tree, WANTED)
    (work_tree / "train.py").write_text("lr = 0.2\n")
    _, third = capture_source(work_tree, WANTED)
    assert first.digests == second.digests != third.digests


def test_addresses_lose_user_and_password():
    assert without_credentials("https://me:word@host/a.git") == "https://host/a.git"
    assert without_credentials("git@host:a.git") == "git@host:a.git"
