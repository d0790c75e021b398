"""Data sets and models that go into runs, and models that come out of them."""

import json
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.entities.datasets import (
    CONTEXT_TAG,
    DatasetInput,
    DatasetSummary,
    LoggedModelInput,
    LoggedModelOutput,
)
from assay.entities.events import Changed
from assay.store.change_log import note
from assay.store.experiments import experiment_number
from assay.store.runs import active_run
from assay.store.statements import Row, Statement

MAX_SUMMARIES: Final = 1000

# A metric can name a data set before anyone has described it: such a row is filled in once.
_ADD = Statement(
    "INSERT INTO datasets (experiment_id, name, digest, source_type, source, schema, profile) "
    "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (experiment_id, name, digest) DO UPDATE SET "
    "source_type = excluded.source_type, source = excluded.source, schema = excluded.schema, "
    "profile = excluded.profile WHERE datasets.source_type = '' AND datasets.source = '' "
    "AND datasets.schema IS NULL AND datasets.profile IS NULL"
)
_FIND = Statement(
    "SELECT experiment_id, name, digest, dataset_id FROM datasets WHERE experiment_id IN "
    "(?int...) AND name IN (?text...) AND digest IN (?text...)"
)
_ADD_INPUT = Statement(
    "INSERT INTO dataset_inputs (run_number, dataset_id, position, context, tags) VALUES (?, ?, "
    "(SELECT COALESCE(MAX(position), -1) + 1 FROM dataset_inputs WHERE run_number = ?), ?, ?) "
    "ON CONFLICT (run_number, dataset_id) DO NOTHING"
)
_ADD_MODEL_INPUT = Statement(
    "INSERT INTO model_inputs (run_number, model_id, position) VALUES (?, ?, "
    "(SELECT COALESCE(MAX(position), -1) + 1 FROM model_inputs WHERE run_number = ?)) "
    "ON CONFLICT (run_number, model_id) DO NOTHING"
)
_ADD_MODEL_OUTPUT = Statement(
    "INSERT INTO model_outputs (run_number, model_id, step) VALUES (?, ?, ?)"
)
_SUMMARIES = Statement(
    "SELECT DISTINCT experiment_id, name, digest, context FROM datasets "
    "LEFT JOIN dataset_inputs ON dataset_inputs.dataset_id = datasets.dataset_id "
    "WHERE experiment_id IN (?int...) ORDER BY experiment_id, name, digest, context LIMIT ?"
)


class RunInputsToAdd(NamedTuple):
    """What one run says went in and came out."""

    run_number: int
    experiment_id: int
    datasets: Sequence[DatasetInput] = ()
    model_inputs: Sequence[LoggedModelInput] = ()
    model_outputs: Sequence[LoggedModelOutput] = ()


def log_inputs(
    conn: Connection,
    run_id: str,
    *,
    datasets: Sequence[DatasetInput] = (),
    models: Sequence[LoggedModelInput] = (),
) -> None:
    """Note what an active run used; what it is known to use already stays as it was."""
    place = active_run(conn, run_id)
    add_inputs(conn, [RunInputsToAdd(*place, datasets=datasets, model_inputs=models)])
    note(conn, place.experiment_id, place.run_number, Changed.INPUTS)


def log_outputs(conn: Connection, run_id: str, *, models: Sequence[LoggedModelOutput]) -> None:
    """Note models that an active run produced; the same one again is another output."""
    place = active_run(conn, run_id)
    add_inputs(conn, [RunInputsToAdd(*place, model_outputs=models)])
    note(conn, place.experiment_id, place.run_number, Changed.INPUTS)


def add_inputs(conn: Connection, items: Sequence[RunInputsToAdd]) -> None:
    """Write inputs and outputs of many runs with a fixed number of statements."""
    used = [(item, used_dataset) for item in items for used_dataset in item.datasets]
    if used:
        ids = _dataset_ids(conn, [_identity(item, use) for item, use in used], _dataset_rows(used))
        _ADD_INPUT.run_many(
            conn,
            [
                (item.run_number, ids[_identity(item, use)], item.run_number, *_labels(use))
                for item, use in used
            ],
        )
    _ADD_MODEL_INPUT.run_many(
        conn,
        [
            (item.run_number, model.model_id, item.run_number)
            for item in items
            for model in item.model_inputs
        ],
    )
    _ADD_MODEL_OUTPUT.run_many(
        conn,
        [
            (item.run_number, model.model_id, model.step)
            for item in items
            for model in item.model_outputs
        ],
    )


def search_datasets(conn: Connection, experiment_ids: Iterable[str]) -> list[DatasetSummary]:
    """Return the distinct data sets that runs of these experiments used, at most 1,000."""
    numbers = [experiment_number(experiment_id) for experiment_id in experiment_ids]
    rows = _SUMMARIES.rows(conn, numbers, MAX_SUMMARIES)
    return [DatasetSummary(str(row[0]), row[1], row[2], row[3]) for row in rows]


Identity = tuple[int, str, str]


def _identity(item: RunInputsToAdd, use: DatasetInput) -> Identity:
    return item.experiment_id, use.dataset.name, use.dataset.digest


def _dataset_rows(used: Iterable[tuple[RunInputsToAdd, DatasetInput]]) -> list[Row]:
    """Return one row per data set, the first description of each, in one order everywhere."""
    rows: dict[Identity, Row] = {}
    for item, use in used:
        dataset = use.dataset
        rows.setdefault(
            _identity(item, use),
            (
                item.experiment_id,
                dataset.name,
                dataset.digest,
                dataset.source_type,
                dataset.source,
                dataset.schema,
                dataset.profile,
            ),
        )
    return [rows[identity] for identity in sorted(rows)]


def _dataset_ids(
    conn: Connection, identities: Sequence[Identity], rows: Sequence[Row]
) -> dict[Identity, int]:
    _ADD.run_many(conn, rows)
    experiments, names, digests = (sorted(set(part)) for part in zip(*identities, strict=True))
    found = _FIND.rows(conn, experiments, names, digests)
    return {(row[0], row[1], row[2]): row[3] for row in found}


def _labels(use: DatasetInput) -> tuple[str | None, str]:
    """Return the context of a use and all its tags as they are kept."""
    context = next((tag.value for tag in use.tags if tag.key == CONTEXT_TAG), None)
    return context, json.dumps([[tag.key, tag.value] for tag in use.tags], ensure_ascii=False)
