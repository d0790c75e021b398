"""Where runs differ in what was logged of them."""

from collections.abc import Sequence

from assay.client.connection import Connection
from assay.wire import run_diffs as wire


def diff_runs(
    connection: Connection, run_ids: Sequence[str], base: str = "", only_differing: bool = False
) -> wire.RunsDiffed:
    """Return attributes, params, metrics and tags of runs beside each other.

    Args:
        connection: Where to ask.
        run_ids: From 2 to 50 runs.
        base: The run that metrics are held against; the first one when none is named.
        only_differing: Whether to leave out keys in which all runs agree.
    """
    request = wire.DiffRuns(run_ids=tuple(run_ids), base=base, only_differing=only_differing)
    return connection.call(wire.DIFF, request)
