"""Metric histories over HTTP."""

import pytest

from assay.wire.chunk import decode_chunk
from assay.wire.frame import decode_frame
from servers import RunningServer


def log(server: RunningServer, run_id: str, points: list[tuple[int, int, float]]) -> None:
    metrics = [
        {"key": "m", "value": value, "timestamp": timestamp, "step": step}
        for step, timestamp, value in points
    ]
    assert server.post("runs/log-batch", {"run_id": run_id, "metrics": metrics}).json == {}


def test_a_history_is_ordered_by_time_step_and_value_and_has_no_duplicates(
    server: RunningServer,
) -> None:
    run_id = server.new_run()
    log(server, run_id, [(2, 5, 1.0), (1, 9, 1.0), (2, 5, 0.5), (1, 5, 7.0), (2, 5, 1.0)])
    history = server.get("metrics/get-history", run_id=run_id, metric_key="m").json["metrics"]
    assert [(point["timestamp"], point["step"], point["value"]) for point in history] == [
        (5, 1, 7.0),
        (5, 2, 0.5),
        (5, 2, 1.0),
        (9, 1, 1.0),
    ]


def test_an_unknown_run_or_key_has_an_empty_history(server: RunningServer) -> None:
    run_id = server.new_run()
    for asked in ({"run_id": "x", "metric_key": "m"}, {"run_id": run_id, "metric_key": "m"}):
        answer = server.get("metrics/get-history", **asked)
        assert (answer.status, answer.json) == (200, {})


def test_pages_of_a_history_joined_are_the_whole(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, [(step, step, step / 2) for step in range(7)])
    asked = {"run_id": run_id, "metric_key": "m", "max_results": 3}
    steps, token = [], ""
    for _ in range(3):
        page = server.get("metrics/get-history", **asked, page_token=token).json
        steps += [point["step"] for point in page["metrics"]]
        token = page.get("next_page_token", "")
    assert (steps, token) == (list(range(7)), "")


@pytest.mark.parametrize(
    "asked", [{"page_token": "!!"}, {"page_token": "YWJj"}, {"max_results": 0}]
)
def test_a_broken_token_or_no_results_are_refused(
    server: RunningServer, asked: dict[str, object]
) -> None:
    answer = server.get("metrics/get-history", run_id="r", metric_key="m", **asked)
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


BULK = "/ajax-api/2.0/mlflow/metrics/get-history-bulk"


def test_bulk_answers_several_runs_in_order_of_their_ids(server: RunningServer) -> None:
    run_ids = sorted(server.new_run() for _ in range(2))
    for run_id in run_ids:
        log(server, run_id, [(1, 2, 1.0), (0, 1, 0.5)])
    answer = server.get(BULK, run_id=run_ids[::-1], metric_key="m").json["metrics"]
    assert [(point["run_id"], point["step"]) for point in answer] == [
        (run_id, step) for run_id in run_ids for step in (0, 1)
    ]
    assert answer[0] == {"key": "m", "run_id": run_ids[0], "step": 0, "timestamp": 1, "value": 0.5}


def test_bulk_is_cut_at_max_results(server: RunningServer) -> None:
    run_ids = [server.new_run() for _ in range(2)]
    for run_id in run_ids:
        log(server, run_id, [(step, step, 1.0) for step in range(3)])
    answer = server.get(BULK, run_id=run_ids, metric_key="m", max_results=4).json
    assert len(answer["metrics"]) == 4


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"metric_key": "m"}, "GetMetricHistoryBulk request must specify at least one run_id."),
        ({"metric_key": "m", "run_id": ["r"] * 101}, "cannot specify more than 100 run_ids"),
        ({"run_id": "r"}, "GetMetricHistoryBulk request must specify a metric_key."),
    ],
)
def test_bulk_refuses_what_it_cannot_answer(
    server: RunningServer, asked: dict[str, object], words: str
) -> None:
    answer = server.get(BULK, **asked)
    assert answer.status == 400
    assert words in answer.json["message"]


INTERVAL = "metrics/get-history-bulk-interval"


