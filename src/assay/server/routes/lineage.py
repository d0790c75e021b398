"""What came from what: data sets, runs and logged models."""

from typing import Final

from sqlalchemy import Connection

from assay.entities.batches import check_text
from assay.errors import InvalidParameter
from assay.server.routing import reads
from assay.server.services import Services
from assay.store.lineage import KINDS, MAX_DEPTH, Kind, Node, describe_nodes, trace
from assay.store.time_limits import limited_search
from assay.wire import lineage as wire

MAX_TEXT: Final = 500


def _trace(_services: Services, conn: Connection, request: wire.TraceLineage) -> wire.LineageGraph:
    if not 1 <= request.depth <= MAX_DEPTH:
        raise InvalidParameter(f"depth must lie between 1 and {MAX_DEPTH}.")
    check_text(request.id, where="id", limit=MAX_TEXT)
    check_text(request.name, where="name", limit=MAX_TEXT)
    root = Node(_kind(request.kind), request.id, request.name if request.kind == "dataset" else "")
    with limited_search(conn):
        found = trace(conn, root, depth=request.depth)
        described = describe_nodes(conn, found.depths)
    nodes = sorted(
        described, key=lambda node: (found.depths[node], node.kind, described[node].name, node.id)
    )
    places = {node: place for place, node in enumerate(nodes)}
    return wire.LineageGraph(
        nodes=tuple(
            wire.LineageNode(
                kind=node.kind,
                id=node.id,
                name=described[node].name,
                experiment_id=str(described[node].experiment_id),
                status=described[node].status,
                time_ms=described[node].time_ms,
                depth=found.depths[node],
            )
            for node in nodes
        ),
        edges=tuple(
            wire.LineageEdge(source=places[edge.source], target=places[edge.target])
            for edge in sorted(found.edges)
            if edge.source in places and edge.target in places
        ),
        is_cut=found.is_cut,
    )


def _kind(text: str) -> Kind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise InvalidParameter(f"kind cannot be {text!r}. Use one of {', '.join(KINDS)}.")


ROUTES = (reads(wire.TRACE, _trace),)
