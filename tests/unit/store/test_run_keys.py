"""What runs have logged, told from all of them or from those that match."""

import math

import numpy as np
import pytest

from assay.store.keys import key_names
from assay.store.run_keys import natural_order, run_keys
from naive_search import NaiveRun, Point
from stored_runs import store

LONG = "x" * 200


def run(number, params, value):
    return NaiveRun(
        run_id=f"{number:032x}",
        name=f"run-{number}",
        user_id="",
        status=3,
        is_deleted=False,
        start_time=0,
        end_time=None,
        params=params,
        tags={"t": "always"},
        metrics={"m": Point(value, value, value, value, value, 1)},
        datasets=[],
    )


@pytest.fixture
def experiment(database):
    values = [1.0, 1.0, math.nan]
    runs = [
        run(number, {"lr": str(0.1 * number), "long": f"{LONG}{number}", "same": LONG}, value)
        for number, value in enumerate(values)
    ]
    return int(store(database, runs)[0])


@pytest.mark.parametrize("n_runs", [2, 3])
def test_all_runs_and_some_runs_are_told_the_same_way(database, experiment, n_runs):
    with database.read() as conn:
        rows = conn.exec_driver_sql(
            f"SELECT run_number FROM runs WHERE experiment_id = {experiment} ORDER BY 1"
        ).all()
        numbers = np.array([row[0] for row in rows][:n_runs], np.int64)
        keys = {key.name: key for key in run_keys(conn, numbers, [experiment])}
    assert (keys["lr"].is_numeric, keys["lr"].n_distinct, keys["lr"].n_runs) == (
        True,
        n_runs,
        n_runs,
    )
    assert (keys["long"].varies, keys["long"].is_numeric) == (True, False)
    assert (keys["same"].varies, keys["same"].value) == (False, LONG)
    assert (keys["t"].kind, keys["t"].value) == ("tag", "always")
    # NaN is a value of its own.
    assert keys["m"].varies == (n_runs == 3)


def test_names_sort_as_people_count():
    names = ["m10", "M2", "m1", "a/b", "a", "x²"]
    assert sorted(names, key=natural_order) == ["a", "a/b", "m1", "M2", "m10", "x²"]


def test_no_runs_have_no_keys(database):
    with database.read() as conn:
        assert run_keys(conn, np.empty(0, np.int64), [0]) == []
        assert key_names(conn, []) == {}
