"""`assay runs importance`."""

import json

import pytest

import assay


@pytest.fixture
def sweep(place):
    experiment = assay.create_experiment("sweep")
    for depth in range(1, 9):
        for rate in (0.1, 0.01, 0.001):
            with assay.start_run(experiment_id=experiment):
                assay.log_params({"depth": depth, "rate": rate, "seed": 1, "layers": depth * 2})
                assay.log_metric("score", depth * 0.1)
    return experiment


def test_it_lists_params_by_what_they_matter(run, sweep):
    shown = run("runs", "importance", "score", "-x", sweep)
    lines = shown.stdout.splitlines()
    assert [line.split()[0] for line in lines[1:3]] == ["depth", "rate"]
    assert "24 runs" in shown.stderr
    assert "The same in all: seed." in shown.stderr
    assert "layers always goes with depth." in shown.stderr


def test_machines_get_json(run, sweep):
    told = json.loads(run("runs", "importance", "metrics.score", "-x", sweep, "--json").stdout)
    assert [one["name"] for one in told["params"]] == ["depth", "rate"]
    assert told["runs"]["n_used"] == 24


def test_too_few_runs_are_said(run, sweep):
    shown = run("runs", "importance", "score", "-x", sweep, "-f", "params.rate = '0.1'", ok=False)
    assert "there are 8 of 8" in shown.stderr
