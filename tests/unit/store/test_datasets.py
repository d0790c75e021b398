"""Inputs and outputs of runs."""

import pytest

from assay.entities.datasets import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
)
from assay.errors import InactiveRun
from assay.store.datasets import log_inputs, log_outputs, search_datasets
from assay.store.experiments import create_experiment
from assay.store.runs import create_run, delete_run, get_run


def used(name="d", digest="1", *, source="{}", tags=()):
    return DatasetInput(Dataset(name, digest, "local", source), tags)


def context(value):
    return (InputTag("mlflow.data.context", value),)


def new_run(conn, experiment_id="0"):
    return create_run(conn, experiment_id=experiment_id).info.run_id


def test_inputs_are_found_in_logged_order(database):
    uses = [used("z"), used("a", tags=(InputTag("b", "2"), InputTag("a", "1")))]
    with database.write() as conn:
        run_id = new_run(conn)
        log_inputs(conn, run_id, datasets=uses[:1])
        log_inputs(conn, run_id, datasets=uses[1:], models=[LoggedModelInput("m-1")])
        inputs = get_run(conn, run_id).inputs
    assert inputs.dataset_inputs == tuple(uses)
    assert inputs.model_inputs == (LoggedModelInput("m-1"),)


def test_dataset_of_the_same_identity_keeps_its_first_description(database):
    with database.write() as conn:
        first, second = new_run(conn), new_run(conn)
        log_inputs(conn, first, datasets=[used(source="old"), used(source="twice")])
        log_inputs(conn, second, datasets=[used(source="new")])
        found = get_run(conn, second).inputs.dataset_inputs
    assert found == (used(source="old"),)


def test_dataset_that_only_a_metric_named_is_described_later(database):
    with database.write() as conn:
        run_id = new_run(conn)
        log_inputs(conn, run_id, datasets=[DatasetInput(Dataset("d", "1"))])
        log_inputs(conn, new_run(conn), datasets=[used(source="known")])
        found = get_run(conn, run_id).inputs.dataset_inputs
    assert found == (used(source="known"),)


def test_same_dataset_on_the_same_run_changes_nothing(database):
    with database.write() as conn:
        run_id = new_run(conn)
        log_inputs(conn, run_id, datasets=[used(tags=context("train"))])
        log_inputs(conn, run_id, datasets=[used(tags=context("test"))])
        found = get_run(conn, run_id).inputs.dataset_inputs
    assert found == (used(tags=context("train")),)


def test_outputs_add_up(database):
    output = LoggedModelOutput("m-1", 2)
    with database.write() as conn:
        run_id = new_run(conn)
        log_outputs(conn, run_id, models=[output])
        log_outputs(conn, run_id, models=[output])
        assert get_run(conn, run_id).outputs.model_outputs == (output, output)


def test_deleted_run_takes_no_inputs_and_outputs(database):
    with database.write() as conn:
        run_id = new_run(conn)
        delete_run(conn, run_id, now_ms=1)
        with pytest.raises(InactiveRun):
            log_inputs(conn, run_id, datasets=[used()])
        with pytest.raises(InactiveRun):
            log_outputs(conn, run_id, models=[LoggedModelOutput("m-1")])


def test_summaries_are_distinct_and_of_the_wanted_experiments(database):
    with database.write() as conn:
        other = create_experiment(conn, name="other", now_ms=1)
        for _ in range(2):
            log_inputs(conn, new_run(conn), datasets=[used(tags=context("train")), used("e")])
        log_inputs(conn, new_run(conn), datasets=[used(tags=context("test"))])
        log_inputs(conn, new_run(conn, other), datasets=[used("elsewhere")])
        found = search_datasets(conn, ["0"])
    assert sorted(found, key=str) == sorted(
        [
            DatasetSummary("0", "d", "1", "test"),
            DatasetSummary("0", "d", "1", "train"),
            DatasetSummary("0", "e", "1", None),
        ],
        key=str,
    )
