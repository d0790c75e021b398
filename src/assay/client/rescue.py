"""Delivering what dead processes left behind, while the next one works.

A process that was killed leaves a journal that nobody delivers. The first process that reaches the
same store from the same place does, on a thread of its own, quietly: training never waits for it, and
what fails stays for `assay sync`. Journals of other targets and of living writers are left alone.
"""

import logging
import threading

from assay.client.connection import Connection
from assay.client.journals import FoundJournal, find_journals, writer_is_dead
from assay.client.sync import deliver_journal

_logger = logging.getLogger("assay")


def start_rescue(connection: Connection) -> None:
    """Begin to deliver leftovers of dead processes to the store of `connection`."""
    threading.Thread(
        target=deliver_leftovers, args=(connection,), name="assay-rescue", daemon=True
    ).start()


def deliver_leftovers(connection: Connection, run_id: str = "") -> int:
    """Deliver what dead processes meant for this store, of one run or of all; return how many journals."""
    n_delivered = 0
    try:
        leftovers = [
            journal
            for journal in find_journals(connection.target.journals / run_id)
            if _is_leftover(journal, connection)
        ]
        for journal in leftovers:
            receipt = deliver_journal(journal, connection)
            n_delivered += receipt.is_complete
            _logger.info(
                "Delivered %d records that a process of run %s had left behind.",
                receipt.n_sent,
                receipt.run_id,
            )
    except Exception as error:
        # Mostly another process that delivered and deleted it in the same moment, or the exit.
        _logger.debug("Leftover journals wait for `assay sync`.", exc_info=error)
    return n_delivered


def _is_leftover(journal: FoundJournal, connection: Connection) -> bool:
    header = journal.header()
    return (
        header is not None
        and header.tracking_uri == connection.target.uri
        and writer_is_dead(journal, header)
    )
