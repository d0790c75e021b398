"""Metrics, params and tags over HTTP, one at a time and in batches."""

import threading
from typing import Any

import pytest

from servers import RunningServer

IPV = "INVALID_PARAMETER_VALUE"
CLAMPED = 1.7976931348623157e308


def data_of(server: RunningServer, run_id: str) -> Any:
    return server.get("runs/get", run_id=run_id).json["run"]["data"]


def log_metric(server: RunningServer, run_id: str, **fields: object) -> Any:
    metric = {"run_id": run_id, "key": "m", "value": 1.0, "timestamp": 1, **fields}
    return server.post("runs/log-metric", metric)


def test_the_latest_metric_is_the_greatest_by_step_then_time_then_value(
    server: RunningServer,
) -> None:
    run_id = server.new_run()
    for step, timestamp, value in ((1, 9, 9), (2, 5, 1), (2, 6, 3), (2, 6, 2), (0, 99, 99)):
        assert log_metric(server, run_id, step=step, timestamp=timestamp, value=value).json == {}
    assert data_of(server, run_id)["metrics"] == [
        {"key": "m", "value": 3.0, "timestamp": 6, "step": 2}
    ]


@pytest.mark.parametrize(
    ("given", "shown"),
    [("NaN", "NaN"), ("Infinity", CLAMPED), ("-Infinity", -CLAMPED), ("2.5", 2.5), (-0.0, -0.0)],
)
def test_odd_values_are_kept_and_shown_as_clients_expect(
    server: RunningServer, given: object, shown: object
) -> None:
    run_id = server.new_run()
    assert log_metric(server, run_id, value=given).json == {}
    assert data_of(server, run_id)["metrics"][0]["value"] == shown
    history = server.get("metrics/get-history", run_id=run_id, metric_key="m").json
    assert history["metrics"][0]["value"] == shown


def test_our_client_reads_infinities_exactly(server: RunningServer) -> None:
    run_id = server.new_run()
    log_metric(server, run_id, value="Infinity")
    answer = server.ask(
        "GET", f"/api/2.0/mlflow/runs/get?run_id={run_id}", headers={"Assay-Exact": "1"}
    )
    assert answer.json["run"]["data"]["metrics"][0]["value"] == "Infinity"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"key": ""}, "Missing value for required parameter 'key'"),
        ({"key": None}, "Missing value for required parameter 'key'"),
        ({"key": 31}, "Invalid value 31 for parameter 'key' supplied"),
        ({"value": None}, "Missing value for required parameter 'value'"),
        ({"timestamp": None}, "Missing value for required parameter 'timestamp'"),
        ({"timestamp": -1}, "parameter 'timestamp' supplied"),
        ({"step": "foo"}, "Invalid value \"foo\" for parameter 'step' supplied"),
        ({"key": "k" * 251}, "'Metric name' exceeds the maximum length of 250 characters"),
        ({"key": "a$b"}, "Names may only contain alphanumerics"),
        ({"key": "../a"}, "must not resolve to other names"),
        ({"key": "/a"}, "must not resolve to other names"),
        ({"model_id": "m-unknown"}, "m-unknown"),
    ],
)
def test_a_wrong_metric_is_refused_with_the_known_words(
    server: RunningServer, fields: dict[str, object], words: str
) -> None:
    answer = log_metric(server, server.new_run(), **fields)
    assert (answer.status, answer.json["error_code"]) == (400, IPV)
    assert words in answer.json["message"]


def test_names_may_have_every_allowed_character(server: RunningServer) -> None:
    run_id = server.new_run()
    key = "system/cpu.util-1 %:ä_2".replace("%", "")
    assert log_metric(server, run_id, key=key).json == {}
    assert data_of(server, run_id)["metrics"][0]["key"] == key


