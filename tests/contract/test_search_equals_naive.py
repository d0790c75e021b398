"""Whatever is searched, SQL finds what a plain loop over all runs finds, in the same order."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from assay.entities.filters.order import parse_run_order
from assay.entities.filters.parse import parse_run_filter
from assay.entities.filters.tree import EVERYTHING, Filter, OrderKey
from assay.entities.lifecycle import ViewType
from assay.store.connections import Database
from assay.store.search_runs import count_runs, search_runs
from naive_search import (
    NaiveRun,
    Searched,
    filters,
    naive_runs,
    orders,
    written_filter,
    written_order,
)
from stored_runs import store

_examples = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(condition=filters())
def test_a_written_filter_is_read_as_it_was_meant(condition: Filter) -> None:
    assert parse_run_filter(written_filter(condition)) == condition


@_examples
@given(found=naive_runs(), condition=filters(), order=orders(), deleted=st.booleans())
def test_search_finds_what_a_loop_finds(
    database: Database,
    found: list[NaiveRun],
    condition: Filter,
    order: list[OrderKey],
    deleted: bool,
) -> None:
    experiment_id, stored = store(database, found)
    expected = Searched(stored).search(condition, order, deleted=deleted)
    query = {
        "experiment_ids": [experiment_id],
        "filter": written_filter(condition),
        "view": ViewType.DELETED_ONLY if deleted else ViewType.ACTIVE_ONLY,
    }
    with database.read() as conn:
        page = search_runs(conn, **query, order_by=[written_order(key) for key in order])
        n_runs = count_runs(conn, **query)
    assert [run.info.run_id for run in page] == expected
    assert page.token is None
    assert n_runs == len(expected)


@_examples
@given(
    found=naive_runs(),
    order=orders(),
    condition=filters() | st.just(EVERYTHING),
    max_results=st.integers(1, 4),
)
def test_pages_joined_are_the_whole(
    database: Database,
    found: list[NaiveRun],
    order: list[OrderKey],
    condition: Filter,
    max_results: int,
) -> None:
    experiment_id, _ = store(database, found)
    query = {
        "experiment_ids": [experiment_id],
        "filter": "" if condition == EVERYTHING else written_filter(condition),
        "view": ViewType.ALL,
        "order_by": [written_order(key) for key in order],
    }
    with database.read() as conn:
        whole = [run.info.run_id for run in search_runs(conn, **query)]
        joined = paged(conn, query, max_results)
    assert joined == whole


@given(order=orders())
def test_a_written_order_is_read_as_it_was_meant(order: list[OrderKey]) -> None:
    assert list(parse_run_order([written_order(key) for key in order])) == order


def paged(conn: Connection, query: dict, max_results: int) -> list[str]:
    """Return the run ids of all pages; every page but the last is full, none is empty."""
    page = search_runs(conn, **query, max_results=max_results)
    joined = [run.info.run_id for run in page]
    while page.token is not None:
        assert len(page) == max_results
        page = search_runs(conn, **query, max_results=max_results, page_token=page.token)
        assert len(page) > 0
        joined += [run.info.run_id for run in page]
    return joined
