"""Tables over runs, over HTTP: pages, columns, keys, values, statistics and groups."""

import pytest

from assay.wire.frame import decode_frame
from servers import RunningServer

ASSAY = "/api/assay/v1/runs/"


@pytest.fixture
def six(server: RunningServer) -> list[str]:
    """Six runs of experiment 0: lr 0.1 or 0.01, three seeds, a loss; the last has no loss."""
    made = []
    for number in range(6):
        run_id = server.new_run(run_name=f"run {number}", start_time=number)
        params = [
            {"key": "lr", "value": ("0.1", "0.01")[number // 3]},
            {"key": "seed", "value": str(number % 3)},
            {"key": "solver", "value": "adam"},
        ]
        metrics = [
            {"key": "loss", "value": value, "timestamp": step, "step": step}
            for step, value in enumerate((number + 1.0, number / 2))
        ]
        batch = {"run_id": run_id, "params": params, "metrics": metrics if number < 5 else []}
        assert server.post("runs/log-batch", batch).json == {}
        made.append(run_id)
    return made


def ask(server: RunningServer, what: str, **asked):
    answer = server.post(ASSAY + what, {"experiment_ids": ["0"], **asked})
    assert answer.status == 200, answer.body
    return answer


def test_a_page_has_chosen_columns_in_order_and_the_exact_total(
    server: RunningServer, six: list[str]
) -> None:
    page = ask(
        server,
        "query",
        filter="params.solver = 'adam'",
        order_by=["params.lr", "metrics.loss DESC"],
        columns=["metrics.loss", "metrics.loss.max", "params.lr", "run_name", "status"],
        limit=4,
    ).json
    assert (page["total"], page["run_ids"]) == (6, [six[4], six[3], six[5], six[2]])
    columns = {column["name"]: column["values"] for column in page["columns"]}
    assert columns["metrics.loss"] == [2.0, 1.5, None, 1.0]
    assert columns["metrics.loss.max"] == [5.0, 4.0, None, 3.0]
    assert columns["params.lr"] == ["0.01", "0.01", "0.01", "0.1"]
    assert columns["run_name"] == ["run 4", "run 3", "run 5", "run 2"]
    assert set(columns["status"]) == {"RUNNING"}


@pytest.mark.parametrize("order", [[], ["metrics.loss"], ["params.seed DESC"], ["run_name"]])
def test_windows_joined_are_the_whole(
    server: RunningServer, six: list[str], order: list[str]
) -> None:
    whole = ask(server, "query", order_by=order, limit=100).json["run_ids"]
    parts = []
    for offset in range(0, 8, 2):
        parts += ask(server, "query", order_by=order, offset=offset, limit=2).json["run_ids"]
    assert parts == whole
    assert sorted(whole) == sorted(six)


def test_numbers_that_json_lacks_are_spelt_out(server: RunningServer) -> None:
    run_id = server.new_run()
    metrics = [{"key": "a", "value": "NaN", "timestamp": 0}]
    server.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
    page = ask(server, "query", columns=["metrics.a", "metrics.a.min"]).json
    assert [column["values"] for column in page["columns"]] == [["NaN"], ["NaN"]]


def test_whole_columns_come_as_typed_arrays(server: RunningServer, six: list[str]) -> None:
    answer = ask(server, "columns", columns=["run_id", "metrics.loss", "params.lr", "user_id"])
    header, arrays = decode_frame(answer.body)
    assert [column["type"] for column in header["columns"]] == [
        "run_id",
        "number",
        "number",
        "text",
    ]
    ids = arrays["0.hex"].reshape(-1, 16)
    assert [bytes(row).hex() for row in ids] == six
    assert arrays["1.value"][:5].tolist() == [0, 0.5, 1, 1.5, 2]
    assert arrays["1.missing"].tolist() == [0, 0, 0, 0, 0, 1]
    assert arrays["2.value"].tolist() == pytest.approx([0.1] * 3 + [0.01] * 3)


def test_keys_tell_type_coverage_and_whether_they_vary(
    server: RunningServer, six: list[str]
) -> None:
    for selected in ({}, {"filter": "params.solver = 'adam'"}):
        keys = {one["name"]: one for one in ask(server, "keys", **selected).json["keys"]}
        assert (keys["lr"]["type"], keys["lr"]["n_distinct"]) == ("number", 2)
        assert (keys["solver"]["varies"], keys["solver"]["value"]) == (False, "adam")
        assert (keys["solver"]["type"], keys["solver"]["n_runs"]) == ("text", 6)
        assert (keys["loss"]["kind"], keys["loss"]["n_runs"]) == ("metric", 5)


def test_values_are_completed_with_counts(server: RunningServer, six: list[str]) -> None:
    found = ask(server, "values", column="params.lr", prefix="0.").json["values"]
    assert found == [{"value": "0.01", "count": 3}, {"value": "0.1", "count": 3}]
    assert ask(server, "values", column="params.lr", prefix="0.01").json["values"] == found[:1]


def test_statistics_of_columns(server: RunningServer, six: list[str]) -> None:
    loss, solver = ask(
        server, "statistics", columns=["metrics.loss", "params.solver"], n_bins=4
    ).json["columns"]
    assert (loss["n_missing"], loss["min"], loss["median"], loss["max"]) == (1, 0, 1, 2)
    assert (loss["mean"], loss["std"]) == (1.0, pytest.approx(0.7905694150420949))
    assert (loss["counts"], len(loss["edges"])) == ([1, 1, 1, 2], 5)
    assert (solver["type"], solver["top"]) == ("text", [{"value": "adam", "count": 6}])


def test_runs_are_grouped_by_all_params_except_the_seed(
    server: RunningServer, six: list[str]
) -> None:
    found = ask(server, "groups", group_except=["params.seed"], metrics=["metrics.loss"]).json
    assert (found["total"], found["columns"]) == (2, ["params.lr", "params.solver"])
    assert [group["values"] for group in found["groups"]] == [["0.1", "adam"], ["0.01", "adam"]]
    assert [group["run_ids"] for group in found["groups"]] == [six[:3], six[3:]]
    figures = [group["figures"][0] for group in found["groups"]]
    assert [(one["n"], one["mean"]) for one in figures] == [(3, 0.5), (2, 1.75)]
    assert figures[0]["std"] == pytest.approx(0.5)


def test_no_runs_make_an_empty_table(server: RunningServer) -> None:
    assert ask(server, "query", columns=["metrics.a", "run_name"]).json["total"] == 0
    assert ask(server, "keys").json["keys"] == []
    assert ask(server, "groups", group_by=["params.a"], metrics=["metrics.a"]).json["total"] == 0
    described = ask(server, "statistics", columns=["metrics.a", "params.a"]).json["columns"]
    assert [one["n_runs"] for one in described] == [0, 0]
    assert decode_frame(ask(server, "columns", columns=["metrics.a"]).body)[0]["n_runs"] == 0


@pytest.mark.parametrize(
    ("what", "asked"),
    [
        ("query", {"limit": -1}),
        ("query", {"limit": 10_001}),
        ("query", {"columns": ["nothing.a"]}),
        ("query", {"columns": ["datasets.name"]}),
        ("query", {"filter": "metrics.a >"}),
        ("columns", {"columns": [f"metrics.{number}" for number in range(60)]}),
        ("values", {"column": "metrics.a"}),
        ("statistics", {"columns": ["metrics.a"], "n_bins": 0}),
        ("groups", {"group_by": ["params.a"], "group_except": ["params.b"]}),
    ],
)
def test_what_cannot_be_answered_is_refused(
    server: RunningServer, what: str, asked: dict[str, object]
) -> None:
    answer = server.post(ASSAY + what, {"experiment_ids": ["0"], **asked})
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_each_condition_of_a_filter_is_counted_when_asked(
    server: RunningServer, six: list[str]
) -> None:
    text = "params.lr = '0.1' AND metrics.loss > 1 AND (params.seed = '0' OR params.seed = '1')"
    page = ask(server, "query", filter=text, count_clauses=True).json
    assert page["total"] == 0
    assert page["clauses"] == [
        {"filter": "params.lr = '0.1'", "n_runs": 3, "n_without": 2},
        {"filter": "metrics.loss > 1", "n_runs": 2, "n_without": 2},
        {"filter": "(params.seed = '0' OR params.seed = '1')", "n_runs": 4, "n_without": 0},
    ]
    assert ask(server, "query", filter=text).json["clauses"] == []
    many = " AND ".join(["metrics.loss > 1"] * 21)
    answer = server.post(
        ASSAY + "query", {"experiment_ids": ["0"], "filter": many, "count_clauses": True}
    )
    assert answer.status == 400


def test_aggregates_of_metrics_with_slashes_and_dashes_are_columns(server: RunningServer) -> None:
    run_id = server.new_run()
    points = [
        {"key": "val/log-loss", "value": value, "timestamp": 1, "step": value}
        for value in (3, 1, 2)
    ]
    server.post("runs/log-batch", {"run_id": run_id, "metrics": points})
    names = ["metrics.val/log-loss.min", "metrics.val/log-loss.count", "metrics.val/log-loss"]
    page = ask(server, "query", columns=names).json
    assert [column["values"] for column in page["columns"]] == [[1.0], [3], [3.0]]


def test_the_keys_of_the_newest_runs_are_told_apart_from_those_of_all(
    server: RunningServer,
) -> None:
    for start in range(5):
        run_id = server.new_run(start_time=start)
        params = [{"key": "old" if start < 3 else "new", "value": str(start)}]
        server.post("runs/log-batch", {"run_id": run_id, "params": params})
    newest = ask(server, "keys", newest=2).json
    assert (newest["total"], newest["n_seen"]) == (5, 2)
    assert [key["name"] for key in newest["keys"] if key["kind"] == "param"] == ["new"]
    every = ask(server, "keys").json
    assert (every["total"], every["n_seen"]) == (5, 5)
    refused = server.post("/api/assay/v1/runs/keys", {"experiment_ids": ["0"], "newest": 10_001})
    assert refused.status == 400
