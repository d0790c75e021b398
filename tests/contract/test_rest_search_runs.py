"""Searching runs over HTTP: what the grammar means is tested beside the grammar."""

import pytest

from servers import RunningServer


def search(server: RunningServer, **asked: object) -> list[str]:
    answer = server.post("runs/search", {"experiment_ids": ["0"], **asked})
    assert answer.status == 200, answer.text
    return [run["info"]["run_name"] for run in answer.json.get("runs", [])]


def test_the_newest_run_comes_first_and_equal_times_by_id(server: RunningServer) -> None:
    late = server.new_run(run_name="late", start_time=9)
    equal = sorted(server.new_run(start_time=5) for _ in range(3))
    found = server.post("runs/search", {"experiment_ids": ["0"]}).json["runs"]
    assert [run["info"]["run_id"] for run in found] == [late, *equal]


def test_a_found_run_is_the_whole_run(server: RunningServer) -> None:
    run_id = server.new_run()
    server.post("runs/log-metric", {"run_id": run_id, "key": "m", "value": "NaN", "timestamp": 1})
    server.post("runs/outputs", {"run_id": run_id, "models": [{"model_id": "m-1", "step": 1}]})
    found = server.post("runs/search", {"experiment_ids": ["0"]}).json["runs"]
    assert found == [server.get("runs/get", run_id=run_id).json["run"]]


def test_no_experiment_or_an_unknown_one_finds_nothing(server: RunningServer) -> None:
    server.new_run()
    for ids in ([], ["77"], ["x"]):
        answer = server.post("runs/search", {"experiment_ids": ids})
        assert (answer.status, answer.json) == (200, {})


@pytest.mark.parametrize("max_results", [0, -1, 50_001])
def test_an_absurd_number_of_results_is_refused(server: RunningServer, max_results: int) -> None:
    answer = server.post("runs/search", {"experiment_ids": ["0"], "max_results": max_results})
    assert answer.status == 400
    assert f"Invalid value {max_results} for parameter 'max_results'" in answer.json["message"]


def test_pages_joined_are_the_whole(server: RunningServer) -> None:
    for index in range(5):
        server.new_run(run_name=f"r{index}", start_time=index)
    asked = {"experiment_ids": ["0"], "max_results": 2}
    found, token = [], ""
    for _ in range(3):
        page = server.post("runs/search", {**asked, "page_token": token}).json
        found += [run["info"]["run_name"] for run in page["runs"]]
        token = page.get("next_page_token", "")
    assert (found, token) == (["r4", "r3", "r2", "r1", "r0"], "")


def test_views_and_filters_and_orders_reach_the_search(server: RunningServer) -> None:
    for index in range(3):
        run_id = server.new_run(run_name=f"r{index}")
        metric = {"run_id": run_id, "key": "m", "value": index, "timestamp": 1}
        server.post("runs/log-metric", metric)
    server.post("runs/delete", {"run_id": run_id})
    assert search(server, filter="metrics.m < 5", order_by=["metrics.m DESC"]) == ["r1", "r0"]
    assert search(server, run_view_type="DELETED_ONLY") == ["r2"]
    assert search(server, run_view_type=3, order_by=["attributes.run_name"]) == ["r0", "r1", "r2"]


@pytest.mark.parametrize(
    "text",
    [
        "foo",
        "metrics.m = 'x'",
        "bogus.a = 'x'",
        "a = 'b' ;; drop",
        "(" * 3000,
        "a" * 300_000,
        "'",
        "tags.a = '\x00'",
    ],
)
def test_an_ugly_filter_is_400(server: RunningServer, text: str) -> None:
    answer = server.post("runs/search", {"experiment_ids": ["0"], "filter": text})
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


@pytest.mark.parametrize("token", ["!!", "YWJj", "x" * 300_000])
def test_an_ugly_token_is_400(server: RunningServer, token: str) -> None:
    answer = server.post("runs/search", {"experiment_ids": ["0"], "page_token": token})
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
