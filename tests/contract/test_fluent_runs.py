"""What `import assay as mlflow` promises, embedded, through a server, and offline with a sync."""

import math
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

import assay as mlflow
from assay.entities import Dataset, LoggedModelOutput, Metric, Param, RunTag
from assay.errors import (
    AssayError,
    InactiveRun,
    InvalidParameter,
    ParamConflict,
    RunNotFound,
)
from fluent_places import Place, places


@pytest.fixture(params=["embedded", "server", "plain server", "offline"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places(request.param, tmp_path) as made:
        yield made


def test_params_metrics_and_tags_arrive(place):
    with mlflow.start_run(run_name="first") as run:
        mlflow.log_param("rate", 0.1)
        mlflow.log_params({"depth": 3, "kind": "tree"})
        mlflow.log_metric("loss", 0.5, step=1, timestamp=1000)
        mlflow.log_metrics({"loss": 0.25, "accuracy": 0.9}, step=2)
        mlflow.set_tag("team", "blue")
        mlflow.set_tags({"stage": 1})
    found = place.get_run(run.info.run_id)
    assert found.info.status == "FINISHED"
    assert found.info.run_name == "first"
    assert found.info.end_time >= found.info.start_time
    assert found.data.params == {"rate": "0.1", "depth": "3", "kind": "tree"}
    assert found.data.metrics == {"loss": 0.25, "accuracy": 0.9}
    assert found.data.tags["team"] == "blue"
    assert found.data.tags["stage"] == "1"
    assert found.data.tags["mlflow.runName"] == "first"
    assert found.data.tags["mlflow.source.type"] == "LOCAL"
    assert found.data.tags["mlflow.user"]


def test_every_value_of_a_metric_arrives_exactly(place):
    values = [1.0, -0.0, 1e-320, 0.1 + 0.2, math.inf, -math.inf]
    with mlflow.start_run() as run:
        for step, value in enumerate(values):
            mlflow.log_metric("m", value, step=step, timestamp=step)
    history = place.client().get_metric_history(run.info.run_id, "m")
    assert [repr(metric.value) for metric in history] == [repr(value) for value in values]


def test_nan_is_a_value(place):
    with mlflow.start_run() as run:
        mlflow.log_metric("m", float("nan"), step=7)
    history = place.client().get_metric_history(run.info.run_id, "m")
    assert [(math.isnan(metric.value), metric.step) for metric in history] == [(True, 7)]


def test_many_values_arrive(place):
    with mlflow.start_run() as run:
        for step in range(30_000):
            mlflow.log_metric("m", float(step), step=step)
    history = place.client().get_metric_history(run.info.run_id, "m")
    assert [metric.step for metric in history] == list(range(30_000))


def test_a_deleted_tag_is_gone(place):
    with mlflow.start_run() as run:
        mlflow.set_tag("a", "1")
        mlflow.set_tag("b", "1")
        mlflow.delete_tag("a")
    tags = place.get_run(run.info.run_id).data.tags
    assert "a" not in tags
    assert tags["b"] == "1"


def test_a_param_cannot_change(place):
    with mlflow.start_run() as run:
        mlflow.log_param("p", 1)
        mlflow.log_param("p", 1)
        with pytest.raises(ParamConflict, match="Changing param values is not allowed"):
            mlflow.log_param("p", 2)
    assert place.get_run(run.info.run_id).data.params == {"p": "1"}


@pytest.mark.parametrize("key", ["", "a(b", "../x", "/x", "x" * 251, None, 3])
def test_a_bad_metric_name_raises_at_the_call(place, key):
    with mlflow.start_run(), pytest.raises(AssayError):
        mlflow.log_metric(key, 1.0)


@pytest.mark.parametrize("value", ["x", None, [1, 2], object()])
def test_a_bad_metric_value_raises_at_the_call(place, value):
    with mlflow.start_run(), pytest.raises(InvalidParameter, match="invalid value"):
        mlflow.log_metric("m", value)


@pytest.mark.parametrize("step", ["x", 1.5, 2**63, -(2**63) - 1])
def test_a_bad_step_raises_at_the_call(place, step):
    with mlflow.start_run(), pytest.raises(InvalidParameter):
        mlflow.log_metric("m", 1.0, step=step)


def test_an_exception_fails_the_run_with_its_reason(place):
    run = mlflow.start_run()
    with pytest.raises(ZeroDivisionError, match="by nothing"), run:
        raise ZeroDivisionError("by nothing")
    assert place.get_run(run.info.run_id).info.status == "FAILED"


def test_end_run_takes_a_status(place):
    run = mlflow.start_run()
    mlflow.end_run("KILLED")
    assert place.get_run(run.info.run_id).info.status == "KILLED"
    assert mlflow.active_run() is None


def test_a_second_run_must_be_nested(place):
    with mlflow.start_run() as outer:
        with pytest.raises(InvalidParameter, match="is already active"):
            mlflow.start_run()
        with mlflow.start_run(nested=True) as inner:
            assert mlflow.active_run().info.run_id == inner.info.run_id
        assert mlflow.active_run().info.run_id == outer.info.run_id
    tags = place.get_run(inner.info.run_id).data.tags
    assert tags["mlflow.parentRunId"] == outer.info.run_id


def test_logging_without_a_run_starts_one(place):
    mlflow.log_metric("m", 1.0)
    run_id = mlflow.active_run().info.run_id
    mlflow.end_run()
    assert place.get_run(run_id).data.metrics == {"m": 1.0}


def test_a_run_can_be_resumed(place):
    with mlflow.start_run(run_name="old") as run:
        mlflow.log_metric("m", 1.0, step=1)
    with mlflow.start_run(run_id=run.info.run_id, run_name="new") as again:
        assert again.info.run_id == run.info.run_id
        mlflow.log_metric("m", 2.0, step=2)
    found = place.get_run(run.info.run_id)
    assert found.info.status == "FINISHED"
    assert found.info.run_name == "new"
    assert found.data.metrics == {"m": 2.0}


def test_the_environment_names_the_run_once(place, monkeypatch):
    with mlflow.start_run() as run:
        pass
    monkeypatch.setenv("MLFLOW_RUN_ID", run.info.run_id)
    with mlflow.start_run() as again:
        assert again.info.run_id == run.info.run_id
    with mlflow.start_run() as other:
        assert other.info.run_id != run.info.run_id


def test_the_active_experiment_gets_the_runs(place):
    experiment = mlflow.set_experiment("trees")
    with mlflow.start_run() as run:
        assert run.info.experiment_id == experiment.experiment_id
    found = place.get_run(run.info.run_id)
    client = place.client()
    assert client.get_experiment(found.info.experiment_id).name == "trees"


def test_inputs_and_outputs_arrive(place):
    dataset = Dataset(name="d", digest="1", source_type="local", source="{}")
    with mlflow.start_run() as run:
        mlflow.log_input(dataset, context="train", tags={"a": "b"})
        mlflow.log_metric("m", 1.0, dataset=dataset)
        mlflow.log_outputs([LoggedModelOutput("m-" + "0" * 32, 3)])
    found = place.get_run(run.info.run_id)
    assert [used.dataset.name for used in found.inputs.dataset_inputs] == ["d"]
    tags = {tag.key: tag.value for tag in found.inputs.dataset_inputs[0].tags}
    assert tags == {"mlflow.data.context": "train", "a": "b"}
    assert found.outputs.model_outputs == (LoggedModelOutput("m-" + "0" * 32, 3),)
    assert found.data.metrics == {"m": 1.0}


def test_each_thread_has_its_own_run(place):
    runs = {}

    def work(name):
        assert mlflow.active_run() is None
        with mlflow.start_run(run_name=name) as run:
            mlflow.log_metric("m", float(name))
            runs[name] = run.info.run_id

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {name: place.get_run(run_id).data.metrics for name, run_id in runs.items()} == {
        str(n): {"m": float(n)} for n in range(4)
    }


def test_files_arrive(place, tmp_path):
    (tmp_path / "a.txt").write_text("content")
    with mlflow.start_run() as run:
        mlflow.log_artifact(str(tmp_path / "a.txt"), "folder")
        mlflow.log_text("text", "b.txt")
        mlflow.log_dict({"a": 1}, "c.json")
    place.settle()
    client = place.client()
    listed = [info.path for info in client.list_artifacts(run.info.run_id)]
    assert listed == ["b.txt", "c.json", "folder"]
    local = client.download_artifacts(run.info.run_id, "folder/a.txt", str(tmp_path / "copy"))
    assert Path(local).read_text() == "content"


def test_the_setting_makes_every_call_asynchronous(place, monkeypatch):
    monkeypatch.setenv("MLFLOW_ENABLE_ASYNC_LOGGING", "true")
    with mlflow.start_run() as run:
        mlflow.log_metric("one", 1.0).wait()
        mlflow.log_metrics({"two": 2.0, "three": 3.0}).wait()
    assert place.get_run(run.info.run_id).data.metrics == {"one": 1.0, "two": 2.0, "three": 3.0}


def test_asynchronous_calls_can_be_waited_for(place):
    with mlflow.start_run() as run:
        operations = mlflow.log_metric("m", 1.0, synchronous=False)
        operations.wait()
        mlflow.log_params({"p": 1}, synchronous=False).wait()
    assert place.get_run(run.info.run_id).data.metrics == {"m": 1.0}


def test_the_client_logs_to_a_run_by_its_id(place):
    client = mlflow.MlflowClient()
    run = client.create_run("0", run_name="by hand", tags={"a": "b"}, start_time=5)
    run_id = run.info.run_id
    client.log_metric(run_id, "m", 1.5, timestamp=3, step=2)
    client.log_param(run_id, "p", 1)
    client.set_tag(run_id, "t", 2)
    client.log_batch(
        run_id,
        metrics=[Metric("m", 2.5, 4, 3)],
        params=[Param("q", "2")],
        tags=[RunTag("u", "v")],
    )
    client.set_terminated(run_id, "FAILED", end_time=9)
    found = place.get_run(run_id)
    assert (found.info.start_time, found.info.end_time) == (5, 9)
    assert found.info.status == "FAILED"
    assert found.data.metrics == {"m": 2.5}
    assert found.data.params == {"p": "1", "q": "2"}
    assert {"a", "t", "u"} <= found.data.tags.keys()


def test_a_batch_with_a_bad_part_logs_nothing(place):
    client = mlflow.MlflowClient()
    run_id = client.create_run("0").info.run_id
    with pytest.raises(InvalidParameter):
        client.log_batch(run_id, metrics=[Metric("m", 2.5, 4, 3)], params=[Param("q(", "2")])
    client.set_terminated(run_id)
    assert place.get_run(run_id).data.metrics == {}


def test_printing_of_addresses_is_for_servers(place, capsys):
    with mlflow.start_run(run_name="seen"):
        pass
    assert ("View run seen at: http" in capsys.readouterr().out) == place.kind.endswith("server")


def test_description_becomes_a_note(place):
    with mlflow.start_run(description="why") as run:
        pass
    assert place.get_run(run.info.run_id).data.tags["mlflow.note.content"] == "why"
    with pytest.raises(InvalidParameter):
        mlflow.start_run(description="why", tags={"mlflow.note.content": "other"})


class TestOnline:
    """What needs an answer, so not offline."""

    @pytest.fixture(params=["embedded", "server", "plain server"])
    def place(self, request, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        with places(request.param, tmp_path) as made:
            yield made

    def test_reads_see_what_was_just_logged(self, place):
        with mlflow.start_run() as run:
            mlflow.log_metric("m", 1.0)
            assert mlflow.get_run(run.info.run_id).data.metrics == {"m": 1.0}
            mlflow.log_metric("m", 2.0, step=1)
            assert mlflow.get_run(run.info.run_id).data.metrics == {"m": 2.0}

    def test_a_param_of_another_process_cannot_change(self, place):
        with mlflow.start_run() as run:
            mlflow.log_param("p", 1)
        with (
            mlflow.start_run(run_id=run.info.run_id),
            pytest.raises(ParamConflict),
        ):
            mlflow.log_param("p", 2)

    def test_an_unknown_run_raises(self, place):
        with pytest.raises(RunNotFound):
            mlflow.start_run(run_id="0" * 32)
        with pytest.raises(RunNotFound):
            mlflow.MlflowClient().log_metric("1" * 32, "m", 1.0)

    def test_a_deleted_run_raises(self, place):
        with mlflow.start_run() as run:
            pass
        mlflow.delete_run(run.info.run_id)
        with pytest.raises(InactiveRun):
            mlflow.start_run(run_id=run.info.run_id)
        mlflow.restore_run(run.info.run_id)
        with mlflow.start_run(run_id=run.info.run_id):
            pass

    def test_nested_runs_know_their_parent(self, place):
        with mlflow.start_run() as outer, mlflow.start_run(nested=True) as inner:
            pass
        assert mlflow.get_parent_run(inner.info.run_id).info.run_id == outer.info.run_id
        assert mlflow.get_parent_run(outer.info.run_id) is None

    def test_last_active_run_is_the_last_that_ended(self, place):
        with mlflow.start_run() as outer, mlflow.start_run(nested=True):
            mlflow.log_metric("m", 1.0)
        assert mlflow.last_active_run().info.run_id == outer.info.run_id
        assert mlflow.last_active_run().info.status == "FINISHED"

    def test_update_and_rename(self, place):
        client = mlflow.MlflowClient()
        run_id = client.create_run("0").info.run_id
        client.update_run(run_id, status="SCHEDULED", name="other")
        found = client.get_run(run_id)
        assert (found.info.status, found.info.run_name) == ("SCHEDULED", "other")
        client.set_terminated(run_id)