def test_an_interval_answers_everything_when_there_is_little(server: RunningServer) -> None:
    run_ids = [server.new_run() for _ in range(2)]
    log(server, run_ids[0], [(step, 1, 1.0) for step in range(5)])
    log(server, run_ids[1], [(2, 1, 2.0)])
    asked = {"run_ids": run_ids, "metric_key": "m", "start_step": 1, "end_step": 3}
    answer = server.get(INTERVAL, **asked).json["metrics"]
    assert [(point["run_id"], point["step"]) for point in answer] == [
        (run_ids[0], 1),
        (run_ids[0], 2),
        (run_ids[0], 3),
        (run_ids[1], 2),
    ]


def test_an_interval_is_thinned_and_keeps_the_ends_of_each_run(server: RunningServer) -> None:
    run_ids = [server.new_run() for _ in range(2)]
    log(server, run_ids[0], [(step, 1, 1.0) for step in range(100)])
    log(server, run_ids[1], [(step, 1, 1.0) for step in range(33, 50)])
    answer = server.get(INTERVAL, run_ids=run_ids, metric_key="m", max_results=4).json["metrics"]
    first = [point["step"] for point in answer if point["run_id"] == run_ids[0]]
    second = [point["step"] for point in answer if point["run_id"] == run_ids[1]]
    assert (first, second) == ([0, 25, 33, 49, 50, 75, 99], [33, 49])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"metric_key": "m"}, "Missing value for required parameter 'run_ids'."),
        ({"metric_key": "m", "run_ids": ["r"] * 101}, "must specify at most 100 run_ids."),
        (
            {"metric_key": "m", "run_ids": "r", "max_results": 0},
            "max_results must be between 1 and 2500",
        ),
        (
            {"metric_key": "m", "run_ids": "r", "max_results": 2501},
            "max_results must be between 1 and 2500",
        ),
        ({"metric_key": "m", "run_ids": "r", "start_step": 1}, "both must be specified."),
        (
            {"metric_key": "m", "run_ids": "r", "start_step": 2, "end_step": 1},
            "end_step must be greater than start_step. ",
        ),
        ({"run_ids": "r"}, "Missing value for required parameter 'metric_key'"),
    ],
)
def test_an_interval_refuses_what_it_cannot_answer(
    server: RunningServer, asked: dict[str, object], words: str
) -> None:
    answer = server.get(INTERVAL, **asked)
    assert answer.status == 400
    assert words in answer.json["message"]


def test_columns_hold_every_point_exactly(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, [(0, 1, 0.1), (1, 2, -0.0), (2, 3, 5e-324)])
    answer = server.get("/api/assay/v1/metrics/columns", run_id=run_id, metric_key="m")
    columns = decode_chunk(answer.body)
    assert [repr(value) for value in columns.value] == ["0.1", "-0.0", "5e-324"]
    assert list(columns.step) == [0, 1, 2]


def test_buckets_never_hide_a_spike(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, [(step, step, 1e9 if step == 501 else 1.0) for step in range(1000)])
    answer = server.get(
        "/api/assay/v1/metrics/buckets", run_id=run_id, metric_key="m", n_buckets=10
    )
    header, arrays = decode_frame(answer.body)
    assert (header["exact"], len(arrays["n"]), int(arrays["n"].sum())) == (False, 10, 1000)
    assert arrays["max"].max() == 1e9


def test_few_points_come_as_they_are(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, [(3, 1, 0.5), (5, 2, 0.25)])
    answer = server.get(
        "/api/assay/v1/metrics/buckets", run_id=run_id, metric_key="m", n_buckets=10
    )
    header, arrays = decode_frame(answer.body)
    assert header["exact"] is True
    assert (arrays["x"].tolist(), arrays["value"].tolist()) == ([3.0, 5.0], [0.5, 0.25])


@pytest.mark.parametrize("n_buckets", [0, -1, 2001])
def test_an_absurd_number_of_buckets_is_refused(server: RunningServer, n_buckets: int) -> None:
    asked = {"run_id": server.new_run(), "metric_key": "m", "n_buckets": n_buckets}
    assert server.get("/api/assay/v1/metrics/buckets", **asked).status == 400
