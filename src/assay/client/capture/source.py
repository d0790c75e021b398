"""The code that a run ran: commit, branch, remote, uncommitted changes, small untracked files.

Asks git itself, in processes with a time limit, so this belongs in the background. Git's ignore rules
decide what counts as untracked.
"""

import hashlib
import io
import os
import re
import subprocess
import tarfile
from pathlib import Path
from typing import Final

import msgspec

from assay import settings
from assay.client.capture.pieces import Captured
from assay.client.capture.secrets import is_secret_file, redact

TIMEOUT_S: Final = 20.0
N_LIMITS: Final = 16
_CREDENTIALS = re.compile(r"(?<=://)[^/@]*@")


class GitState(msgspec.Struct, omit_defaults=True):
    """How the work tree stands, as in `source.json`."""

    root: str
    commit: str = ""
    branch: str = ""
    remote: str = ""
    is_dirty: bool = False
    subfolder: str = ""
    untracked: list[str] = []
    left_out: list[str] = []


def capture_source(folder: Path, wanted: frozenset[str]) -> tuple[GitState | None, Captured]:
    """Return the state of the work tree around `folder`, and the files that describe it.

    None when it is no work tree. What git cannot tell is said in `missing`.
    """
    captured = Captured()
    try:
        root = _git(folder, "rev-parse", "--show-toplevel").decode().strip()
    except FileNotFoundError:
        captured.missing.append("git: it is not installed")
        return None, captured
    except (subprocess.SubprocessError, OSError) as error:
        if "not a git repository" not in _message(error):
            captured.missing.append(f"git: {_message(error)}")
        return None, captured
    state = GitState(root=root)
    place = Path(root)
    _describe(state, place, folder)
    _note_tags(state, captured)
    for piece, capture in (("diff", _capture_diff), ("untracked", _capture_untracked)):
        if piece not in wanted:
            continue
        try:
            capture(state, place, captured)
        except (subprocess.SubprocessError, OSError) as error:
            captured.missing.append(f"{piece}: {_message(error)}")
    captured.digests["commit"] = state.commit
    return state, captured


def without_credentials(address: str) -> str:
    """Return a remote's address without user name and password."""
    return _CREDENTIALS.sub("", address)


def _describe(state: GitState, root: Path, folder: Path) -> None:
    state.commit = _answer(root, "rev-parse", "--verify", "--quiet", "HEAD")
    state.branch = _answer(root, "symbolic-ref", "--short", "--quiet", "HEAD")
    remotes = _answer(root, "remote").split()
    if remotes:
        name = "origin" if "origin" in remotes else remotes[0]
        state.remote = without_credentials(_answer(root, "config", "--get", f"remote.{name}.url"))
    resolved = folder.resolve()
    if resolved.is_relative_to(root.resolve()):
        inside = resolved.relative_to(root.resolve()).as_posix()
        state.subfolder = "" if inside == "." else inside


def _note_tags(state: GitState, captured: Captured) -> None:
    tags = {
        "mlflow.source.git.commit": state.commit,
        "mlflow.source.git.branch": state.branch,
        "mlflow.source.git.repoURL": state.remote,
    }
    captured.tags.update({key: value for key, value in tags.items() if value})


def _capture_diff(state: GitState, root: Path, captured: Captured) -> None:
    against = state.commit or _git(root, "hash-object", "-t", "tree", os.devnull).decode().strip()
    diff = _git(
        root, "diff", against, "--binary", "--no-color", "--no-ext-diff", "--no-textconv", "--"
    )
    state.is_dirty = bool(diff)
    captured.digests["diff"] = hashlib.sha256(diff).hexdigest()
    limit = settings.CAPTURE_FILE_BYTES.get() * N_LIMITS
    if len(diff) > limit:
        captured.missing.append(f"diff: it has {len(diff)} bytes, more than {limit}")
    elif diff:
        kept, withheld = _without_secret_files(diff)
        content, found = redact(kept)
        captured.files["diff.patch"] = content
        captured.withheld += withheld
        captured.withheld += [f"diff.patch: {kind}" for kind in found]


def _without_secret_files(diff: bytes) -> tuple[bytes, list[str]]:
    """Return a diff without the files whose name says that they hold keys."""
    kept, withheld = [], []
    for part in re.split(rb"(?m)^(?=diff --git )", diff):
        name = part.partition(b"\n")[0].rpartition(b"/")[2].decode("utf-8", "replace").strip('"')
        if part and is_secret_file(name):
            withheld.append(f"diff.patch: the changes of {name}")
        else:
            kept.append(part)
    return b"".join(kept), withheld


def _capture_untracked(state: GitState, root: Path, captured: Captured) -> None:
    listing = _git(root, "ls-files", "--others", "--exclude-standard", "-z")
    names = sorted(os.fsdecode(name) for name in listing.split(b"\0") if name)
    limit = settings.CAPTURE_FILE_BYTES.get()
    room = limit * N_LIMITS
    contents: dict[str, bytes] = {}
    digest = hashlib.sha256()
    for name in names:
        path = root / name
        if path.is_symlink() or not path.is_file():
            continue
        size = path.stat().st_size
        digest.update(f"{name}\0{size}\0".encode("utf-8", "surrogateescape"))
        if is_secret_file(path.name):
            captured.withheld.append(f"untracked: {name}")
        elif size > min(limit, room):
            state.left_out.append(f"{name} ({size} bytes)")
        else:
            raw = path.read_bytes()
            digest.update(hashlib.sha256(raw).digest())
            contents[name], found = redact(raw)
            captured.withheld += [f"untracked: {name}: {kind}" for kind in found]
            room -= size
    state.untracked = list(contents)
    captured.digests["untracked"] = digest.hexdigest()
    if contents:
        captured.files["untracked.tar.gz"] = packed(contents)


def packed(contents: dict[str, bytes]) -> bytes:
    """Return a compressed archive of files by name, the same bytes for the same files."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=6) as archive:
        for name, content in contents.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mode = 0o644
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def _answer(root: Path, *arguments: str) -> str:
    """Return git's answer in one line; empty when it has none."""
    try:
        return _git(root, *arguments).decode("utf-8", "replace").strip()
    except (subprocess.SubprocessError, OSError):
        return ""


def _git(folder: Path, *arguments: str) -> bytes:
    environment = {
        **os.environ,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    done = subprocess.run(  # noqa: S603 the arguments are ours
        ["git", "-C", str(folder), *arguments],  # noqa: S607 the user's own git
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=TIMEOUT_S,
    )
    return done.stdout


def _message(error: Exception) -> str:
    if isinstance(error, subprocess.CalledProcessError):
        return str(error.stderr.decode("utf-8", "replace")).strip().partition("\n")[0] or str(error)
    return str(error)
