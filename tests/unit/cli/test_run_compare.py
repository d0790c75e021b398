"""`assay runs compare` and `assay runs tag`, and how both find the runs that are meant."""

import json

import pytest

import assay


@pytest.fixture
def logged(place):
    ids = {}
    for name, rate in (("first", 0.1), ("second", 0.2)):
        with assay.start_run(run_name=name, experiment_id="0") as run:
            assay.log_params({"model": "forest", "rate": rate})
            for step, loss in enumerate((0.9, rate, 0.5)):
                assay.log_metric("loss", loss, step=step)
            assay.set_tag("team", "vision")
        ids[name] = run.info.run_id
    return ids


def rows_by_key(output):
    return {row["key"]: row["values"] for row in json.loads(output)["rows"]}


def test_only_what_differs_is_shown_unless_all_is_asked_for(run, logged):
    differing = rows_by_key(run("runs", "compare", "first", "second", "--json").stdout)
    everything = rows_by_key(run("runs", "compare", "first", "second", "--all", "--json").stdout)
    assert differing["rate"] == [0.1, 0.2]
    assert differing["loss.min"] == [0.1, 0.2]
    assert not {"model", "team", "loss", "loss.max", "attempts"} & differing.keys()
    assert everything["model"] == ["forest", "forest"]
    assert everything["loss"] == [0.5, 0.5]
    assert everything["attempts"] == [1, 1]


def test_the_table_has_a_column_for_each_run(run, logged):
    output = run("runs", "compare", logged["first"][:8], "second").stdout
    assert output.splitlines()[0].split() == ["first", "second"]
    assert ["rate", "0.1", "0.2"] in [line.split() for line in output.splitlines()]
    assert "are the same in all" in output


@pytest.mark.parametrize("names", [["first"], ["first", "first"]])
def test_fewer_than_two_runs_cannot_be_compared(run, logged, names):
    assert run("runs", "compare", *names, ok=False).stderr.startswith("Error: ")


def test_tags_are_set_and_taken_off(run, logged):
    run("runs", "tag", "first", "stage=dev", "note=a=b")
    done = json.loads(
        run("runs", "tag", "first", "stage=live", "--remove", "team", "--json").stdout
    )
    assert done["run_id"] == logged["first"]
    own = {key: value for key, value in done["tags"].items() if not key.startswith("mlflow.")}
    assert own == {"stage": "live", "note": "a=b"}
    assert assay.get_run(logged["first"]).data.tags == done["tags"]


@pytest.mark.parametrize("words", [[], ["stage"], ["=x"]])
def test_tags_in_another_form_are_a_wrong_call(run, logged, words):
    assert run("runs", "tag", "first", *words, ok=False).exit_code == 2


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["stage=dev", "--remove", "nothing"], "has no tag 'nothing'"),
        (["team=x", "--remove", "team"], "set and taken off at once"),
    ],
)
def test_of_a_change_that_cannot_be_made_whole_nothing_is_made(run, logged, words, reason):
    assert reason in run("runs", "tag", "first", *words, ok=False).stderr
    tags = assay.get_run(logged["first"]).data.tags
    assert (tags["team"], "stage" in tags) == ("vision", False)


def test_a_deleted_run_cannot_be_labelled(run, logged):
    run("runs", "delete", "-r", "first")
    assert "deleted" in run("runs", "tag", logged["first"], "a=b", ok=False).stderr


def test_runs_are_named_by_id_by_its_beginning_or_by_name(run, logged):
    for name in (logged["first"], logged["first"][:6], "first"):
        found = json.loads(run("runs", "show", name, "--json").stdout)
        assert found["info"]["run_id"] == logged["first"]
        assert json.loads(run("runs", "attempts", name, "--json").stdout)


def test_a_deleted_run_is_restored_by_its_name(run, logged):
    assert logged["first"] in run("runs", "delete", "-r", "first").stdout
    assert logged["first"] in run("runs", "restore", "-r", "first").stdout
    assert assay.get_run(logged["first"]).info.lifecycle_stage == "active"


def test_a_name_of_several_runs_is_refused_with_their_ids(run, logged):
    with assay.start_run(run_name="first", experiment_id="0") as other:
        pass
    message = run("runs", "show", "first", ok=False).stderr
    assert logged["first"] in message
    assert other.info.run_id in message


@pytest.mark.parametrize("name", ["nowhere", "it's", "\"both' quotes", "", "0123abcd"])
def test_a_name_of_no_run_is_a_failure_in_one_line(run, logged, name):
    message = run("runs", "show", name, ok=False).stderr
    assert message.startswith("Error: ")
    assert message.count("\n") == 1
