"""`assay trash` and `assay space`."""

import json

import pytest

import assay


@pytest.fixture
def run_id(place):
    with assay.start_run(run_name="one") as started:
        assay.log_metric("loss", 0.5)
        assay.log_text("words", "notes.txt")
    client = assay.Client()
    client.flush()
    client.delete_run(started.info.run_id)
    return started.info.run_id


def test_list_shows_until_when_it_can_be_restored(run, run_id):
    lines = run("trash", "list").stdout.splitlines()
    assert lines[0].split()[:3] == ["Kind", "Id", "Name"]
    assert lines[1].split()[:3] == ["run", run_id, "one"]
    assert lines[1].rstrip().endswith("5 B")


def test_restore_brings_it_back(run, run_id):
    assert run("trash", "restore", run_id).stdout == f"Restored run {run_id}.\n"
    assert assay.get_run(run_id).info.lifecycle_stage == "active"
    assert "Not in the trash" in run("trash", "restore", run_id, ok=False).stderr


def test_purge_by_id_needs_force_within_the_window(run, run_id):
    assert "too recently" in run("trash", "purge", run_id, "--yes", ok=False).stderr
    assert "Purged 1 runs" in run("trash", "purge", run_id, "--yes", "--force").stdout
    assert run("trash", "list").stdout.splitlines()[1:] == []
    assert "Not in the trash" in run("trash", "purge", run_id, "--yes", ok=False).stderr


def test_purging_an_experiment_takes_what_is_in_it(run, place):
    run("experiments", "create", "-n", "vision")
    run("runs", "create", "--experiment-id", "1", "--run-name", "one")
    run("experiments", "delete", "-x", "1")
    assert "1 runs, 0 logged models, 1 exp" in run("trash", "purge", "1", "-y", "--force").stdout
    assert "No Experiment" in run("experiments", "get", "-x", "1", ok=False).stderr


@pytest.mark.parametrize(
    ("by", "n_takers"), [("experiment", 1), ("run", 1), ("metric", 2), ("artifact", 1)]
)
def test_space_lists_what_takes_it(run, run_id, by, n_takers):
    assert len(run("space", "--by", by).stdout.splitlines()) == 1 + n_takers
    found = json.loads(run("space", "--by", by, "--json").stdout)
    assert found["n_takers"] == n_takers
    assert "1 files (5 B)" in run("space", "--by", "artifact").stderr


def test_space_of_an_experiment_that_is_none_is_refused(run, place):
    assert "typo" in run("space", "-x", "typo", ok=False).stderr
