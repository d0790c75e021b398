"""The commit that is checked out, read from git's own files: no subprocess, no library."""

from pathlib import Path


def find_commit(folder: Path) -> str | None:
    """Return the commit checked out in the work tree around `folder`; None when there is none."""
    for candidate in (folder, *folder.parents):
        marker = candidate / ".git"
        try:
            if marker.is_dir():
                return _commit_of(marker)
            if marker.is_file():
                return _commit_of(_linked_folder(marker))
        except (OSError, UnicodeDecodeError):
            return None
    return None


def _linked_folder(marker: Path) -> Path:
    """Return git's folder for a work tree or submodule whose `.git` is a file."""
    target = marker.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
    return (marker.parent / target).resolve()


def _commit_of(git_folder: Path) -> str | None:
    head = (git_folder / "HEAD").read_text(encoding="utf-8").strip()
    if not head.startswith("ref:"):
        return head or None
    reference = head.removeprefix("ref:").strip()
    for folder in (git_folder, _shared_folder(git_folder)):
        path = folder / reference
        if path.is_file():
            return path.read_text(encoding="utf-8").strip() or None
    return _packed_commit(_shared_folder(git_folder), reference)


def _shared_folder(git_folder: Path) -> Path:
    """Return the folder that all work trees of a repository share."""
    pointer = git_folder / "commondir"
    if not pointer.is_file():
        return git_folder
    return (git_folder / pointer.read_text(encoding="utf-8").strip()).resolve()


def _packed_commit(git_folder: Path, reference: str) -> str | None:
    packed = git_folder / "packed-refs"
    if not packed.is_file():
        return None
    for line in packed.read_text(encoding="utf-8").splitlines():
        commit, _, name = line.partition(" ")
        if name == reference:
            return commit
    return None
