"""Runs over HTTP: create, get, change, delete, restore, inputs and outputs."""

import re
from typing import Any

import pytest

from servers import RunningServer

IPV = "INVALID_PARAMETER_VALUE"


def get_run(server: RunningServer, run_id: str) -> Any:
    return server.get("runs/get", run_id=run_id).json["run"]


def tags_of(run: Any) -> dict[str, str]:
    return {tag["key"]: tag["value"] for tag in run["data"].get("tags", [])}


def test_a_new_run_answers_all_that_clients_read(server: RunningServer) -> None:
    asked = {
        "experiment_id": "0",
        "user_id": "root",
        "run_name": "r1",
        "start_time": 5,
        "tags": [{"key": "mlflow.user", "value": "root"}],
    }
    run = server.post("runs/create", asked).json["run"]
    run_id = run["info"]["run_id"]
    assert re.fullmatch(r"[0-9a-f]{32}", run_id)
    assert run["info"] == {
        "run_id": run_id,
        "run_uuid": run_id,
        "experiment_id": "0",
        "run_name": "r1",
        "user_id": "root",
        "status": "RUNNING",
        "start_time": 5,
        "artifact_uri": f"mlflow-artifacts:/0/{run_id}/artifacts",
        "lifecycle_stage": "active",
    }
    assert tags_of(run) == {"mlflow.user": "root", "mlflow.runName": "r1"}
    assert run["inputs"] == {}
    assert "outputs" not in run


def test_what_is_not_given_has_the_known_defaults(server: RunningServer) -> None:
    run = server.post("runs/create", {}).json["run"]
    assert (run["info"]["start_time"], run["info"]["user_id"]) == (0, "")
    assert run["info"]["experiment_id"] == "0"
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{1,3}", run["info"]["run_name"])
    assert tags_of(run) == {"mlflow.runName": run["info"]["run_name"]}


def test_a_name_given_as_tag_names_the_run(server: RunningServer) -> None:
    run_id = server.new_run(tags=[{"key": "mlflow.runName", "value": "tagged"}])
    assert get_run(server, run_id)["info"]["run_name"] == "tagged"


def test_a_name_and_a_tag_that_differ_are_refused(server: RunningServer) -> None:
    asked = {"run_name": "a", "tags": [{"key": "mlflow.runName", "value": "b"}]}
    answer = server.post("runs/create", asked)
    assert (answer.status, answer.json["error_code"]) == (400, IPV)
    assert "Both 'run_name' argument and 'mlflow.runName' tag are specified" in answer.text


def test_a_run_needs_an_active_experiment(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    server.post("experiments/delete", {"experiment_id": experiment_id})
    deleted = server.post("runs/create", {"experiment_id": experiment_id})
    unknown = server.post("runs/create", {"experiment_id": "77"})
    assert (deleted.status, unknown.status) == (400, 404)
    assert "must be in the 'active' state" in deleted.json["message"]


def test_a_found_run_has_inputs_and_outputs(server: RunningServer) -> None:
    run = get_run(server, server.new_run())
    assert (run["inputs"], run["outputs"]) == ({}, {})


def test_an_unknown_run_is_404(server: RunningServer) -> None:
    answer = server.get("runs/get", run_id="x")
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert answer.json["message"] == "Run with id=x not found"


def test_run_uuid_is_an_old_name_of_run_id(server: RunningServer) -> None:
    run_id = server.new_run()
    assert server.get("runs/get", run_uuid=run_id).json["run"]["info"]["run_id"] == run_id


def test_an_update_changes_only_what_is_given(server: RunningServer) -> None:
    run_id = server.new_run(run_name="a")
    info = server.post("runs/update", {"run_id": run_id, "run_name": "b"}).json["run_info"]
    assert (info["run_name"], info["status"]) == ("b", "RUNNING")
    assert "end_time" not in info
    info = server.post(
        "runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": 9, "run_name": ""}
    ).json["run_info"]
    assert (info["run_name"], info["status"], info["end_time"]) == ("b", "FINISHED", 9)
    assert tags_of(get_run(server, run_id))["mlflow.runName"] == "b"


@pytest.mark.parametrize("status", ["BOGUS", 99, "", None])
def test_an_unknown_status_changes_nothing(server: RunningServer, status: object) -> None:
    run_id = server.new_run()
    answer = server.post("runs/update", {"run_id": run_id, "status": status})
    assert (answer.status, answer.json["run_info"]["status"]) == (200, "RUNNING")


def test_any_status_may_follow_any_other(server: RunningServer) -> None:
    run_id = server.new_run()
    for status in ("KILLED", "SCHEDULED", 3, "FAILED", "RUNNING"):
        assert server.post("runs/update", {"run_id": run_id, "status": status}).status == 200
    assert get_run(server, run_id)["info"]["status"] == "RUNNING"


