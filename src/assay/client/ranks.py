"""The ranks of a run: the processes that a launcher started together and that logged to it."""

from assay.client.connection import Connection
from assay.client.probe import ServerKind
from assay.entities.ranks import RunRank
from assay.wire import ranks as wire


def list_ranks(connection: Connection, run_id: str) -> tuple[RunRank, ...]:
    """Return the ranks of a run by attempt and number; none when one process logged it.

    Raises:
        RunNotFound: No run has this id.
    """
    return connection.call(wire.LIST, wire.ListRanks(run_id=run_id)).ranks


def find_ranks(connection: Connection, run_id: str) -> tuple[RunRank, ...]:
    """Return the ranks of a run; a plain MLflow server knows of none."""
    if connection.server_kind is ServerKind.MLFLOW:
        return ()
    return list_ranks(connection, run_id)
