"""What keeps a deleted thing from being purged: whatever stays and cannot do without it.

A run stays in the trash as long as a logged model that is not itself being purged came from it or has
metrics in it. A logged model that lies in a deleted experiment, but was not deleted itself, stays as
long as an active run, or any run of another experiment, has it as an input. The conditions stand here
once: the statements that mark for purging contain them, and lists of the trash explain them.
"""

from collections import defaultdict
from typing import Final

from sqlalchemy import Connection

from assay.store.statements import Statement

RUN_IS_FREE: Final = (
    "NOT EXISTS (SELECT 1 FROM logged_models m WHERE m.source_run_id = runs.run_id"
    " AND m.lifecycle < 2)"
    " AND NOT EXISTS (SELECT 1 FROM series s JOIN logged_models m ON m.model_number = s.model_number"
    " WHERE s.run_number = runs.run_number AND s.model_number > 0 AND m.lifecycle < 2)"
)
MODEL_IS_FREE: Final = (
    "(logged_models.lifecycle = 1 OR NOT EXISTS (SELECT 1 FROM model_inputs i"
    " JOIN runs r ON r.run_number = i.run_number WHERE i.model_id = logged_models.model_id"
    " AND (r.lifecycle = 0 OR (r.lifecycle = 1"
    " AND r.experiment_id <> logged_models.experiment_id))))"
)
_MODELS_FROM: Final = Statement(
    "SELECT source_run_id, model_id FROM logged_models"
    " WHERE source_run_id IN (?text...) AND lifecycle < 2"
)
_MODELS_MEASURED: Final = Statement(
    "SELECT DISTINCT r.run_id, m.model_id FROM series s"
    " JOIN logged_models m ON m.model_number = s.model_number"
    " JOIN runs r ON r.run_number = s.run_number"
    " WHERE s.run_number IN (SELECT run_number FROM runs WHERE run_id IN (?text...))"
    " AND s.model_number > 0 AND m.lifecycle < 2"
)
_RUNS_WITH: Final = Statement(
    "SELECT DISTINCT i.model_id, r.run_id FROM model_inputs i"
    " JOIN runs r ON r.run_number = i.run_number JOIN logged_models m ON m.model_id = i.model_id"
    " WHERE i.model_id IN (?text...) AND m.lifecycle = 0"
    " AND (r.lifecycle = 0 OR (r.lifecycle = 1 AND r.experiment_id <> m.experiment_id))"
)


def models_that_need(conn: Connection, run_ids: list[str]) -> dict[str, tuple[str, ...]]:
    """Return for runs the ids of the logged models that cannot do without them."""
    if not run_ids:
        return {}
    return _grouped(_MODELS_FROM.rows(conn, run_ids) + _MODELS_MEASURED.rows(conn, run_ids))


def runs_that_need(conn: Connection, model_ids: list[str]) -> dict[str, tuple[str, ...]]:
    """Return for logged models the ids of the runs that cannot do without them."""
    return _grouped(_RUNS_WITH.rows(conn, model_ids)) if model_ids else {}


def _grouped(rows: list[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = defaultdict(set)
    for needed, needing in rows:
        found[needed].add(needing)
    return {needed: tuple(sorted(needing)) for needed, needing in found.items()}
