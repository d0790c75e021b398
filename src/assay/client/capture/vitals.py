"""Signs of life kept beside the journal, for whoever finds that a process died without a word.

`<root>/vitals/<run_id>.json` holds how much memory the process used lately and how often the kernel had
killed for lack of memory when the run began. After a SIGKILL that tells an out-of-memory kill from
others, as far as it can be told.
"""

import contextlib
import os
from pathlib import Path
from typing import Final

import msgspec

from assay.client.capture.environment import memory_limit_bytes
from assay.client.writer_identity import boot_id, host_name
from assay.entities.names import check_run_id

FOLDER: Final = "vitals"
UNKNOWN_CAUSE: Final = "The process died without ending it."
_NEARLY_ALL: Final = 0.9


class Vitals(msgspec.Struct):
    """What was seen of a process the last time somebody looked."""

    host: str
    boot_id: str
    n_oom_kills: int
    resident_bytes: int = 0
    limit_bytes: int = 0
    available_bytes: int = 0


def measure(began: Vitals | None = None) -> Vitals:
    """Return the present signs; the count of kills is that of the beginning."""
    return Vitals(
        host=host_name(),
        boot_id=boot_id(),
        n_oom_kills=count_oom_kills() if began is None else began.n_oom_kills,
        resident_bytes=_resident_bytes(),
        limit_bytes=memory_limit_bytes(),
        available_bytes=_available_bytes(),
    )


def keep(root: Path, run_id: str, vitals: Vitals) -> None:
    """Write the signs of a run's process; a full disk costs them, nothing else."""
    path = path_of(root, run_id)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        incoming = path.with_suffix(f".{os.getpid()}")
        incoming.write_bytes(msgspec.json.encode(vitals))
        incoming.replace(path)


def forget(root: Path, run_id: str) -> None:
    """Delete the signs of a run that has ended."""
    with contextlib.suppress(OSError):
        path_of(root, run_id).unlink()


def path_of(root: Path, run_id: str) -> Path:
    """Return the file of a run."""
    check_run_id(run_id)
    return root / FOLDER / f"{run_id}.json"


def cause_of_death(root: Path, run_id: str) -> str:
    """Return what can be said of a process that died without a word."""
    try:
        found = msgspec.json.decode(path_of(root, run_id).read_bytes(), type=Vitals)
    except (OSError, msgspec.MsgspecError):
        return UNKNOWN_CAUSE
    if found.host != host_name():
        return f"The process died without ending it, on {found.host}."
    if found.boot_id != boot_id():
        return "The machine was restarted while it ran."
    return _cause(found, n_oom_kills=count_oom_kills())


def _cause(found: Vitals, *, n_oom_kills: int) -> str:
    used = found.resident_bytes / 2**30
    ceiling = found.limit_bytes or (found.resident_bytes + found.available_bytes)
    is_large = bool(ceiling) and found.resident_bytes > _NEARLY_ALL * ceiling
    if n_oom_kills > found.n_oom_kills:
        return f"Out of memory: the kernel killed processes meanwhile; this one had {used:.2f} GiB."
    if is_large:
        return f"Probably out of memory: it had {used:.2f} of {ceiling / 2**30:.2f} GiB."
    return "The process was killed (SIGKILL) or crashed without a word."


def count_oom_kills() -> int:
    """Return how many processes of this control group, else of this machine, lacked memory."""
    for path, key in (
        ("/sys/fs/cgroup/memory.events", "oom_kill"),
        ("/sys/fs/cgroup/memory/memory.oom_control", "oom_kill"),
        ("/proc/vmstat", "oom_kill"),
    ):
        count = _field(path, key)
        if count is not None:
            return count
    return 0


def _field(path: str, key: str) -> int | None:
    try:
        lines = Path(path).read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    for line in lines:
        name, _, value = line.partition(" ")
        if name.rstrip(":") == key and value.split():
            return int(value.split()[0])
    return None


def _resident_bytes() -> int:
    return (_field("/proc/self/status", "VmRSS") or _status_kib("VmRSS")) * 1024


def _available_bytes() -> int:
    return (_field("/proc/meminfo", "MemAvailable") or 0) * 1024


def _status_kib(key: str) -> int:
    """Return a field of `/proc/self/status`, whose names are followed by a tab."""
    try:
        text = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0
    _, _, rest = text.partition(f"{key}:")
    words = rest.split()
    return int(words[0]) if words and words[0].isdecimal() else 0