def test_the_name_tag_renames_and_its_deletion_keeps_the_name(server: RunningServer) -> None:
    run_id = server.new_run(run_name="a")
    server.post("runs/set-tag", {"run_id": run_id, "key": "mlflow.runName", "value": "b"})
    server.post("runs/delete-tag", {"run_id": run_id, "key": "mlflow.runName"})
    run = get_run(server, run_id)
    assert run["info"]["run_name"] == "b"
    assert "mlflow.runName" not in tags_of(run)


def test_deleting_and_restoring_may_be_repeated(server: RunningServer) -> None:
    run_id = server.new_run()
    for path, stage in (("runs/delete", "deleted"), ("runs/restore", "active")):
        for _ in range(2):
            assert server.post(path, {"run_id": run_id}).json == {}
            assert get_run(server, run_id)["info"]["lifecycle_stage"] == stage


@pytest.mark.parametrize("path", ["runs/delete", "runs/restore", "runs/update"])
def test_changing_an_unknown_run_is_404(server: RunningServer, path: str) -> None:
    assert server.post(path, {"run_id": "x"}).status == 404


DATASET = {"name": "d", "digest": "1", "source_type": "local", "source": "s", "schema": "{}"}


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("runs/log-metric", {"key": "k", "value": 1, "timestamp": 1}),
        ("runs/log-parameter", {"key": "k", "value": "v"}),
        ("runs/set-tag", {"key": "k", "value": "v"}),
        ("runs/delete-tag", {"key": "k"}),
        ("runs/update", {"status": "FAILED"}),
        ("runs/log-batch", {"metrics": [{"key": "k", "value": 1, "timestamp": 1}]}),
        ("runs/log-inputs", {"datasets": [{"dataset": DATASET}]}),
        ("runs/outputs", {"models": [{"model_id": "m-1", "step": 1}]}),
    ],
)
def test_nothing_is_written_to_a_deleted_run(
    server: RunningServer, path: str, fields: dict[str, object]
) -> None:
    run_id = server.new_run()
    server.post("runs/delete", {"run_id": run_id})
    answer = server.post(path, {"run_id": run_id, **fields})
    assert (answer.status, answer.json["error_code"]) == (400, IPV)
    assert answer.json["message"] == (
        f"The run {run_id} must be in the 'active' state. Current state is deleted."
    )


def test_inputs_keep_the_order_of_their_tags_and_the_first_logging_wins(
    server: RunningServer,
) -> None:
    run_id = server.new_run()
    tags = [{"key": "b", "value": "2"}, {"key": "a", "value": "1"}]
    for used in ({"dataset": DATASET, "tags": tags}, {"dataset": {**DATASET, "source": "other"}}):
        assert server.post("runs/log-inputs", {"run_id": run_id, "datasets": [used]}).json == {}
    server.post("runs/log-inputs", {"run_id": run_id, "models": [{"model_id": "m-1"}]})
    inputs = get_run(server, run_id)["inputs"]
    assert inputs["dataset_inputs"] == [{"dataset": DATASET, "tags": tags}]
    assert inputs["model_inputs"] == [{"model_id": "m-1"}]


@pytest.mark.parametrize(
    "dataset", [{"name": "d" * 501}, {"digest": "1" * 37}, {"source": "s" * 65_536}, {"name": 3}]
)
def test_a_data_set_beyond_the_limits_is_refused(
    server: RunningServer, dataset: dict[str, object]
) -> None:
    run_id = server.new_run()
    answer = server.post(
        "runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": {**DATASET, **dataset}}]}
    )
    assert (answer.status, answer.json["error_code"]) == (400, IPV)


def test_inputs_without_a_run_are_refused(server: RunningServer) -> None:
    answer = server.post("runs/log-inputs", {"datasets": [{"dataset": DATASET}]})
    assert "Missing value for required parameter 'run_id'" in answer.json["message"]


def test_outputs_are_appended(server: RunningServer) -> None:
    run_id = server.new_run()
    model = {"model_id": "m-1", "step": 3}
    for _ in range(2):
        assert server.post("runs/outputs", {"run_id": run_id, "models": [model]}).json == {}
    assert get_run(server, run_id)["outputs"]["model_outputs"] == [model, model]


def test_a_model_of_an_old_client_goes_into_a_tag(server: RunningServer) -> None:
    run_id = server.new_run()
    model = (
        f'{{"artifact_path": "m", "flavors": {{}}, "utc_time_created": "t", "run_id": "{run_id}"}}'
    )
    assert server.post("runs/log-model", {"run_id": run_id, "model_json": model}).json == {}
    assert '"artifact_path": "m"' in tags_of(get_run(server, run_id))["mlflow.log-model.history"]
    broken = server.post("runs/log-model", {"run_id": run_id, "model_json": "{"})
    assert (broken.status, broken.json["error_code"]) == (400, IPV)
