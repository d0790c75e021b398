"""`assay runs`."""

import json

import pytest

import assay


@pytest.fixture
def logged(place):
    ids = {}
    for name, loss in (("good", 0.1), ("bad", 0.9)):
        with assay.start_run(run_name=name, experiment_id="0") as run:
            assay.log_params({"model": "forest", "depth": 8})
            assay.log_metric("loss", loss)
            assay.set_tag("team", "vision")
        ids[name] = run.info.run_id
    return ids


def test_list_shows_date_name_and_id_newest_first(run, logged):
    lines = run("runs", "list", "--experiment-id", "0").stdout.splitlines()
    assert lines[0].split() == ["Date", "Name", "ID"]
    assert [line.split()[-1] for line in lines[1:]] == [logged["bad"], logged["good"]]


def test_list_takes_the_experiment_from_the_environment(run, logged, monkeypatch):
    monkeypatch.setenv("MLFLOW_EXPERIMENT_ID", "0")
    assert logged["good"] in run("runs", "list").stdout


def test_list_without_an_experiment_is_a_wrong_call(run):
    assert run("runs", "list", ok=False).exit_code == 2


def test_search_filters_and_sorts(run, logged):
    words = ["--filter", "params.model = 'forest'", "--order-by", "metrics.loss DESC", "--json"]
    found = json.loads(run("runs", "search", *words).stdout)
    assert [item["info"]["run_id"] for item in found] == [logged["bad"], logged["good"]]
    assert found[0]["data"]["params"] == {"model": "forest", "depth": "8"}


def test_search_shows_what_the_query_speaks_of(run, logged):
    heading = run("runs", "search", "--filter", "params.depth = '8'").stdout.splitlines()[0]
    assert heading.split()[-2:] == ["depth", "loss"]


def test_search_shows_the_columns_that_are_asked_for(run, logged):
    lines = run("runs", "search", "-c", "tags.team,metrics.loss", "-m", "1").stdout.splitlines()
    assert lines[0].split()[-2:] == ["team", "loss"]
    assert lines[1].split()[-2:] == ["vision", "0.9"]


def test_a_filter_that_makes_no_sense_is_explained_in_one_line(run, logged):
    result = run("runs", "search", "--filter", "metrics.loss <", ok=False)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")
    assert "Traceback" not in result.stderr


def test_describe_prints_everything_as_json(run, logged):
    text = run("runs", "describe", "--run-id", logged["good"]).stdout
    described = json.loads(text)
    assert described["data"]["metrics"] == {"loss": 0.1}
    assert described["info"]["status"] == "FINISHED"
    assert {"inputs", "outputs"} <= described.keys()
    assert '\n    "info"' in text


def test_create_records_a_run_that_has_ended(run, place):
    words = ["-t", "a=1", "-t", "b=x=y", "--status", "FAILED", "--description", "by hand"]
    made = json.loads(
        run("runs", "create", "--experiment-name", "new", "--run-name", "r", *words).stdout
    )
    assert made == {
        "run_id": made["run_id"],
        "experiment_id": "1",
        "status": "FAILED",
        "run_name": "r",
    }
    described = json.loads(run("runs", "describe", "-r", made["run_id"]).stdout)
    assert described["info"]["status"] == "FAILED"
    assert (
        described["data"]["tags"].items()
        >= {
            "a": "1",
            "b": "x=y",
            "mlflow.note.content": "by hand",
        }.items()
    )


def test_create_nests_a_run(run, logged):
    words = ["--experiment-id", "0", "--parent-run-id", logged["good"]]
    made = json.loads(run("runs", "create", *words).stdout)
    tags = json.loads(run("runs", "describe", "-r", made["run_id"]).stdout)["data"]["tags"]
    assert tags["mlflow.parentRunId"] == logged["good"]


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--experiment-id", "0", "--experiment-name", "x"],
        ["--experiment-id", "0", "-t", "no separator"],
        ["--experiment-id", "0", "--status", "LOST"],
    ],
)
def test_create_refuses_wrong_calls(run, words):
    assert run("runs", "create", *words, ok=False).exit_code == 2


def test_delete_hides_and_restore_brings_back(run, logged):
    run_id = logged["good"]
    assert run("runs", "delete", "-r", run_id).stdout == f"Run with ID {run_id} has been deleted.\n"
    assert run_id not in run("runs", "list", "-x", "0").stdout
    assert run("runs", "restore", "-r", run_id).stdout == (
        f"Run with id {run_id} has been restored.\n"
    )
    assert run_id in run("runs", "list", "-x", "0").stdout


def test_an_unknown_run_is_a_failure_in_one_line(run):
    result = run("runs", "describe", "-r", "0" * 32, ok=False)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
