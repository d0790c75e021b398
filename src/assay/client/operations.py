"""What an asynchronous log call returns."""

from collections.abc import Sequence

from assay import settings
from assay.client.connection import Connection
from assay.client.open_run import OpenRun
from assay.errors import Unavailable


class RunOperations:
    """Records that were written to journals; `wait` returns when the store has them."""

    def __init__(self, runs: Sequence[tuple[Connection, OpenRun]]) -> None:
        self._runs = tuple(runs)

    def wait(self, timeout: float | None = None) -> None:
        """Wait until everything logged to these runs so far has arrived.

        Args:
            timeout: Seconds; ASSAY_FLUSH_TIMEOUT when None.

        Raises:
            AssayError: The store refuses the records.
            Unavailable: They did not arrive in time; they stay in the journal and are sent later.
        """
        limit_s = settings.FLUSH_TIMEOUT.get() if timeout is None else timeout
        for connection, run in self._runs:
            if connection.flush(limit_s, run) or connection.is_offline:
                continue
            trouble = connection.trouble_of(run)
            raise trouble or Unavailable(
                f"Not all records of run {run.run_id!r} arrived within {limit_s:g} s. "
                "They stay in the journal and are sent later."
            )
