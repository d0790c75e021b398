"""Who this process is, told so that others can later see whether it still lives."""

import functools
import os
import time
from pathlib import Path

from assay.client.records import WriterHeader

_LOST_AFTER_S = 300.0
"""A journal of another host that was not written for so long has lost its writer."""


def new_writer_id() -> str:
    """Return a fresh writer id of 16 hexadecimal digits."""
    return os.urandom(8).hex()


@functools.cache
def boot_id() -> str:
    """Return what names this boot of this machine, or "" where the system does not say."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""


def process_start(pid: int) -> str:
    """Return when process `pid` started, in the system's own words, or "" when there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def host_name() -> str:
    """Return this machine's name on the network."""
    return os.uname().nodename


def header(
    *,
    run_id: str,
    writer_id: str,
    segment: int,
    tracking_uri: str,
    owns_run: bool,
    rank: int | None = None,
) -> WriterHeader:
    """Return the first record of a segment that this process writes."""
    return WriterHeader(
        owns_run=owns_run,
        run_id=run_id,
        writer_id=writer_id,
        segment=segment,
        host=host_name(),
        boot_id=boot_id(),
        pid=os.getpid(),
        process_start=process_start(os.getpid()),
        created_ms=time.time_ns() // 1_000_000,
        tracking_uri=tracking_uri,
        rank=rank,
    )


def is_dead(writer: WriterHeader | None, *, last_write_s: float) -> bool:
    """Return whether the process that wrote a journal is gone.

    On its own machine the process table knows. From elsewhere only silence tells: a journal that
    was not written for five minutes (`last_write_s` is when it was, in seconds since the epoch).
    """
    if writer is not None and writer.host == host_name():
        if writer.boot_id != boot_id():
            return True
        if writer.process_start:
            return process_start(writer.pid) != writer.process_start
        return not _has_process(writer.pid)
    return time.time() - last_write_s > _LOST_AFTER_S


def _has_process(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
