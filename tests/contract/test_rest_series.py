"""Curves of many runs in one answer, over HTTP."""

import math

import numpy as np
import pytest

from assay.wire.frame import decode_frame
from servers import RunningServer

QUERY = "/api/assay/v1/series/query"


def log(server: RunningServer, run_id: str, key: str, points: list[tuple[int, int, float]]) -> None:
    for start in range(0, len(points), 1000):
        metrics = [
            {"key": key, "value": value, "timestamp": timestamp, "step": step}
            for step, timestamp, value in points[start : start + 1000]
        ]
        sent = server.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})
        assert sent.json == {}


def ask(server: RunningServer, run_ids, keys=("m",), **asked):
    answer = server.post(QUERY, {"run_ids": list(run_ids), "keys": list(keys), **asked})
    assert answer.status == 200, answer.body
    return decode_frame(answer.body)


def test_few_points_come_back_as_they_are(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, "m", [(0, 1, 0.5), (3, 2, math.pi), (7, 3, 1e60)])
    header, arrays = ask(server, [run_id])
    assert header["series"][0]["exact"] is True
    assert arrays["0.x"].tolist() == [0, 3, 7]
    assert arrays["0.value"].tolist() == [0.5, math.pi, 1e60]


def test_many_points_come_back_in_buckets_with_shared_edges_and_every_spike(
    server: RunningServer,
) -> None:
    first, second = server.new_run(), server.new_run()
    log(server, first, "m", [(step, step, 0.1) for step in range(3000)])
    log(server, second, "m", [(s, s, 25.0 if s == 2500 else 0.2) for s in range(1000, 4000)])
    header, arrays = ask(server, [first, second], n_buckets=40, fields=["first", "n_nan"])
    assert (header["x_min"], header["x_max"], header["n_buckets"]) == (0, 3999, 40)
    assert len(arrays["edges"]) == 41
    assert arrays["0.n"].sum() == arrays["1.n"].sum() == 3000
    assert arrays["1.max"][25] == 25.0
    assert {"0.first", "0.n_nan"} <= arrays.keys()


def test_a_metric_can_be_drawn_over_another_metric(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, "m", [(step, step, float(step)) for step in range(6)])
    log(server, run_id, "epoch", [(step, step, step / 2) for step in (0, 2, 4)])
    _header, arrays = ask(server, [run_id], x="metrics.epoch")
    assert arrays["0.x"].tolist() == [0, 1, 2]
    assert arrays["0.value"].tolist() == [0, 2, 4]


def test_times_count_from_the_start_of_each_run_or_from_1970(server: RunningServer) -> None:
    run_id = server.new_run(start_time=1_000)
    log(server, run_id, "m", [(0, 1_500, 1.0), (1, 4_000, 2.0)])
    assert ask(server, [run_id], x="relative")[1]["0.x"].tolist() == [500, 3_000]
    assert ask(server, [run_id], x="wall")[1]["0.x"].tolist() == [1_500, 4_000]


def test_only_the_range_that_is_asked_for_is_drawn(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, "m", [(step, step, float(step)) for step in range(10)])
    _header, arrays = ask(server, [run_id], x_min=2.5, x_max=5)
    assert arrays["0.x"].tolist() == [3, 4, 5]


def test_a_constant_is_constant_under_every_smoothing(server: RunningServer) -> None:
    run_id = server.new_run()
    log(server, run_id, "m", [(step * step, step, 0.1) for step in range(50)])
    for kind, amount in (("ema", 0.97), ("half_life", 30), ("mean", 7), ("gaussian", 3)):
        _header, arrays = ask(server, [run_id], smoothing=kind, smoothing_amount=amount)
        assert set(arrays["0.value"].astype(np.float64).tolist()) <= {0.1, float(np.float32(0.1))}


