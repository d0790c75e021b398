"""A fork begins with what another run has up to a step, and leaves that one alone."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import assay as command
from assay.entities.datasets import Dataset
from fluent_places import Place, places


@pytest.fixture(params=["embedded", "server", "plain server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    with places(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def source(place: Place) -> str:
    with assay.start_run(run_name="first", tags={"team": "a"}, description="why") as run:
        assay.log_params({"rate": 0.1, "layers": [1, 2], "name": "7"})
        assay.log_input(Dataset("data", "abc", "local", "here"), context="training")
        for step in range(10):
            assay.log_metric("loss", float(step), step=step)
        assay.log_metric("odd", math.nan, step=3)
        assay.log_metric("late", 1.0, step=8)
        assay.log_metric("system/cpu", 5.0, step=0)
    return run.info.run_id


def test_a_fork_has_what_the_run_had_up_to_the_step_and_goes_on(place: Place, source: str) -> None:
    before = place.get_run(source)
    with assay.fork(source, 4) as fork:
        assert assay.active_run() is not None
        assay.log_metric("loss", 100.0, step=5)
    client = place.client()
    run = client.get_run(fork.info.run_id)
    old = {point.step: point for point in client.get_metric_history(source, "loss")}
    new = {point.step: point for point in client.get_metric_history(fork.info.run_id, "loss")}
    assert sorted(new) == list(range(6))
    assert [new[step] for step in range(5)] == [old[step] for step in range(5)]
    assert new[5].value == 100.0
    assert run.data.metrics.keys() == {"loss", "odd"}
    assert math.isnan(run.data.metrics["odd"])
    assert run.data.params == before.data.params
    assert run.info.experiment_id == before.info.experiment_id
    assert run.info.run_name == "first from 4"
    assert [one.dataset.name for one in run.inputs.dataset_inputs] == ["data"]
    tags = run.data.tags
    assert (tags["team"], tags["mlflow.note.content"]) == ("a", "why")
    assert (tags["assay.fork.run_id"], tags["assay.fork.step"]) == (source, "4")
    # As texts, because one of the values is NaN.
    assert str(place.get_run(source)) == str(before)


def test_params_of_a_fork_keep_their_types(place: Place, source: str) -> None:
    with assay.fork(source, 4) as fork:
        pass
    if place.kind != "plain server":
        assert place.client().get_params(fork.info.run_id) == {
            "rate": 0.1,
            "layers": [1, 2],
            "name": "7",
        }


def test_what_is_given_wins_over_what_is_copied(place: Place, source: str) -> None:
    with assay.fork(source, 4, run_name="mine", tags={"team": "b"}, description="new") as fork:
        pass
    run = place.get_run(fork.info.run_id)
    assert run.info.run_name == "mine"
    assert (run.data.tags["team"], run.data.tags["mlflow.note.content"]) == ("b", "new")


def test_a_fork_of_no_run_starts_nothing(place: Place) -> None:
    with pytest.raises(assay.errors.NotFound):
        assay.fork("0" * 32, 4)
    assert assay.active_run() is None
    assert list(place.client().search_runs(["0"])) == []


def test_the_command_forks(place: Place, source: str) -> None:
    assay.Client().flush()
    done = CliRunner().invoke(command, ["runs", "fork", source, "--step", "2", "--json"])
    assert done.exit_code == 0, done.output
    fork = json.loads(done.stdout)["run_id"]
    with assay.start_run(run_id=fork):
        assay.log_metric("loss", 9.0, step=3)
    history = place.client().get_metric_history(fork, "loss")
    assert sorted((point.step, point.value) for point in history) == [
        (0, 0.0),
        (1, 1.0),
        (2, 2.0),
        (3, 9.0),
    ]
