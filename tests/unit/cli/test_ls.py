"""`assay ls`."""

import json

import pytest

import assay
from assay.cli.ls import age


@pytest.fixture
def logged(place):
    for name, n_runs in (("older", 1), ("newer", 3)):
        assay.set_experiment(name)
        for number in range(n_runs):
            with assay.start_run(run_name=f"{name}-{number}"):
                assay.log_metric("loss", number + 0.5)


def test_experiments_come_with_their_newest_runs(run, logged):
    listed = json.loads(run("ls", "--max", "2", "--json").stdout)
    assert [one["name"] for one in listed][:2] == ["newer", "older"]
    assert [found["name"] for found in listed[0]["runs"]] == ["newer-2", "newer-1"]
    assert [one["has_more"] for one in listed[:2]] == [True, False]
    assert listed[0]["runs"][0]["metrics"] == {"loss": 2.5}


def test_the_table_shows_runs_and_says_where_more_are(run, logged):
    lines = run("ls", "newer", "-m", "1").stdout.splitlines()
    assert lines[0].split()[0] == "newer"
    assert "newer-2" in lines[1]
    assert "loss 2.5" in lines[1]
    assert "assay runs list -x" in lines[2]


def test_an_experiment_that_does_not_exist_is_a_failure_in_one_line(run, logged):
    assert run("ls", "nowhere", ok=False).stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("milliseconds", "text"),
    [(-5, "0s ago"), (59_999, "59s ago"), (61_000, "1m ago"), (7_300_000, "2h ago")],
)
def test_ages_are_in_their_largest_unit(milliseconds, text):
    assert age(milliseconds) == text
