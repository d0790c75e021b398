"""Where benchmarks keep data while they run: on the disk that is measured, never in memory."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.environments import ROOT

DATA = ROOT / "benchmarks" / ".data"
RESULTS = ROOT / "benchmarks" / "results"


@contextmanager
def scratch() -> Iterator[Path]:
    """Give an empty folder and remove it afterwards."""
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=DATA, ignore_cleanup_errors=True) as folder:
        yield Path(folder)
