"""`assay demo`, with a study cut short."""

import json

import pytest

import assay
from assay.demo import families, study


@pytest.fixture
def short_study(monkeypatch):
    """One problem, two families, one combination each."""
    cut = tuple(
        families.Family(
            family.name,
            family.step,
            {key: values[:1] for key, values in family.grid.items()},
            family.train,
        )
        for family in families.FAMILIES[::2]
    )
    monkeypatch.setattr(study, "FAMILIES", cut)
    monkeypatch.setattr(study, "PROBLEMS", study.PROBLEMS[1:])


def test_it_records_nested_runs_with_curves_data_and_figures(run, short_study):
    run("demo", "--no-serve")
    runs = assay.search_runs(experiment_names=["demo-breast-cancer"], output_format="list")
    trials = [found for found in runs if found.data.tags["kind"] == "trial"]
    assert len(runs) == 4
    assert len(trials) == 2
    for trial in trials:
        assert trial.data.tags["mlflow.parentRunId"] in {found.info.run_id for found in runs}
        assert {item.dataset.name for item in trial.inputs.dataset_inputs} == {"breast-cancer"}
        history = assay.Client().get_metric_history(trial.info.run_id, "validation_loss")
        assert len(history) == 30
        files = assay.artifacts.list_artifacts(run_id=trial.info.run_id)
        assert {file.path for file in files} >= {"confusion_matrix.json", "confusion_matrix.png"}


def test_it_ends_with_the_best_runs(run, short_study):
    output = run("demo", "--no-serve").stdout
    assert "demo-breast-cancer" in output
    assert "linear" in output
    assert "network" in output


def test_as_json_it_prints_the_trials(run, short_study):
    trials = json.loads(run("demo", "--no-serve", "--json").stdout)
    assert {trial["family"] for trial in trials} == {"linear", "network"}


def test_its_runs_show_code_environment_data_and_console(run, short_study, monkeypatch):
    monkeypatch.setenv("ASSAY_CAPTURE", "all")
    run("demo", "--no-serve", "--json")
    runs = assay.search_runs(experiment_names=["demo-breast-cancer"], output_format="list")
    trial = next(found for found in runs if found.data.tags["kind"] == "trial")
    page = run("runs", "show", trial.info.run_id).stdout
    for part in ("Params", "Metrics", "Data", "Code", "Environment", "Console", "How it ended"):
        assert f"─ {part} ─" in page
    assert "breast-cancer (train)" in page
    assert "breast-cancer (validation)" in page
    assert "packages" in page
    assert "of validation rows are right" in page
