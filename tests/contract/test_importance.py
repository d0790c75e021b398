"""Importance and dependence over REST and from Python, on each database."""

from collections.abc import Iterator

import numpy as np
import pytest

import assay
from databases import PostgresqlServer
from servers import RunningServer, server_on_thread

PATH = "/api/assay/v1/runs/importance"
DEPENDENCE = "/api/assay/v1/runs/dependence"


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path) -> Iterator[RunningServer]:
    uri = None
    if request.param == "postgresql":
        databases: PostgresqlServer = request.getfixturevalue("postgresql_server")
        uri = databases.fresh_uri()
    with server_on_thread(tmp_path, database_uri=uri) as running:
        yield running


def record(
    server: RunningServer, n_runs: int, *, value: str | None = None, ends: bool = True
) -> None:
    draw = np.random.default_rng(n_runs)
    for number in range(n_runs):
        depth, noise = int(draw.integers(1, 9)), int(draw.integers(1, 9))
        run_id = server.new_run()
        score = depth * 0.1 if value is None else value
        metric = {"key": "score", "value": score, "timestamp": 1, "step": 0}
        params = {"depth": depth, "noise": noise, "seed": 1, "number of layers": depth * 2}
        body = {
            "run_id": run_id,
            "metrics": [metric],
            "params": [{"key": key, "value": str(each)} for key, each in params.items()],
        }
        assert server.post("runs/log-batch", body).status == 200
        if ends:
            server.post("runs/update", {"run_id": run_id, "status": "FINISHED", "end_time": number})


def test_what_matters_is_told_from_what_does_not(server):
    record(server, 60)
    client = assay.Client(server.url)
    found = client.explain_metric(["0"], "metrics.score")
    assert (found.runs.n_used, found.runs.is_enough) == (60, True)
    assert [one.name for one in found.params] == ["depth", "noise"]
    assert found.params[0].importance > 5 * abs(found.params[1].importance)
    assert found.params[0].spearman == pytest.approx(1.0)
    assert found.constant == ("seed",)
    assert [(one.name, one.goes_with) for one in found.collinear] == [("number of layers", "depth")]
    told = client.describe_dependence(["0"], "metrics.score", ["depth"])
    means = [point.mean for point in told.points]
    assert means == sorted(means)
    client.connection.close()


def test_only_finished_runs_with_a_finite_value_count(server):
    record(server, 15)
    record(server, 3, ends=False)
    record(server, 2, value="NaN")
    answer = server.post(PATH, {"experiment_ids": ["0"], "target": "metrics.score"}).json
    assert answer["runs"] == {
        "n_matching": 20,
        "n_unfinished": 3,
        "n_without_target": 0,
        "n_not_finite": 2,
        "n_used": 15,
        "is_enough": False,
    }
    assert answer["params"] == []


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        (PATH, {"target": "params.depth"}),
        (PATH, {"target": ""}),
        (PATH, {"target": "metrics.score", "params": [f"p{n}" for n in range(101)]}),
        (DEPENDENCE, {"target": "metrics.score", "on": []}),
        (DEPENDENCE, {"target": "metrics.score", "on": ["depth", "depth"]}),
        (DEPENDENCE, {"target": "metrics.score", "on": ["depth", "noise", "seed"]}),
        (DEPENDENCE, {"target": "metrics.score", "on": ["seed"]}),
        (DEPENDENCE, {"target": "metrics.score", "on": ["unknown"]}),
    ],
)
def test_what_makes_no_sense_is_refused(server, path, asked):
    record(server, 20)
    answer = server.post(path, {"experiment_ids": ["0"], **asked})
    assert (answer.status, answer.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
