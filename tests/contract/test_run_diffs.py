"""Runs beside each other over REST and from Python, on each database."""

from collections.abc import Iterator

import pytest

import assay
from databases import PostgresqlServer
from servers import RunningServer, server_on_thread

PATH = "/api/assay/v1/runs/diff"


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path) -> Iterator[RunningServer]:
    uri = None
    if request.param == "postgresql":
        databases: PostgresqlServer = request.getfixturevalue("postgresql_server")
        uri = databases.fresh_uri()
    with server_on_thread(tmp_path, database_uri=uri) as running:
        yield running


def record(server: RunningServer, params: dict[str, str], losses: list[float | str]) -> str:
    run_id = server.new_run()
    body = {
        "run_id": run_id,
        "metrics": [
            {"key": "loss", "value": value, "timestamp": 1, "step": step}
            for step, value in enumerate(losses)
        ],
        "params": [{"key": key, "value": value} for key, value in params.items()],
    }
    assert server.post("runs/log-batch", body).status == 200
    return run_id


def test_params_stand_in_natural_order_with_counts(server):
    one = record(server, {"layer10": "1", "layer2": "1", "seed": "7"}, [])
    other = record(server, {"layer10": "2", "seed": "7"}, [])
    found = assay.Client(server.url).diff_runs([one, other]).params
    assert (found.n, found.n_differing) == (3, 2)
    assert [(row.key, row.values, row.differs) for row in found.rows] == [
        ("layer2", ("1", None), True),
        ("layer10", ("1", "2"), True),
        ("seed", ("7", "7"), False),
    ]


def test_metrics_are_held_against_the_base(server):
    one = record(server, {}, [4.0, 2.0])
    other = record(server, {}, [8.0, 1.0])
    (row,) = assay.Client(server.url).diff_runs([one, other], base=other).metrics.rows
    assert row.last.values == (2.0, 1.0)
    assert row.last.deltas == (1.0, 0.0)
    assert row.last.percents == (100.0, 0.0)
    assert (row.max.values, row.max.deltas) == ((4.0, 8.0), (-4.0, 0.0))


def test_nan_is_a_value_and_differs_from_none(server):
    runs = [record(server, {}, ["NaN"]), record(server, {}, ["NaN"]), record(server, {}, [])]
    answer = server.post(PATH, {"run_ids": runs}).json["metrics"]["rows"][0]
    assert answer["last"]["values"] == ["NaN", "NaN", None]
    assert answer["last"]["deltas"] == ["NaN", "NaN", None]
    assert answer["differs"] is True
    same = server.post(PATH, {"run_ids": runs[:2]}).json["metrics"]
    assert same["n_differing"] == 0


def test_agreeing_keys_are_left_out_when_asked_and_cuts_are_told(server):
    one = record(server, {"a": "1", "b": "1", "c": "1"}, [])
    other = record(server, {"a": "1", "b": "2", "c": "2"}, [])
    asked = {"run_ids": [one, other], "only_differing": True, "max_keys": 1}
    found = server.post(PATH, asked).json["params"]
    assert [row["key"] for row in found["rows"]] == ["b"]
    assert (found["n"], found["n_differing"], found["is_cut"]) == (3, 2, True)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"run_ids": ["0" * 32]}, 400),
        ({"run_ids": ["0" * 32] * 2}, 400),
        ({"run_ids": ["0" * 32, "1" * 32], "base": "2" * 32}, 400),
        ({"run_ids": ["0" * 32, "1" * 32], "max_keys": 0}, 400),
        ({"run_ids": ["0" * 32, "1" * 32]}, 404),
        ({"run_ids": [f"{number:032x}" for number in range(51)]}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(server, asked, status):
    assert server.post(PATH, asked).status == status
