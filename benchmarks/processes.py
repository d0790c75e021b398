"""Server processes under test: started, watched through /proc, and stopped."""

import os
import random
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 15.0
_FIRST_PORT = 10_000
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


class ServerProcess(msgspec.Struct, frozen=True):
    """A server that answers, with all the processes it started."""

    name: str
    url: str
    pid: int
    folder: Path
    started_in_s: float

    def cpu_seconds(self) -> float:
        """Return the processor time that the server and its children have used so far."""
        return sum(_cpu_ticks(pid) for pid in family(self.pid)) / _TICKS_PER_S

    def resident_bytes(self) -> int:
        """Return the memory that the server and its children hold now."""
        return sum(_resident_pages(pid) for pid in family(self.pid)) * _PAGE_BYTES


@contextmanager
def running(
    name: str,
    command: Sequence[str],
    *,
    port: int,
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> Iterator[ServerProcess]:
    """Run `command` in `folder` until the block ends; enter once it answers on `port`.

    Raises:
        RuntimeError: The process ended, or did not answer in time; its output is in the message.
    """
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "server.log"
    began = time.perf_counter()
    with log.open("wb") as output:
        process = subprocess.Popen(
            list(command),
            cwd=folder,
            env={**os.environ, **(environment or {})},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for_answer(process, port, log)
        elapsed = time.perf_counter() - began
        yield ServerProcess(name, f"http://127.0.0.1:{port}", process.pid, folder, elapsed)
    finally:
        stop(process)


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End `process` and everything in its session, kindly first."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(STOP_TIMEOUT_S)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(STOP_TIMEOUT_S)


def free_port() -> int:
    """Return a port of the loopback address that nobody listens on now.

    It lies below the ports that the kernel gives away by itself: a server that takes long to start
    would otherwise find that another one was given its port in the meantime.
    """
    first_given_away = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.randrange(_FIRST_PORT, first_given_away)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def family(pid: int) -> list[int]:
    """Return `pid` and all its living descendants."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat_fields(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found = [pid]
    for parent in found:
        found.extend(children.get(parent, []))
    return found


def folder_bytes(folder: Path, suffixes: tuple[str, ...] = ()) -> int:
    """Return the size of the files below `folder`, of those names with one of `suffixes` if given."""
    return sum(
        path.stat().st_size
        for path in folder.rglob("*")
        if path.is_file() and (not suffixes or path.name.endswith(suffixes))
    )


def _wait_for_answer(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    deadline = time.perf_counter() + START_TIMEOUT_S
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended: {log.read_text(errors='replace')[-2000:]}")
        if _answers(port):
            return
        time.sleep(0.005)
    raise RuntimeError(
        f"{process.args!r} gave no answer: {log.read_text(errors='replace')[-2000:]}"
    )


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _stat_fields(pid: int) -> list[str]:
    """Return the fields of /proc/PID/stat after the command: state, parent, ..."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()


def _cpu_ticks(pid: int) -> int:
    fields = _stat_fields(pid)
    return sum(int(ticks) for ticks in fields[11:15]) if fields else 0


def _resident_pages(pid: int) -> int:
    fields = _stat_fields(pid)
    return int(fields[21]) if fields else 0
