"""Files that could not be sent yet: kept beside the journals until a sync delivers them.

`<root>/spool/<run_id>/<time>-<random>.content` holds the bytes and `....json` beside it says where
they belong; it is written last, so what has one is whole. The spool is its own list of what is to be
done: delivering it again after a crash, or from a copy of the folder, changes nothing.
"""

import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

import msgspec

from assay.artifacts.content import FileContent
from assay.artifacts.local import LocalStore
from assay.artifacts.paths import checked_path
from assay.artifacts.store import ArtifactStore
from assay.artifacts.transfer import has_content
from assay.client.records import SpooledArtifact
from assay.entities.names import check_run_id
from assay.errors import ArtifactNotFound

SPOOL: Final = "spool"
_CONTENT: Final = ".content"
_DESCRIPTION: Final = ".json"


def spool_file(
    root: Path, run_id: str, path: str, content: Iterable[bytes], *, sha256: str | None = None
) -> SpooledArtifact:
    """Keep a copy of `content` for `path` of a run, and return the journal's record of it.

    Raises:
        StoreFull: There is no room for it.
    """
    check_run_id(run_id)
    checked = checked_path(path)
    name = f"{SPOOL}/{run_id}/{time.time_ns():020d}-{os.urandom(4).hex()}"
    # As safe as the journal: it survives the death of the process at once, a power cut a little later.
    store = LocalStore(root, is_durable=False)
    stored = store.write(name + _CONTENT, content, sha256=sha256)
    spooled = SpooledArtifact(
        spool_path=name + _CONTENT,
        path=checked,
        sha256=sha256 or stored.sha256 or "",
        size_bytes=stored.size_bytes,
    )
    store.write(name + _DESCRIPTION, [msgspec.json.encode(spooled)])
    return spooled


def live_file(root: Path, run_id: str, path: str, *, name: str) -> Path:
    """Return a file for content that grows, described so that a sync delivers it as it is then.

    It is for what a process writes until it dies; at a proper end, the whole is stored and this
    deleted. Calling it again describes the same file again.
    """
    check_run_id(run_id)
    spooled = SpooledArtifact(
        spool_path=f"{SPOOL}/{run_id}/{name}{_CONTENT}",
        path=checked_path(path),
        sha256="",
        size_bytes=0,
    )
    file = root / spooled.spool_path
    LocalStore(root, is_durable=False).write(
        str(Path(spooled.spool_path).with_suffix(_DESCRIPTION)), [msgspec.json.encode(spooled)]
    )
    return file


def spooled_files(root: Path, run_id: str) -> list[SpooledArtifact]:
    """Return what waits for a run, the oldest first."""
    check_run_id(run_id)
    store = LocalStore(root)
    return [
        msgspec.json.decode(b"".join(store.read(info.path)), type=SpooledArtifact)
        for info in store.list(f"{SPOOL}/{run_id}")
        if info.path.endswith(_DESCRIPTION)
    ]


def spooled_runs(root: Path) -> list[str]:
    """Return the ids of the runs for which something waits."""
    return [info.path.rpartition("/")[2] for info in LocalStore(root).list(SPOOL) if info.is_dir]


def deliver_spooled(root: Path, spooled: SpooledArtifact, store: ArtifactStore) -> None:
    """Upload one file to a run's `store` and forget it here; one that is gone was delivered.

    Raises:
        Unavailable: It could not be sent now; it stays.
    """
    source = checked_path(spooled.spool_path)
    content: FileContent | list[bytes]
    try:
        # What has no digest still grows; what it is now is sent.
        content = FileContent(root / source) if spooled.sha256 else [(root / source).read_bytes()]
    except FileNotFoundError:
        return
    if not (spooled.sha256 and has_content(store, spooled.path, spooled.sha256)):
        store.write(spooled.path, content, sha256=spooled.sha256 or None)
    spool = LocalStore(root)
    spool.delete(source.removesuffix(_CONTENT) + _DESCRIPTION)
    spool.delete(source)


def deliver_spool(root: Path, run_id: str, store: ArtifactStore) -> int:
    """Upload everything that waits for a run, in the order of logging; return how many files."""
    waiting = spooled_files(root, run_id)
    for spooled in waiting:
        deliver_spooled(root, spooled, store)
    with suppress(OSError):
        (root / SPOOL / run_id).rmdir()
    return len(waiting)


def read_spooled(root: Path, run_id: str, path: str) -> Iterator[bytes]:
    """Return the latest content that waits for `path` of a run.

    Raises:
        ArtifactNotFound: Nothing waits for that path.
    """
    found = [spooled for spooled in spooled_files(root, run_id) if spooled.path == path]
    if not found:
        raise ArtifactNotFound(path)
    return LocalStore(root).read(found[-1].spool_path)
