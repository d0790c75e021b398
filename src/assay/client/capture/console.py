"""What a run prints: copied as it is written, kept with head and tail, without slowing the printing.

`print` costs one more append to a queue; a thread of ours empties it twice a second: takes out
secrets, keeps the first quarter and the latest rest of what fits, and appends to a file that outlives
the process. ANSI codes are kept. What other processes and C libraries print is not seen here.
"""

import contextlib
import os
import re
import sys
import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, cast

from assay.client.capture.secrets import redact
from assay.errors import AssayError

MAX_WAITING: Final = 4_000_000
_OVERWRITTEN = re.compile(rb"[^\n\r]*\r(?=[^\n\r])")


class HeadAndTail:
    """Bytes of which the first and the last are kept when they are too many."""

    def __init__(self, limit: int) -> None:
        self.n_bytes = 0
        self._head_limit = limit // 4
        self._tail_limit = limit - self._head_limit
        self._head = bytearray()
        self._tail: deque[bytes] = deque()
        self._n_tail = 0

    def add(self, content: bytes) -> None:
        """Append `content`."""
        self.n_bytes += len(content)
        room = self._head_limit - len(self._head)
        if room > 0:
            self._head += content[:room]
            content = content[room:]
        if not content:
            return
        self._tail.append(content[-self._tail_limit :])
        self._n_tail += len(self._tail[-1])
        while self._n_tail - len(self._tail[0]) >= self._tail_limit:
            self._n_tail -= len(self._tail.popleft())

    def content(self) -> bytes:
        """Return what is kept, with a line that says how much is not."""
        tail = b"".join(self._tail)[-self._tail_limit :]
        n_left_out = self.n_bytes - len(self._head) - len(tail)
        if not n_left_out:
            return bytes(self._head) + tail
        return b"%b\n[... %d bytes left out ...]\n%b" % (bytes(self._head), n_left_out, tail)


class Console:
    """The output of one run.

    Args:
        limit: How many bytes are kept.
        open_file: Gives the file that keeps them while the run goes on.
    """

    def __init__(self, limit: int, open_file: Callable[[], Path]) -> None:
        self.withheld: list[str] = []
        self._open_file = open_file
        self._file: Path | None = None
        self._limit = limit
        self._kept = HeadAndTail(limit)
        self._waiting: deque[str] = deque()
        self._n_waiting = 0
        self._rest = b""
        self._n_file = 0
        self._lock = threading.RLock()

    @property
    def n_bytes(self) -> int:
        """How much was printed, as far as it was taken in."""
        return self._kept.n_bytes

    def feed(self, text: str) -> None:
        """Note what was written; the hot path."""
        self._waiting.append(text)
        self._n_waiting += len(text)
        if self._n_waiting > MAX_WAITING:
            self.take_in()

    def take_in(self, *, is_last: bool = False) -> bool:
        """Move what waits into what is kept; False when nothing waited."""
        with self._lock:
            parts = []
            while self._waiting:
                parts.append(self._waiting.popleft())
            self._n_waiting = 0
            if not parts and not (is_last and self._rest):
                return False
            fresh = self._rest + "".join(parts).encode("utf-8", "replace")
            # A secret is not cut in two where the lines are whole.
            cut = len(fresh) if is_last or len(fresh) > self._limit else fresh.rfind(b"\n") + 1
            whole, self._rest = fresh[:cut], fresh[cut:]
            if b"\r" in whole:
                whole = _OVERWRITTEN.sub(b"", whole)
            content, found = redact(whole)
            self.withheld += [f"console: {kind}" for kind in found]
            self._kept.add(content)
            self._write(content)
            return bool(content)

    def content(self) -> bytes:
        """Return what is kept."""
        with self._lock:
            return self._kept.content() + self._rest

    def forget_file(self) -> None:
        """Delete the file, of which the whole has been stored elsewhere."""
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.with_suffix(".json").unlink()
                self._file.unlink()
                self._file.parent.rmdir()

    def _write(self, content: bytes) -> None:
        """Keep the file up to date; a full disk costs the file, not the run."""
        with contextlib.suppress(OSError, AssayError):
            is_new = self._file is None or not self._file.exists()
            if is_new or self._n_file + len(content) > 2 * self._limit:
                self._file = self._open_file()
                content = self._kept.content()
                self._n_file = 0
                incoming = self._file.with_suffix(".new")
                incoming.write_bytes(content)
                incoming.replace(self._file)
            else:
                with cast(Path, self._file).open("ab") as file:
                    file.write(content)
            self._n_file += len(content)


_consoles: list[Console] = []
_originals: dict[str, tuple[Any, Callable[[str], int]]] = {}
_lock = threading.RLock()


def listen(console: Console) -> None:
    """Copy to `console` what is written to stdout and stderr from now on."""
    with _lock:
        _consoles.append(console)
        for name in ("stdout", "stderr"):
            _tap(name)


def stop(console: Console) -> None:
    """Copy no more; the streams are as before once nobody listens."""
    with _lock:
        if console in _consoles:
            _consoles.remove(console)
        if not _consoles:
            for stream, _ in _originals.values():
                with contextlib.suppress(AttributeError):
                    del stream.write
            _originals.clear()


def _tap(name: str) -> None:
    stream = getattr(sys, name)
    known = _originals.get(name)
    if stream is None or (known is not None and known[0] is stream):
        return
    original = stream.write

    def write(text: str) -> int:
        n_written: int = original(text)
        if isinstance(text, str):
            for console in _consoles:
                console.feed(text)
        return n_written

    stream.write = write
    _originals[name] = (stream, original)


def _forget() -> None:
    """After a fork: what the child prints is not the parent's run's."""
    global _lock  # noqa: PLW0603 the old one may have been held while forking
    _lock = threading.RLock()
    _consoles.clear()


os.register_at_fork(after_in_child=_forget)
