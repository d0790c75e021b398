"""Tables and curves over many runs from Python: the same from a server and from a folder."""

import math
from pathlib import Path

import numpy as np
import pytest

from assay import AssayClient
from assay.errors import InvalidFilter, InvalidParameter
from servers import server_on_thread


@pytest.fixture(params=["server", "folder"])
def client(request: pytest.FixtureRequest, tmp_path: Path):
    if request.param == "folder":
        yield AssayClient(str(tmp_path / "runs"))
        return
    with server_on_thread(tmp_path) as running:
        yield AssayClient(running.url)


@pytest.fixture
def run_ids(client) -> list[str]:
    """Four runs with a learning rate, a seed and a loss that ends as NaN, infinity, 1 and 2."""
    made = []
    for number, last in enumerate((math.nan, math.inf, 1.0, 2.0)):
        run_id = client.create_run("0", run_name=f"run {number}").info.run_id
        client.log_param(run_id, "lr", 0.1 ** (1 + number % 2))
        client.log_param(run_id, "seed", number // 2)
        for step, value in enumerate((5.0, 3.0, last)):
            client.log_metric(run_id, "loss", value, step=step)
        made.append(run_id)
    assert client.flush()
    return made


def test_a_page_has_exact_numbers(client, run_ids):
    table = client.query_runs(["0"], columns=["metrics.loss", "params.seed"], order_by=["run_name"])
    assert (table.total, list(table.run_ids)) == (4, run_ids)
    np.testing.assert_array_equal(table.columns[0].values, [math.nan, math.inf, 1.0, 2.0])
    assert table.columns[1].values == ("0", "0", "1", "1")


def test_columns_are_arrays(client, run_ids):
    columns = client.fetch_run_columns(["0"], ["run_id", "metrics.loss", "run_name"])
    assert columns["run_id"].tolist() == run_ids
    np.testing.assert_array_equal(columns["metrics.loss"], [math.nan, math.inf, 1.0, 2.0])
    assert columns["run_name"].tolist() == [f"run {number}" for number in range(4)]


def test_conditions_are_counted(client, run_ids):
    first, second = client.count_clauses(["0"], "params.seed = '0' AND metrics.loss < 1")
    assert (first.filter, first.n_runs, first.n_without) == ("params.seed = '0'", 2, 0)
    assert (second.n_runs, second.n_without) == (0, 2)


def test_keys_values_statistics_and_groups(client, run_ids):
    keys = {key.name: key for key in client.find_run_keys(["0"])}
    assert (keys["seed"].type, keys["seed"].n_distinct, keys["loss"].n_runs) == ("number", 2, 4)
    assert client.complete_run_values(["0"], "params.seed") == {"0": 2, "1": 2}
    loss = client.describe_run_columns(["0"], ["metrics.loss"])["metrics.loss"]
    assert (loss.n_nan, loss.n_posinf, loss.mean) == (1, 1, 1.5)
    found = client.group_runs(["0"], group_by=["params.seed"], metrics=["metrics.loss"])
    assert [group.figures[0].n for group in found.groups] == [0, 2]


def test_curves_and_groups_of_curves(client, run_ids):
    found = client.query_series(run_ids[2:], ["loss"])
    assert [curve.arrays["value"].tolist() for curve in found.curves] == [[5, 3, 1], [5, 3, 2]]
    grouped = client.query_series(run_ids[2:], ["loss"], group_by=["params.seed"], band="minmax")
    (group,) = grouped.groups
    assert (group.values, group.n_runs) == ({"params.seed": "1"}, 2)
    assert group.arrays["center"].tolist() == [5, 3, 1.5]
    assert group.arrays["low"].tolist() == [5, 3, 1]


def test_runs_are_found_by_name_and_id(client, run_ids):
    assert [one.id for one in client.find_anything("run 2")] == [run_ids[2]]
    assert [one.id for one in client.find_anything(run_ids[1][:16])] == [run_ids[1]]


def test_mistakes_are_told(client):
    with pytest.raises((InvalidFilter, InvalidParameter)):
        client.query_runs(["0"], "metrics.a >")
    with pytest.raises(InvalidParameter):
        client.query_series([], ["a"], n_buckets=0)
