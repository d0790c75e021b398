"""The trash: what is deleted and can still be restored, or waits for being purged."""

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from sqlalchemy import Connection

from assay.errors import InvalidPageToken
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.needs import models_that_need, runs_that_need
from assay.store.owned_rows import (
    NOTHING,
    ROWS_OF_EXPERIMENTS,
    ROWS_OF_MODELS,
    ROWS_OF_RUNS,
    Amount,
    OwnedRows,
)
from assay.store.statements import Row, Statement
from assay.store.tables import PURGING

Kind = Literal["run", "model", "experiment"]

KINDS: Final[tuple[Kind, ...]] = ("run", "model", "experiment")
_START: Final = (0, 0, 0)
_IN: Final = " AND {}experiment_id IN (?int...)"


def _run_statement(scope: str) -> Statement:
    return Statement(
        "SELECT run_number, run_id, name, experiment_id, deleted_time, lifecycle, artifact_uri"  # noqa: S608 constants
        " FROM runs WHERE lifecycle > 0"
        f" AND (lifecycle, deleted_time, run_number) > (?, ?, ?){scope}"
        " ORDER BY lifecycle, deleted_time, run_number LIMIT ?"
    )


def _model_statement(scope: str) -> Statement:
    return Statement(
        "SELECT m.model_number, m.model_id, m.name, m.experiment_id,"  # noqa: S608 constants
        " CASE WHEN m.lifecycle = 0 THEN e.last_update_time ELSE m.last_updated_time END,"
        " m.lifecycle, m.artifact_uri"
        " FROM logged_models m JOIN experiments e ON e.experiment_id = m.experiment_id"
        f" WHERE (m.lifecycle > 0 OR e.lifecycle > 0) AND m.model_number > ?{scope}"
        " ORDER BY m.model_number LIMIT ?"
    )


def _experiment_statement(scope: str) -> Statement:
    return Statement(
        "SELECT e.experiment_id, e.experiment_id, e.name, e.experiment_id, e.last_update_time,"  # noqa: S608 constants
        " e.lifecycle, e.artifact_location,"
        " (SELECT count(*) FROM runs r WHERE r.experiment_id = e.experiment_id),"
        " (SELECT count(*) FROM logged_models m WHERE m.experiment_id = e.experiment_id)"
        f" FROM experiments e WHERE e.lifecycle > 0 AND e.experiment_id >= ?{scope}"
        " ORDER BY e.experiment_id LIMIT ?"
    )


_RUNS: Final = {True: _run_statement(_IN.format("")), False: _run_statement("")}
_MODELS: Final = {True: _model_statement(_IN.format("m.")), False: _model_statement("")}
_EXPERIMENTS: Final = {
    True: _experiment_statement(_IN.format("e.")),
    False: _experiment_statement(""),
}
_ROWS: Final[dict[Kind, OwnedRows]] = {
    "run": ROWS_OF_RUNS,
    "model": ROWS_OF_MODELS,
    "experiment": ROWS_OF_EXPERIMENTS,
}


class Discarded(NamedTuple):
    """One thing in the trash; `needed_by` are ids of what keeps it from being purged.

    For an experiment `n_runs` and `n_models` count what it still has, deleted or not, and `amount`
    leaves them out.
    """

    kind: Kind
    number: int
    id: str
    name: str
    experiment_id: str
    deleted_time: int
    is_purging: bool
    artifact_uri: str
    amount: Amount = NOTHING
    needed_by: tuple[str, ...] = ()
    n_runs: int = 0
    n_models: int = 0


class TrashPage(NamedTuple):
    """Some of what is in the trash, and where to go on."""

    items: list[Discarded]
    token: str | None


def list_trash(
    conn: Connection, *, experiments: Sequence[int] = (), max_results: int, page_token: str = ""
) -> TrashPage:
    """Return what is in the trash: runs, oldest first, then logged models, then experiments.

    Args:
        conn: A reading connection.
        experiments: Only what belongs to these; empty for everything.
        max_results: How many at most.
        page_token: Where the page before ended.
    """
    mark = fingerprint("trash", tuple(experiments))
    rank, place = _place(page_token, mark)
    items: list[Discarded] = []
    while rank < len(KINDS):
        wanted = max_results + 1 - len(items)
        items += _page(conn, KINDS[rank], experiments, place, wanted)
        if len(items) > max_results:
            break
        rank, place = rank + 1, _START
    shown = items[:max_results]
    token = _token(shown[-1], mark) if len(items) > max_results else None
    return TrashPage(_described(conn, shown), token)


def _page(
    conn: Connection, kind: Kind, experiments: Sequence[int], place: tuple[int, ...], limit: int
) -> list[Discarded]:
    scope = [list(experiments)] if experiments else []
    if kind == "run":
        rows = _RUNS[bool(scope)].rows(conn, *place, *scope, limit)
    elif kind == "model":
        rows = _MODELS[bool(scope)].rows(conn, place[-1], *scope, limit)
    else:
        # Numbers of experiments begin at 0, so the place is one further.
        rows = _EXPERIMENTS[bool(scope)].rows(conn, place[-1], *scope, limit)
    return [_item(kind, row) for row in rows]


def _item(kind: Kind, row: Row) -> Discarded:
    number, identity, name, experiment, deleted_ms, lifecycle, uri, *counts = row
    is_purging = lifecycle == PURGING
    return Discarded(
        kind, number, str(identity), name, str(experiment), deleted_ms, is_purging, uri
    )._replace(**dict(zip(("n_runs", "n_models"), counts, strict=False)))


def _described(conn: Connection, items: list[Discarded]) -> list[Discarded]:
    """Return the items with what they take and what needs them."""
    amounts = {
        kind: _ROWS[kind].amounts(conn, [item.number for item in items if item.kind == kind])
        for kind in KINDS
    }
    needed = models_that_need(conn, [item.id for item in items if item.kind == "run"])
    needed |= runs_that_need(conn, [item.id for item in items if item.kind == "model"])
    return [
        item._replace(
            amount=amounts[item.kind].get(item.number, NOTHING),
            needed_by=() if item.is_purging else needed.get(item.id, ()),
        )
        for item in items
    ]


def _token(last: Discarded, mark: str) -> str:
    if last.kind == "run":
        place = (1 + last.is_purging, last.deleted_time, last.number)
    else:
        place = (0, 0, last.number + (last.kind == "experiment"))
    return encode_cursor(Cursor((KINDS.index(last.kind), *place), 0), mark)


def _place(token: str, mark: str) -> tuple[int, tuple[int, ...]]:
    if not token:
        return 0, _START
    match decode_cursor(token, mark).of_shape((int, int, int, int)):
        case (int(rank), int(first), int(second), int(number)) if 0 <= rank < len(KINDS):
            return rank, (first, second, number)
        case _:
            raise InvalidPageToken("it was not made for this list")
