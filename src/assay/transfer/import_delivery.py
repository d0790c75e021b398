"""Imported runs sent to a store, many at once; which of them it has is asked first."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import msgspec

from assay.client.connection import Connection
from assay.transfer.import_stores import Destination, opened_store
from assay.transfer.imported_rows import ImportedRun


class Tally(msgspec.Struct):
    """How many runs were new, how many were there, and how many of their records were refused."""

    n_created: int = 0
    n_present: int = 0
    n_refused: int = 0

    def add(self, other: "Tally", advance: Callable[[int], object]) -> None:
        """Count a part that is done."""
        self.n_created += other.n_created
        self.n_present += other.n_present
        self.n_refused += other.n_refused
        advance(other.n_created + other.n_present)


def count_runs(
    connection: Connection,
    runs: Iterable[ImportedRun],
    destination: Destination,
    advance: Callable[[int], object],
) -> Tally:
    """Return what sending `runs` would do."""
    tally = Tally()
    with opened_store(connection) as store:
        for chunk in _chunks(runs, store.n_together):
            present = store.present([run.run_id for run in chunk])
            tally.add(Tally(len(chunk) - len(present), len(present)), advance)
    return tally


def send_runs(
    connection: Connection,
    runs: Iterable[ImportedRun],
    destination: Destination,
    advance: Callable[[int], object],
) -> Tally:
    """Create those of `runs` that are not there.

    Raises:
        Unavailable: The store does not answer; what has arrived counts when it is tried again.
    """
    tally = Tally()
    with opened_store(connection) as store, _senders(store.n_senders) as senders:

        def send(chunk: list[ImportedRun]) -> Tally:
            present = store.present([run.run_id for run in chunk])
            new = [run for run in chunk if run.run_id not in present]
            return Tally(len(new), len(present), store.send(new, destination) if new else 0)

        # No more is read ahead than the senders can take: a table may be larger than memory.
        under_way: deque[Future[Tally]] = deque()
        for chunk in _chunks(runs, store.n_together):
            under_way.append(senders.submit(send, chunk))
            if len(under_way) > store.n_senders:
                tally.add(under_way.popleft().result(), advance)
        while under_way:
            tally.add(under_way.popleft().result(), advance)
    return tally


@contextmanager
def _senders(n_senders: int) -> Iterator[ThreadPoolExecutor]:
    """Give threads; when one fails, what has not begun is not begun."""
    with ThreadPoolExecutor(n_senders, "assay-import") as senders:
        try:
            yield senders
        except BaseException:
            senders.shutdown(wait=False, cancel_futures=True)
            raise


def _chunks(runs: Iterable[ImportedRun], size: int) -> Iterator[list[ImportedRun]]:
    chunk: list[ImportedRun] = []
    for run in runs:
        chunk.append(run)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
