"""Purging: what was deleted goes for ever, in steps that may be cut off anywhere and begun again.

First a thing is marked, under the lock that restoring takes; from then on it can only go, and the next
purge goes on with what a dead one left. The statement that marks looks once more whether the thing is
deleted, for long enough, and needed by nothing that stays. Then its files go, then its rows in pieces
that let other writers in between, and at last its own row together with whatever arrived meanwhile.
Files are not this file's business; the order is kept by `server/purging.py`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.entities.experiments import DEFAULT_EXPERIMENT_ID
from assay.store.experiments import experiment_number
from assay.store.needs import MODEL_IS_FREE, RUN_IS_FREE, models_that_need, runs_that_need
from assay.store.owned_rows import (
    NOTHING,
    ROWS_OF_EXPERIMENTS,
    ROWS_OF_MODELS,
    ROWS_OF_RUNS,
    Amount,
)
from assay.store.purged import find_purged, remember_purged
from assay.store.statements import Row, Statement
from assay.store.tables import ACTIVE, PURGING

_LOCK_RUNS: Final = Statement(
    "SELECT run_number, run_id, lifecycle, artifact_uri, deleted_time FROM runs"
    " WHERE run_id IN (?text...) ORDER BY run_number FOR WRITING"
)
# A statement of its own after the lock, so that it sees what others committed while we waited.
_MARK_RUNS: Final = Statement(
    "UPDATE runs SET lifecycle = 2 WHERE run_number IN (?int...) AND lifecycle = 1"  # noqa: S608 constants
    f" AND deleted_time <= ? AND {RUN_IS_FREE} RETURNING run_number"
)
# Restoring an experiment changes its row: it waits for us, or we for it.
_LOCK_EXPERIMENTS: Final = Statement(
    "SELECT experiment_id FROM experiments WHERE experiment_id IN"
    " (SELECT experiment_id FROM logged_models WHERE model_id IN (?text...))"
    " ORDER BY experiment_id FOR WRITING"
)
_LOCK_MODELS: Final = Statement(
    "SELECT model_number, model_id, lifecycle, artifact_uri, last_updated_time FROM logged_models"
    " WHERE model_id IN (?text...) ORDER BY model_number FOR WRITING"
)
_MARK_MODELS: Final = Statement(
    "UPDATE logged_models SET lifecycle = 2 WHERE model_number IN (?int...)"  # noqa: S608 constants
    " AND ((lifecycle = 1 AND last_updated_time <= ?) OR (lifecycle = 0 AND EXISTS"
    " (SELECT 1 FROM experiments e WHERE e.experiment_id = logged_models.experiment_id"
    f" AND e.lifecycle = 1 AND e.last_update_time <= ?))) AND {MODEL_IS_FREE} RETURNING model_number"
)
_DELETED_WITH: Final = Statement(
    "SELECT m.model_id, e.last_update_time FROM logged_models m"
    " JOIN experiments e ON e.experiment_id = m.experiment_id"
    " WHERE m.model_id IN (?text...) AND m.lifecycle = 0 AND e.lifecycle = 1"
)
_RUNS_TO_REMOVE: Final = Statement(
    "SELECT run_number, run_id FROM runs WHERE run_number IN (?int...) AND lifecycle = 2"
    " ORDER BY run_number FOR REMOVAL"
)
_MODELS_TO_REMOVE: Final = Statement(
    "SELECT model_number, model_id FROM logged_models WHERE model_number IN (?int...)"
    " AND lifecycle = 2 ORDER BY model_number FOR REMOVAL"
)
_EXPERIMENT_TO_REMOVE: Final = Statement(
    "SELECT lifecycle, last_update_time FROM experiments WHERE experiment_id = ? FOR REMOVAL"
)
_IN_EXPERIMENT: Final = Statement(
    "SELECT (SELECT count(*) FROM runs WHERE experiment_id = ?),"
    " (SELECT count(*) FROM logged_models WHERE experiment_id = ?)"
)
_DATASETS_OF_RUNS: Final = Statement(
    "SELECT DISTINCT dataset_id FROM dataset_inputs WHERE run_number IN (?int...)"
)
_LOCK_DATASETS: Final = Statement(
    "SELECT dataset_id FROM datasets WHERE dataset_id IN (?int...) ORDER BY dataset_id FOR REMOVAL"
)
_DATASETS_IN_SERIES: Final = Statement(
    "SELECT DISTINCT dataset_id FROM series WHERE model_number > 0 AND dataset_id IN (?int...)"
)
_REMOVE_DATASETS: Final = Statement(
    "DELETE FROM datasets WHERE dataset_id IN (?int...) AND NOT EXISTS"
    " (SELECT 1 FROM dataset_inputs i WHERE i.dataset_id = datasets.dataset_id)"
)
_REMOVE_ALL_DATASETS: Final = Statement("DELETE FROM datasets WHERE experiment_id = ?")
_REMOVE_RUNS: Final = Statement("DELETE FROM runs WHERE run_number IN (?int...)")
_REMOVE_MODELS: Final = Statement("DELETE FROM logged_models WHERE model_number IN (?int...)")
_REMOVE_EXPERIMENT: Final = Statement("DELETE FROM experiments WHERE experiment_id = ?")


class Going(NamedTuple):
    """A thing that is marked: its number, its id, and where its files are."""

    number: int
    id: str
    artifact_uri: str


class Marked(NamedTuple):
    """What is being purged now, what had been purged before, and why the rest stays."""

    going: list[Going]
    gone: set[str]
    kept: dict[str, str]


def mark_runs(conn: Connection, run_ids: Sequence[str], *, deleted_before_ms: int) -> Marked:
    """Mark deleted runs, those that had been marked before included."""
    rows = _LOCK_RUNS.rows(conn, list(run_ids))
    numbers = {row[0] for row in _MARK_RUNS.rows(conn, [row[0] for row in rows], deleted_before_ms)}
    going, rest = _divided(rows, numbers)
    kept = {row[1]: _why(row[2], row[4], deleted_before_ms) for row in rest}
    needed = models_that_need(conn, [run_id for run_id, why in kept.items() if not why])
    kept |= {
        run_id: f"Needed by logged models that stay: {_named(ids)}. Delete and purge those first."
        for run_id, ids in needed.items()
    }
    return _marked(conn, run_ids, going, kept, "run")


def mark_models(conn: Connection, model_ids: Sequence[str], *, deleted_before_ms: int) -> Marked:
    """Mark logged models that are deleted, or whose experiment is; those marked before included."""
    _LOCK_EXPERIMENTS.rows(conn, list(model_ids))
    rows = _LOCK_MODELS.rows(conn, list(model_ids))
    candidates = [row[0] for row in rows]
    marked = _MARK_MODELS.rows(conn, candidates, deleted_before_ms, deleted_before_ms)
    going, rest = _divided(rows, {row[0] for row in marked})
    with_experiment: dict[str, int] = dict(_DELETED_WITH.rows(conn, [row[1] for row in rest]))
    kept = {}
    for _number, model_id, lifecycle, _uri, deleted_ms in rest:
        is_deleted = lifecycle or model_id in with_experiment
        since = with_experiment.get(model_id, deleted_ms)
        kept[model_id] = _why(int(bool(is_deleted)), since, deleted_before_ms)
    needed = runs_that_need(conn, [model_id for model_id, why in kept.items() if not why])
    kept |= {
        model_id: f"Runs that stay have it as an input: {_named(ids)}."
        for model_id, ids in needed.items()
    }
    return _marked(conn, model_ids, going, kept, "logged model")


def delete_rows_of_runs(conn: Connection, numbers: list[int], limit: int) -> int:
    """Delete some rows of marked runs, not their own; return how many, 0 when none is left."""
    return ROWS_OF_RUNS.delete_some(conn, numbers, limit)


def delete_rows_of_models(conn: Connection, numbers: list[int], limit: int) -> int:
    """Delete some rows of marked logged models, not their own; return how many."""
    return ROWS_OF_MODELS.delete_some(conn, numbers, limit)


def remove_runs(conn: Connection, numbers: list[int], *, now_ms: int) -> None:
    """Remove marked runs themselves, what is left of them, and data that only they described."""
    rows = _RUNS_TO_REMOVE.rows(conn, numbers)
    marked = [row[0] for row in rows]
    datasets = [row[0] for row in _DATASETS_OF_RUNS.rows(conn, marked)]
    ROWS_OF_RUNS.delete_all(conn, marked)
    _remove_unused_datasets(conn, datasets)
    remember_purged(conn, [row[1] for row in rows], now_ms=now_ms)
    _REMOVE_RUNS.run(conn, marked)


def remove_models(conn: Connection, numbers: list[int], *, now_ms: int) -> None:
    """Remove marked logged models themselves, and what is left of them."""
    rows = _MODELS_TO_REMOVE.rows(conn, numbers)
    marked = [row[0] for row in rows]
    ROWS_OF_MODELS.delete_all(conn, marked)
    remember_purged(conn, [row[1] for row in rows], now_ms=now_ms)
    _REMOVE_MODELS.run(conn, marked)


def remove_experiment(
    conn: Connection, experiment_id: str, *, deleted_before_ms: int
) -> Amount | str:
    """Remove a deleted experiment that has neither runs nor logged models left.

    Returns:
        How much that was, or why it stays. What is created in it meanwhile makes it stay.
    """
    number = experiment_number(experiment_id)
    row = _EXPERIMENT_TO_REMOVE.row(conn, number)
    if row is None:
        return NOTHING
    if number == int(DEFAULT_EXPERIMENT_ID):
        return "The default experiment is never purged, only what is in it."
    why = _why(row[0], row[1], deleted_before_ms)
    if why:
        return why
    n_runs, n_models = _IN_EXPERIMENT.rows(conn, number, number)[0]
    if n_runs or n_models:
        return f"It still has {n_runs} runs and {n_models} logged models; purge those first."
    amount = ROWS_OF_EXPERIMENTS.amounts(conn, [number]).get(number, NOTHING)
    ROWS_OF_EXPERIMENTS.delete_all(conn, [number])
    _REMOVE_ALL_DATASETS.run(conn, number)
    _REMOVE_EXPERIMENT.run(conn, number)
    return amount


def _remove_unused_datasets(conn: Connection, candidates: list[int]) -> None:
    """Remove descriptions of data that nothing names any more.

    Whoever names one meanwhile holds it (`FOR KEEPING`, or by its own write), so we wait and then see.
    """
    if not candidates:
        return
    locked = [row[0] for row in _LOCK_DATASETS.rows(conn, candidates)]
    used = {row[0] for row in _DATASETS_IN_SERIES.rows(conn, locked)}
    _REMOVE_DATASETS.run(conn, [number for number in locked if number not in used])


def _divided(rows: Sequence[Row], marked: set[int]) -> tuple[list[Going], list[Row]]:
    """Return what is marked now or was before, and the other rows."""
    is_going = [row[0] in marked or row[2] == PURGING for row in rows]
    going = [
        Going(row[0], row[1], row[3]) for row, goes in zip(rows, is_going, strict=True) if goes
    ]
    return going, [row for row, goes in zip(rows, is_going, strict=True) if not goes]


def _why(lifecycle: int, deleted_ms: int | None, deleted_before_ms: int) -> str:
    """Return why a thing stays, as far as its own row tells; empty when it does not."""
    if lifecycle == ACTIVE:
        return "It is not deleted."
    if deleted_ms is None:
        return "It is not known when it was deleted; delete it again."
    if deleted_ms > deleted_before_ms:
        moment = datetime.fromtimestamp(deleted_ms / 1000, tz=UTC)
        return f"It was deleted too recently, on {moment:%Y-%m-%d %H:%M} UTC."
    return ""


def _named(ids: Sequence[str]) -> str:
    shown = ", ".join(ids[:3])
    return f"{shown} and {len(ids) - 3} more" if len(ids) > 3 else shown


def _marked(
    conn: Connection, ids: Sequence[str], going: list[Going], kept: dict[str, str], kind: str
) -> Marked:
    unknown = set(ids) - {one.id for one in going} - kept.keys()
    gone = find_purged(conn, unknown)
    kept |= dict.fromkeys(unknown - gone, f"No {kind} has this id.")
    # Between the two looks somebody let go of what needed it.
    kept = {
        identity: why or "It has just become free; try again." for identity, why in kept.items()
    }
    return Marked(going, gone, kept)
