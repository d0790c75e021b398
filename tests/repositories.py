"""Git repositories of their own for tests."""

import subprocess
from pathlib import Path


def git(folder: Path, *words: str) -> str:
    """Run git in `folder` and return what it prints."""
    identity = ["-c", "user.name=a", "-c", "user.email=a@b.c"]
    done = subprocess.run(
        ["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def new_repository(folder: Path) -> Path:
    """Make a repository with one committed script in `folder` and return the script."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "trunk")
    script = folder / "train.py"
    script.write_text("lr = 0.1\n")
    (folder / ".gitignore").write_text("*.log\n")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "first")
    return script
