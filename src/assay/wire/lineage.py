"""How the graph of data sets, runs and logged models travels."""

from typing import Literal

from assay.wire.endpoint import READ_SERVER, Area, Effect, Endpoint, Message, Request


class TraceLineage(Request, frozen=True, kw_only=True):
    """The neighbourhood of one thing, `depth` steps both ways.

    `kind` is `dataset`, `run` or `model`; the id of a data set is its digest, and it has a `name`.
    """

    kind: str
    id: str
    name: str = ""
    depth: int = 4


class LineageNode(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One thing of the graph; `depth` is negative for what came before, 0 for what was asked about."""

    kind: Literal["dataset", "run", "model"]
    id: str
    name: str
    experiment_id: str
    status: str
    time_ms: int
    depth: int


class LineageEdge(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Places in `nodes`: the second came from the first, or used it."""

    source: int
    target: int


class LineageGraph(Message, frozen=True, kw_only=True, omit_defaults=False):
    """At most 400 nodes, by depth; `is_cut` says that there is more."""

    nodes: tuple[LineageNode, ...]
    edges: tuple[LineageEdge, ...]
    is_cut: bool


TRACE = Endpoint(
    name="trace_lineage",
    method="POST",
    area=Area.ASSAY,
    path="lineage",
    request=TraceLineage,
    response=LineageGraph,
    permission=READ_SERVER,
    effect=Effect.READ,
    summary="Trace what a data set, run or model came from and what came from it.",
)
ENDPOINTS = (TRACE,)