def test_seeds_are_grouped_to_mean_and_std(server: RunningServer) -> None:
    draw = np.random.default_rng(2)
    runs = [(server.new_run(), seed, rate) for rate in ("0.1", "0.01") for seed in range(5)]
    values = {}
    for run_id, seed, rate in runs:
        params = [{"key": "seed", "value": str(seed)}, {"key": "lr", "value": rate}]
        server.post("runs/log-batch", {"run_id": run_id, "params": params})
        values[run_id] = draw.normal(size=20)
        log(server, run_id, "m", [(step, step, float(v)) for step, v in enumerate(values[run_id])])
    header, arrays = ask(server, [run[0] for run in runs], group_except=["params.seed"])
    assert header["columns"] == ["params.lr"]
    assert [(one["values"], one["n_runs"]) for one in header["groups"]] == [
        (["0.1"], 5),
        (["0.01"], 5),
    ]
    table = np.stack([values[run_id] for run_id, _, rate in runs if rate == "0.01"])
    np.testing.assert_allclose(arrays["1.center"], table.mean(axis=0), rtol=1e-9)
    np.testing.assert_allclose(
        arrays["1.high"] - arrays["1.center"], table.std(axis=0, ddof=1), rtol=1e-9
    )


def test_a_cursor_spares_curves_that_did_not_change(server: RunningServer) -> None:
    first, second = server.new_run(), server.new_run()
    for run_id in (first, second):
        log(server, run_id, "m", [(0, 1, 0.5)])
    asked = {"x_min": 0, "x_max": 100}
    header, _arrays = ask(server, [first, second], **asked)
    log(server, second, "m", [(1, 2, 0.7)])
    header, arrays = ask(server, [first, second], since=header["cursor"], **asked)
    assert [one.get("unchanged", False) for one in header["series"]] == [True, False]
    assert arrays["1.value"].tolist() == pytest.approx([0.5, 0.7])


@pytest.mark.parametrize(
    "asked",
    [
        {"n_buckets": 0},
        {"n_buckets": 2001},
        {"x": "steps"},
        {"x": "metric"},
        {"smoothing": "ema", "smoothing_amount": 1},
        {"smoothing": "nothing"},
        {"fields": ["median"]},
        {"x_min": 5, "x_max": 1},
        {"group_by": ["params.a"], "band": "wide"},
        {"group_by": ["params.a"], "group_except": ["params.b"]},
        {"keys": [str(number) for number in range(2001)]},
    ],
)
def test_what_cannot_be_drawn_is_refused(server: RunningServer, asked: dict[str, object]) -> None:
    answer = server.post(QUERY, {"run_ids": [server.new_run()], "keys": ["m"], **asked})
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_an_unknown_run_is_not_found_and_an_unknown_metric_has_no_curve(
    server: RunningServer,
) -> None:
    answer = server.post(QUERY, {"run_ids": ["nothing"], "keys": ["m"]})
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert ask(server, [server.new_run()])[0]["series"] == []


def test_a_formula_is_a_curve_where_its_metrics_meet(server: RunningServer) -> None:
    run_id = server.new_run(start_time=1_000)
    log(server, run_id, "train_loss", [(s, 1_000 + s, 1 / (s + 1)) for s in range(20)])
    log(server, run_id, "val_loss", [(s, 1_000 + s, 2 / (s + 1)) for s in range(0, 30, 5)])
    lonely = server.new_run()
    log(server, lonely, "train_loss", [(0, 1, 1.0)])
    key = "= val_loss - train_loss"
    header, arrays = ask(server, [run_id, lonely], keys=(key, "train_loss"))
    assert [(one["run_id"], one["key"]) for one in header["series"]] == [
        (run_id, key),
        (run_id, "train_loss"),
        (lonely, "train_loss"),
    ]
    assert arrays["0.x"].tolist() == [0, 5, 10, 15]
    np.testing.assert_allclose(arrays["0.value"], [1 / (s + 1) for s in (0, 5, 10, 15)], rtol=1e-6)
    _header, arrays = ask(server, [run_id], keys=(key,), x="relative")
    assert arrays["0.x"].tolist() == [0, 5, 10, 15]


@pytest.mark.parametrize(
    ("keys", "asked", "words"),
    [
        (["= a -"], {}, "not understood"),
        (["= 1"], {}, "names no metric"),
        (["= a - b"], {"x": "metrics.c"}, "over another metric"),
    ],
)
def test_a_formula_that_is_none_is_refused(server: RunningServer, keys, asked, words) -> None:
    answer = server.post(QUERY, {"run_ids": [server.new_run()], "keys": keys, **asked})
    assert answer.status == 400
    assert words in answer.json["message"]
