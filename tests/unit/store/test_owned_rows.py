"""Every table is decided: whose rows they are, and so whether a purge takes them.

A new table fails here until somebody has decided. Look at what it refers to: what must keep a run or
a logged model from being purged belongs into `needs.py`.
"""

import pytest

from assay.store.owned_rows import (
    OF_EXPERIMENTS,
    OF_MODELS,
    OF_RUNS,
    ROOTS,
    ROWS_OF_EXPERIMENTS,
    ROWS_OF_MODELS,
    ROWS_OF_RUNS,
)
from assay.store.tables import metadata
from statements import counted_statements, scanned_tables

RUNS = {
    "attempt_starts",
    "attempts",
    "chunks",
    "dataset_inputs",
    "inbox",
    "media",
    "model_inputs",
    "model_outputs",
    "packs",
    "param_amendments",
    "params",
    "ranks",
    "series",
    "tags",
    "writers",
}
MODELS = {"logged_model_params", "logged_model_tags"}
EXPERIMENTS = {"datasets", "experiment_tags", "note_versions", "view_versions", "views"}
NOBODYS = {"changes", "counters", "keys", "leases", "page_states", "purged", "schema_revision"}
"""`keys` only grows: a name keeps its number for ever. `changes` keeps its length by itself.
Links stand for `page_states`, and nobody knows who has such a link."""

REFERENCES_BY_ID = {
    "runs.run_id",
    "logged_models.model_id",
    # What came from a run keeps it (`needs.py`).
    "logged_models.source_run_id",
    # A model that a run used stays for it when its experiment goes (`needs.py`).
    "model_inputs.model_id",
    # What a run says it produced; a model that was deleted itself may go.
    "model_outputs.model_id",
    # Not about runs or models.
    "logged_models.creator_id",
    "runs.user_id",
    "writers.writer_id",
    "purged.id",
    "views.view_id",
    "view_versions.view_id",
    "page_states.state_id",
}


OWNERS = [ROWS_OF_RUNS, ROWS_OF_MODELS, ROWS_OF_EXPERIMENTS]


def names(tables):
    return {table.name for table in tables}


def test_every_table_is_decided():
    decided = RUNS | MODELS | EXPERIMENTS | NOBODYS | names(ROOTS)
    assert metadata.tables.keys() == decided


def test_tables_belong_to_what_their_columns_name():
    assert names(OF_RUNS) == RUNS
    assert names(OF_MODELS) == MODELS
    assert names(OF_EXPERIMENTS) == EXPERIMENTS


def test_every_reference_by_an_id_that_users_see_is_decided():
    found = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name.endswith("id") and column.type.python_type is str
    }
    assert found == REFERENCES_BY_ID


@pytest.mark.parametrize("owned", OWNERS)
def test_rows_are_found_along_indexes(database, owned):
    with database.write() as conn, counted_statements(conn) as ran:
        assert owned.delete_some(conn, [1, 2], 10) == 0
        owned.delete_all(conn, [1, 2])
        assert owned.amounts(conn, [1, 2]) == {}
    with database.read() as conn:
        scanned = {
            table
            for statement, values in zip(ran, ran.values, strict=True)
            for table in scanned_tables(conn, statement, values)
        }
    assert not scanned & metadata.tables.keys()
