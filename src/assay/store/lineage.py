"""What came from what: data sets, runs and logged models, followed both ways.

The graph is read layer by layer with a fixed number of statements each, so its cost grows with its
depth and with what it shows, never with what the store holds.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, literal_column, or_, select, union

from assay.entities.runs import RUN_STATUS_NUMBERS
from assay.errors import NotFound
from assay.store.tables import (
    ACTIVE,
    dataset_inputs,
    datasets,
    experiments,
    logged_models,
    model_inputs,
    model_outputs,
    runs,
)

MAX_DEPTH: Final = 6
MAX_NODES: Final = 400
_AT_ONCE: Final = 200
_MOST_EDGES: Final = 2 * MAX_NODES

Kind = Literal["dataset", "run", "model"]
KINDS: Final[tuple[Kind, ...]] = ("dataset", "run", "model")


class Node(NamedTuple):
    """A data set by its digest and name, a run or a logged model by its id."""

    kind: Kind
    id: str
    name: str = ""
    """Of a data set, which it takes to tell it from others."""


class Edge(NamedTuple):
    """`target` came from `source`, or used it."""

    source: Node
    target: Node


@dataclass(frozen=True, slots=True)
class Lineage:
    """A graph around one node: every node with its distance, negative where it came before."""

    depths: dict[Node, int] = field(default_factory=dict)
    edges: set[Edge] = field(default_factory=set)
    is_cut: bool = False


class Described(NamedTuple):
    """What a node is called; `status` of a run or a model, milliseconds since 1970 of its beginning."""

    name: str
    experiment_id: int | None
    status: str
    time_ms: int


def trace(conn: Connection, root: Node, *, depth: int) -> Lineage:
    """Return what `root` came from and what came from it, up to `depth` steps each way.

    Raises:
        NotFound: There is no such data set, run or model.
    """
    if root not in describe_nodes(conn, [root]):
        raise NotFound(f"There is no {root.kind} {root.id}.")
    depths, edges, is_cut = {root: 0}, set[Edge](), False
    for sign, step in ((-1, _before), (1, _after)):
        layer = [root]
        # One layer more than is shown tells whether there is one.
        for distance in range(1, depth + 2):
            followed, is_limited = _followed(conn, step, layer)
            is_cut = is_cut or is_limited
            layer = []
            for edge in followed:
                other = edge.source if sign < 0 else edge.target
                if other not in depths:
                    if distance > depth or len(depths) >= MAX_NODES:
                        is_cut = True
                        continue
                    depths[other] = sign * distance
                    layer.append(other)
                edges.add(edge)
            if not layer:
                break
    return Lineage(depths, edges, is_cut)


def describe_nodes(conn: Connection, nodes: Iterable[Node]) -> dict[Node, Described]:
    """Return what is known of nodes; those that are not there, or deleted, are left out."""
    found: dict[Node, Described] = {}
    for kind, own in _by_kind(nodes):
        for part in _parts(own):
            for row in conn.execute(_DESCRIBE[kind](part)):
                node = Node(kind, row[0], row[1] if kind == "dataset" else "")
                status = RUN_STATUS_NUMBERS[row[3]].value if kind == "run" else row[3]
                found[node] = Described(row[1], row[2], status, row[4])
    return found


def _followed(conn: Connection, step: Any, layer: list[Node]) -> tuple[list[Edge], bool]:
    """Return the edges of a layer, and whether there are more than are read at once."""
    edges: list[Edge] = []
    is_limited = False
    for kind, own in _by_kind(layer):
        for part in _parts(own):
            for other, query in step(kind, part):
                rows = conn.execute(query.limit(_MOST_EDGES)).all()
                is_limited = is_limited or len(rows) == _MOST_EDGES
                edges += [_edge(kind, other, row, is_before=step is _before) for row in rows]
    return edges, is_limited


def _edge(kind: Kind, other: Kind, row: Any, *, is_before: bool) -> Edge:
    """Return the edge of a row: id and name of the node that was asked about, then of the other."""
    here = Node(kind, row[0], row[1] if kind == "dataset" else "")
    there = Node(other, row[2], row[3] if other == "dataset" else "")
    return Edge(there, here) if is_before else Edge(here, there)


def _before(kind: Kind, nodes: list[Node]) -> Iterator[tuple[Kind, Any]]:
    ids = [node.id for node in nodes]
    if kind == "run":
        yield "dataset", _run_data(runs.c.run_id.in_(ids), is_run_first=True)
        yield "model", _used_models(runs.c.run_id.in_(ids), is_run_first=True)
    elif kind == "model":
        yield "run", _made_models(logged_models.c.model_id.in_(ids), is_model_first=True)


def _after(kind: Kind, nodes: list[Node]) -> Iterator[tuple[Kind, Any]]:
    ids = [node.id for node in nodes]
    if kind == "dataset":
        yield "run", _run_data(_are_data(nodes), is_run_first=False)
    elif kind == "run":
        yield "model", _made_models(runs.c.run_id.in_(ids), is_model_first=False)
    else:
        yield "run", _used_models(model_inputs.c.model_id.in_(ids), is_run_first=False)


_RUN: Final = (runs.c.run_id, runs.c.name)
_DATA: Final = (datasets.c.digest, datasets.c.name)
_MODEL: Final = (logged_models.c.model_id, logged_models.c.name)
_IS_RUN_ALIVE: Final = runs.c.lifecycle == ACTIVE
_ARE_BOTH_ALIVE: Final = and_(_IS_RUN_ALIVE, logged_models.c.lifecycle == ACTIVE)


def _run_data(condition: ColumnElement[bool], *, is_run_first: bool) -> Select[Any]:
    joined = dataset_inputs.join(runs, runs.c.run_number == dataset_inputs.c.run_number).join(
        datasets, datasets.c.dataset_id == dataset_inputs.c.dataset_id
    )
    columns = (*_RUN, *_DATA) if is_run_first else (*_DATA, *_RUN)
    return select(*columns).select_from(joined).where(condition, _IS_RUN_ALIVE)


def _used_models(condition: ColumnElement[bool], *, is_run_first: bool) -> Select[Any]:
    joined = model_inputs.join(runs, runs.c.run_number == model_inputs.c.run_number).join(
        logged_models, logged_models.c.model_id == model_inputs.c.model_id
    )
    columns = (*_RUN, *_MODEL) if is_run_first else (*_MODEL, *_RUN)
    return select(*columns).select_from(joined).where(condition, _ARE_BOTH_ALIVE)


def _made_models(condition: ColumnElement[bool], *, is_model_first: bool) -> Any:
    """Models and the runs that made them: as the model says, and as the run says."""
    by_model = logged_models.join(runs, runs.c.run_id == logged_models.c.source_run_id)
    by_run = model_outputs.join(runs, runs.c.run_number == model_outputs.c.run_number).join(
        logged_models, logged_models.c.model_id == model_outputs.c.model_id
    )
    columns = (*_MODEL, *_RUN) if is_model_first else (*_RUN, *_MODEL)
    labelled = [column.label(f"c{place}") for place, column in enumerate(columns)]
    return union(
        *(
            select(*labelled).select_from(joined).where(condition, _ARE_BOTH_ALIVE)
            for joined in (by_model, by_run)
        )
    )


def _describe_runs(nodes: list[Node]) -> Select[Any]:
    columns = runs.c
    return select(
        columns.run_id, columns.name, columns.experiment_id, columns.status, columns.start_time
    ).where(columns.run_id.in_([node.id for node in nodes]), columns.lifecycle == ACTIVE)


def _describe_models(nodes: list[Node]) -> Select[Any]:
    columns = logged_models.c
    return select(
        columns.model_id,
        columns.name,
        columns.experiment_id,
        columns.status,
        columns.creation_time,
    ).where(columns.model_id.in_([node.id for node in nodes]), columns.lifecycle == ACTIVE)


def _describe_data(nodes: list[Node]) -> Select[Any]:
    columns = datasets.c
    return (
        select(
            columns.digest,
            columns.name,
            columns.experiment_id,
            columns.source_type,
            literal_column("0"),
        )
        .join(experiments, experiments.c.experiment_id == columns.experiment_id)
        .where(_are_data(nodes), experiments.c.lifecycle == ACTIVE)
        .order_by(columns.dataset_id)
    )


_DESCRIBE: Final[dict[Kind, Any]] = {
    "dataset": _describe_data,
    "run": _describe_runs,
    "model": _describe_models,
}


def _are_data(nodes: list[Node]) -> ColumnElement[bool]:
    columns = datasets.c
    return or_(*(and_(columns.digest == node.id, columns.name == node.name) for node in nodes))


def _by_kind(nodes: Iterable[Node]) -> list[tuple[Kind, list[Node]]]:
    kinds: dict[Kind, list[Node]] = {}
    for node in nodes:
        kinds.setdefault(node.kind, []).append(node)
    return list(kinds.items())


def _parts(nodes: list[Node]) -> Iterator[list[Node]]:
    for start in range(0, len(nodes), _AT_ONCE):
        yield nodes[start : start + _AT_ONCE]
