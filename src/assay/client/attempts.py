"""The attempts of a run: the processes that tried, one after another, to bring it to its end."""

from assay.client.connection import Connection
from assay.entities.attempts import Attempt
from assay.wire import attempts as wire


def list_attempts(connection: Connection, run_id: str) -> tuple[Attempt, ...]:
    """Return the attempts of a run, the first one first.

    Raises:
        RunNotFound: No run has this id.
    """
    return connection.call(wire.LIST, wire.ListAttempts(run_id=run_id)).attempts
