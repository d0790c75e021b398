"""A file of 2 GB up and down through the server: its memory, the digests, a connection that is cut.

The client is this process, the server one of its own, as it is shipped. A cut is made by a relay
between them, which counts what it passes on.
"""

import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from assay import AssayClient
from benchmarks.cutting_relay import CuttingRelay
from benchmarks.peers import ASSAY, serving
from benchmarks.processes import ServerProcess
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_BYTES = 2 * 10**9
TARGET_GROWTH_MB = 50.0
TARGET_PASSED_PERCENT = 101.0
_BLOCK = 1 << 22
_LOOK_S = 0.02


class _Moved(msgspec.Struct):
    """What moving a file cost."""

    seconds: float
    growth_mb: float


def measure(*, quick: bool) -> list[Row]:
    """Measure one file both ways, then both ways with a cut half way."""
    n_bytes = N_BYTES // 10 if quick else N_BYTES
    with scratch() as folder, serving(ASSAY, folder / "server") as server:
        source, digest = _file(folder, n_bytes)
        client = AssayClient(server.url)
        run_id = client.create_run("0").info.run_id
        up = _moved(server, lambda: client.log_artifact(run_id, source))
        down = _moved(
            server, lambda: client.download_artifacts(run_id, source.name, str(folder / "copy"))
        )
        is_equal = _digest(folder / "copy" / source.name) == digest
        (folder / "copy" / source.name).unlink()
        passed_down, is_equal_down = _cut_download(server, folder, run_id, source.name, digest)
        passed_up, is_equal_up = _cut_upload(server, folder, source, digest)
    size = f"{n_bytes / 1e9:.3g} GB"
    return [
        _growth_row(f"{size} artifact up", up, n_bytes, is_whole=is_equal),
        _growth_row(f"{size} artifact down", down, n_bytes, is_whole=is_equal),
        _cut_row(f"{size} artifact down, cut half way", passed_down, n_bytes, is_equal_down),
        _cut_row(f"{size} artifact up, cut half way", passed_up, n_bytes, is_equal_up),
    ]


def _growth_row(what: str, moved: _Moved, n_bytes: int, *, is_whole: bool) -> Row:
    return Row(
        what=f"{what}: memory of the server grows",
        target=f"≤ {TARGET_GROWTH_MB:.0f} MB, digest equal",
        value=moved.growth_mb,
        unit="MB",
        is_met=is_whole and moved.growth_mb <= TARGET_GROWTH_MB,
        note=f"{n_bytes / 1e6 / moved.seconds:,.0f} MB/s, digest "
        + ("equal" if is_whole else "DIFFERENT"),
    )


def _cut_row(what: str, n_passed: int, n_bytes: int, is_whole: bool) -> Row:
    percent = n_passed / n_bytes * 100
    return Row(
        what=f"{what}: bytes sent in all",
        target=f"≤ {TARGET_PASSED_PERCENT:.0f} % of the file, digest equal",
        value=percent,
        unit="%",
        is_met=is_whole and percent <= TARGET_PASSED_PERCENT,
        note="digest " + ("equal" if is_whole else "DIFFERENT"),
    )


def _moved(server: ServerProcess, move: Callable[[], object]) -> _Moved:
    before = server.resident_bytes()
    with _watched(server) as seen:
        began = time.perf_counter()
        move()
        seconds = time.perf_counter() - began
    return _Moved(seconds, max(0, max(seen) - before) / 1e6)


@contextmanager
def _watched(server: ServerProcess) -> Iterator[list[int]]:
    """Collect how much memory the server holds, many times a second."""
    seen = [server.resident_bytes()]
    over = threading.Event()

    def look() -> None:
        while not over.wait(_LOOK_S):
            seen.append(server.resident_bytes())

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _cut_download(
    server: ServerProcess, folder: Path, run_id: str, name: str, digest: str
) -> tuple[int, bool]:
    half = (folder / "source.bin").stat().st_size // 2
    with CuttingRelay(server.url, cut_down_after=half) as relay:
        AssayClient(relay.url).download_artifacts(run_id, name, str(folder / "cut"))
        n_passed = relay.n_down
    is_equal = _digest(folder / "cut" / name) == digest
    (folder / "cut" / name).unlink()
    return n_passed, is_equal


def _cut_upload(server: ServerProcess, folder: Path, source: Path, digest: str) -> tuple[int, bool]:
    half = source.stat().st_size // 2
    with CuttingRelay(server.url, cut_up_after=half) as relay:
        client = AssayClient(relay.url)
        run_id = client.create_run("0").info.run_id
        client.log_artifact(run_id, source)
        n_passed = relay.n_up
    kept = AssayClient(server.url).download_artifacts(run_id, source.name, str(folder / "back"))
    return n_passed, _digest(Path(kept)) == digest


def _file(folder: Path, n_bytes: int) -> tuple[Path, str]:
    """Write a file in which no two blocks are alike; return it with its digest."""
    path, digest = folder / "source.bin", hashlib.sha256()
    block = os.urandom(_BLOCK)
    with path.open("wb") as file:
        for number in range(0, n_bytes, _BLOCK):
            part = (number.to_bytes(8, "big") + block[8:])[: n_bytes - number]
            file.write(part)
            digest.update(part)
    return path, digest.hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
