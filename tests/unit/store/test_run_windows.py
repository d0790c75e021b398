"""Windows of runs: their order is that of a search, their total that of a count."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.entities.lifecycle import ViewType
from assay.store.run_windows import (
    Selection,
    all_numbers,
    count_matching,
    field_named,
    run_window,
)
from assay.store.search_runs import count_runs, search_runs
from naive_search import NaiveRun, Point
from statements import counted_statements
from stored_runs import store

FILTERS = [
    "",
    "params.p = '1'",
    "params.p = '1' AND metrics.m > 1",
    "params.p IN ('1', '2') AND metrics.m <= 3 AND tags.t = '0'",
    "params.p = '1' OR metrics.m > 3",
    "metrics.n IS NAN",
    "params.p = '9'",
    "attributes.run_name LIKE 'run-1%' AND params.p = '1'",
]
ORDERS = [[], ["metrics.m DESC"], ["metrics.n", "run_name"], ["params.p"], ["metrics.m.min"]]


def made(number):
    values = {"m": float(number % 5), "n": float("nan") if number % 3 else float(number)}
    return NaiveRun(
        run_id=f"{number:032x}",
        name=f"run-{number}",
        user_id="someone",
        status=3,
        is_deleted=number % 7 == 0,
        start_time=number // 4,
        end_time=None,
        params={"p": str(number % 4)} if number % 5 else {},
        tags={"t": str(number % 3)},
        metrics={key: Point(v, v, v, v, v, 1) for key, v in values.items() if number % 6},
        datasets=[],
    )


@pytest.fixture
def experiment(database):
    return store(database, [made(number) for number in range(60)])[0]


@pytest.mark.parametrize("view", [ViewType.ACTIVE_ONLY, ViewType.ALL])
@pytest.mark.parametrize("order", ORDERS, ids=str)
@pytest.mark.parametrize("filter_", FILTERS)
def test_windows_are_those_of_a_search(database, experiment, filter_, order, view):
    selection = Selection([experiment], filter_, view, order)
    with database.read() as conn:
        whole = search_runs(
            conn, experiment_ids=[experiment], filter=filter_, view=view, order_by=order
        )
        numbers = all_numbers(conn, selection)
        pieces = []
        for offset in range(0, 70, 7):
            window = run_window(conn, selection, offset=offset, limit=7)
            assert window.total == len(whole) == len(numbers)
            pieces += window.run_numbers
        found = dict(conn.exec_driver_sql("SELECT run_number, run_id FROM runs").all())
        assert [found[number] for number in pieces] == [run.info.run_id for run in whole]
        assert sorted(pieces) == numbers.tolist()
        assert count_matching(conn, selection) == count_runs(
            conn, experiment_ids=[experiment], filter=filter_, view=view
        )


def test_a_window_takes_the_same_number_of_statements_whatever_its_size(database, experiment):
    selection = Selection([experiment], FILTERS[2], order_by=["metrics.m"])
    counts = []
    for limit in (1, 50):
        with database.read() as conn, counted_statements(conn) as ran:
            run_window(conn, selection, offset=0, limit=limit)
        counts.append(len(ran))
    assert max(counts) <= 7


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    key=st.text(
        st.characters(exclude_characters='`"\\', exclude_categories=["Cs", "Cc"]), min_size=1
    )
)
def test_a_column_may_have_any_key(key):
    assert field_named(f"params.{key}").key == key


def test_a_metrics_column_may_end_in_an_aggregate():
    assert field_named("metrics.loss.min").aggregate == "min"
    assert field_named("metrics.val/loss").key == "val/loss"


def test_no_experiment_has_no_runs(database):
    with database.read() as conn:
        assert run_window(conn, Selection([]), offset=0, limit=5) == ([], 0)
        np.testing.assert_array_equal(all_numbers(conn, Selection(["x"])), [])
