import subprocess

import pytest

from assay.client.git_head import find_commit


@pytest.fixture
def repository(tmp_path):
    def git(*arguments):
        return subprocess.run(
            ["git", "-C", str(tmp_path), "-c", "user.name=n", "-c", "user.email=e@x", *arguments],
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "one")
    return git, tmp_path


def test_the_commit_of_a_branch_is_found_from_a_folder_below(repository):
    git, root = repository
    (root / "a" / "b").mkdir(parents=True)
    assert find_commit(root / "a" / "b") == git("rev-parse", "HEAD")


def test_the_commit_is_found_after_packing(repository):
    git, root = repository
    git("pack-refs", "--all")
    assert find_commit(root) == git("rev-parse", "HEAD")


def test_a_detached_commit_is_found(repository):
    git, root = repository
    git("checkout", "-q", "--detach")
    assert find_commit(root) == git("rev-parse", "HEAD")


def test_the_commit_of_a_linked_work_tree_is_found(repository, tmp_path_factory):
    git, _ = repository
    linked = tmp_path_factory.mktemp("linked") / "tree"
    git("worktree", "add", "-q", str(linked))
    assert find_commit(linked) == git("rev-parse", "HEAD")


def test_without_a_repository_there_is_none(tmp_path):
    assert find_commit(tmp_path) is None


def test_a_repository_without_commits_has_none(tmp_path):
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert find_commit(tmp_path) is None


def test_a_broken_repository_has_none(tmp_path):
    (tmp_path / ".git").write_bytes(b"\xff\xfe")
    assert find_commit(tmp_path) is None