def test_a_param_is_written_once(server: RunningServer) -> None:
    run_id = server.new_run()
    param = {"run_id": run_id, "key": "p", "value": "1"}
    for _ in range(2):
        assert server.post("runs/log-parameter", param).json == {}
    changed = server.post("runs/log-parameter", {**param, "value": "2"})
    assert (changed.status, changed.json["error_code"]) == (400, IPV)
    assert (
        "Changing param values is not allowed. Param with key='p' was already logged with "
        f"value='1' for run ID='{run_id}'" in changed.json["message"]
    )
    assert data_of(server, run_id)["params"] == [{"key": "p", "value": "1"}]


def test_empty_values_are_kept(server: RunningServer) -> None:
    run_id = server.new_run()
    server.post("runs/log-parameter", {"run_id": run_id, "key": "p", "value": ""})
    server.post("runs/set-tag", {"run_id": run_id, "key": "t"})
    data = data_of(server, run_id)
    assert data["params"] == [{"key": "p", "value": ""}]
    assert {"key": "t", "value": ""} in data["tags"]


def test_long_values_are_cut(server: RunningServer) -> None:
    run_id = server.new_run()
    server.post("runs/log-parameter", {"run_id": run_id, "key": "p", "value": "x" * 7000})
    server.post("runs/set-tag", {"run_id": run_id, "key": "t", "value": "x" * 9000})
    data = data_of(server, run_id)
    assert len(data["params"][0]["value"]) == 6000
    assert {len(tag["value"]) for tag in data["tags"] if tag["key"] == "t"} == {8000}


@pytest.mark.parametrize("path", ["runs/log-parameter", "runs/set-tag"])
@pytest.mark.parametrize(
    "fields", [{"value": 41}, {"key": ""}, {"key": "k" * 251}, {"key": "a\\b"}, {"value": "\x00"}]
)
def test_a_wrong_param_or_tag_is_refused(
    server: RunningServer, path: str, fields: dict[str, object]
) -> None:
    answer = server.post(path, {"run_id": server.new_run(), "key": "k", "value": "v", **fields})
    assert (answer.status, answer.json["error_code"]) == (400, IPV)


def test_a_tag_is_overwritten_and_deleted_once(server: RunningServer) -> None:
    run_id = server.new_run()
    for value in ("1", "2"):
        server.post("runs/set-tag", {"run_id": run_id, "key": "t", "value": value})
    assert {"key": "t", "value": "2"} in data_of(server, run_id)["tags"]
    assert server.post("runs/delete-tag", {"run_id": run_id, "key": "t"}).json == {}
    again = server.post("runs/delete-tag", {"run_id": run_id, "key": "t"})
    assert again.status == 404
    assert again.json["message"] == f"No tag with name: t in run with id {run_id}"


def test_a_batch_logs_everything(server: RunningServer) -> None:
    run_id = server.new_run(run_name="r")
    answer = server.post(
        "runs/log-batch",
        {
            "run_id": run_id,
            "metrics": [{"key": "m", "value": 1.5, "timestamp": 2, "step": 3, "run_id": run_id}],
            "params": [{"key": "p", "value": "1"}],
            "tags": [{"key": "t", "value": "a"}, {"key": "t", "value": "b"}],
        },
    )
    assert answer.json == {}
    data = data_of(server, run_id)
    assert data["metrics"] == [{"key": "m", "value": 1.5, "timestamp": 2, "step": 3}]
    assert data["params"] == [{"key": "p", "value": "1"}]
    assert {"key": "t", "value": "b"} in data["tags"]


def entries(n_entries: int) -> list[dict[str, str]]:
    return [{"key": f"k{index}", "value": "v"} for index in range(n_entries)]


def points(n_points: int) -> list[dict[str, object]]:
    return [{"key": "m", "value": 1.0, "timestamp": 1, "step": step} for step in range(n_points)]


