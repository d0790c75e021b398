"""What this machine's disk can do: every durable commit waits for it."""

import os
import tempfile
import time
from pathlib import Path

BLOCK = os.urandom(4096)


def sync_rate(folder: Path, *, seconds: float = 1.0) -> float:
    """Return how often a second a 4 KiB append to a file in `folder` reaches the disk."""
    with tempfile.TemporaryFile(dir=folder) as file:
        descriptor = file.fileno()
        began = time.perf_counter()
        count = 0
        while time.perf_counter() - began < seconds:
            os.write(descriptor, BLOCK)
            os.fdatasync(descriptor)
            count += 1
        return count / (time.perf_counter() - began)
