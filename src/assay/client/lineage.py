"""What came from what: data sets, runs and logged models."""

from typing import Literal

from assay.client.connection import Connection
from assay.wire import lineage as wire


def trace_lineage(
    connection: Connection,
    kind: Literal["dataset", "run", "model"],
    id: str,  # noqa: A002 the word for it
    name: str = "",
    depth: int = 4,
) -> wire.LineageGraph:
    """Return what a data set, a run or a logged model came from, and what came from it.

    Args:
        connection: Where to ask.
        kind: `dataset`, `run` or `model`.
        id: The run's or the model's id, the data set's digest.
        name: The data set's name.
        depth: How many steps to follow each way, 1 to 6.
    """
    request = wire.TraceLineage(kind=kind, id=id, name=name, depth=depth)
    return connection.call(wire.TRACE, request)
