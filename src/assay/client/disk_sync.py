"""Forces journals to the disk every second, so that a power cut takes no more than that."""

import threading
import weakref

from assay import settings
from assay.client.journal import Journal


class DiskSync:
    """One thread for all journals of the process, started with the first."""

    def __init__(self) -> None:
        self._journals: weakref.WeakSet[Journal] = weakref.WeakSet()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._is_closing = threading.Event()

    def add(self, journal: Journal) -> None:
        """Keep `journal` safe from power cuts from now on."""
        interval_s = settings.JOURNAL_FSYNC_SECONDS.get()
        if interval_s <= 0:
            return
        with self._lock:
            self._journals.add(journal)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, args=(interval_s,), name="assay-fsync", daemon=True
                )
                self._thread.start()

    def _run(self, interval_s: float) -> None:
        while not self._is_closing.wait(interval_s):
            with self._lock:
                journals = list(self._journals)
            for journal in journals:
                journal.sync_to_disk()
            del journals