@pytest.mark.parametrize(
    ("batch", "words"),
    [
        ({"metrics": points(1001)}, "at most 1000 metrics. Got 1001 metrics. Please split up"),
        ({"params": entries(101)}, "at most 100 params. Got 101 params. Please split up"),
        ({"tags": entries(101)}, "at most 100 tags. Got 101 tags. Please split up"),
        (
            {"metrics": points(950), "tags": entries(51)},
            "at most 1000 metrics, params, and tags. Got 1001",
        ),
        (
            {"params": [{"key": "q", "value": "1"}] * 2},
            "Duplicate parameter keys have been submitted: ['q']",
        ),
        (
            {"metrics": [{"key": "a", "value": 1, "timestamp": 1}, {"key": "a", "value": 1}]},
            "metrics[1].timestamp",
        ),
        ({"metrics": [{"value": 1, "timestamp": 1}]}, "metrics[0].key"),
        ({"metrics": [{"key": "a", "timestamp": 1}]}, "metrics[0].value"),
        ({"params": [{"value": "1"}]}, "params[0].key"),
        ({"tags": [{"value": "1"}]}, "tags[0].key"),
        ({"metrics": [{"key": "a$", "value": 1, "timestamp": 1}]}, "metrics[0].name"),
        ({"metrics": "foo"}, "Invalid value \"foo\" for parameter 'metrics' supplied"),
        ({"run_id": "../x"}, "../x"),
    ],
)
def test_a_wrong_batch_leaves_no_trace(
    server: RunningServer, batch: dict[str, object], words: str
) -> None:
    run_id = server.new_run()
    answer = server.post("runs/log-batch", {"run_id": run_id, "tags": entries(1), **batch})
    assert (answer.status, answer.json["error_code"]) == (400, IPV)
    assert words in answer.json["message"]
    data = data_of(server, run_id)
    assert "metrics" not in data
    assert "params" not in data
    assert len(data["tags"]) == 1


def test_a_conflicting_param_refuses_the_whole_batch(server: RunningServer) -> None:
    run_id = server.new_run()
    server.post("runs/log-parameter", {"run_id": run_id, "key": "p", "value": "1"})
    batch = {"run_id": run_id, "params": [{"key": "p", "value": "2"}], "metrics": points(1)}
    assert server.post("runs/log-batch", batch).status == 400
    assert "metrics" not in data_of(server, run_id)


def test_an_empty_batch_is_fine_but_its_run_must_exist(server: RunningServer) -> None:
    assert server.post("runs/log-batch", {"run_id": server.new_run()}).json == {}
    assert server.post("runs/log-batch", {"run_id": "x"}).status == 404


def test_the_largest_batch_is_taken(server: RunningServer) -> None:
    run_id = server.new_run()
    batch = {"run_id": run_id, "metrics": points(800), "params": entries(100), "tags": entries(100)}
    assert server.post("runs/log-batch", batch).json == {}
    assert len(data_of(server, run_id)["params"]) == 100


def test_batches_that_arrive_together_all_count(server: RunningServer) -> None:
    run_id = server.new_run()

    def log(number: int) -> None:
        batch = [{"key": "m", "value": number, "timestamp": 1, "step": number}]
        server.post("runs/log-batch", {"run_id": run_id, "metrics": batch})

    threads = [threading.Thread(target=log, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = server.get("metrics/get-history", run_id=run_id, metric_key="m").json["metrics"]
    assert [point["step"] for point in history] == list(range(20))
    assert data_of(server, run_id)["metrics"][0]["value"] == 19.0


def test_a_metric_of_a_model_appears_on_run_and_model(server: RunningServer) -> None:
    run_id = server.new_run()
    asked = {"experiment_id": "0", "name": "n", "source_run_id": run_id}
    model_id = server.post("logged-models", asked).json["model"]["info"]["model_id"]
    fields = {"model_id": model_id, "dataset_name": "d", "dataset_digest": "1", "value": 0.5}
    assert log_metric(server, run_id, **fields).json == {}
    model = server.get(f"logged-models/{model_id}").json["model"]
    assert model["data"]["metrics"] == [
        {
            "key": "m",
            "value": 0.5,
            "timestamp": 1,
            "step": 0,
            "model_id": model_id,
            "dataset_name": "d",
            "dataset_digest": "1",
            "run_id": run_id,
        }
    ]
    assert data_of(server, run_id)["metrics"][0]["value"] == 0.5
