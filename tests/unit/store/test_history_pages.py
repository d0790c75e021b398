"""Pages of a history, joined, are the whole history by time."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.store.folding import fold_run
from assay.store.histories import append_metrics
from assay.store.history_pages import history_page
from assay.store.keys import key_ids
from histories import expected, new_run, seen
from statements import counted_statements
from strategies import columns_of_points, histories


def log(conn, run_number, points):
    append_metrics(conn, [(run_number, 0, columns_of_points(points), None)])
    return key_ids(conn, ["m"])["m"]


def all_pages(conn, run_number, key, max_results):
    pages = [history_page(conn, run_number, key, max_results=max_results)]
    while pages[-1].end is not None:
        pages.append(
            history_page(conn, run_number, key, after=pages[-1].end, max_results=max_results)
        )
    return pages


def by_time(points):
    return sorted(expected(points), key=lambda point: (point[1], point[0], point[2]))


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories(), max_results=st.integers(1, 30))
def test_joined_pages_are_the_whole_history_by_time(sqlite_database, history, max_results):
    with sqlite_database.write() as conn:
        run_number = new_run(conn)
        key = log(conn, run_number, history)
        pages = all_pages(conn, run_number, key, max_results)

    assert [point for page in pages for point in seen(page.points)] == by_time(history)
    assert all(len(page.points) == max_results for page in pages[:-1])


def test_the_same_page_is_read_again_after_new_points(database):
    with database.write() as conn:
        run_number = new_run(conn)
        key = log(conn, run_number, [(step, step, 1.0) for step in range(10)])
        first = history_page(conn, run_number, key, max_results=4)
        log(conn, run_number, [(0, 0, 0.5), (99, 99, 1.0)])
        fold_run(conn, run_number)
        again = history_page(conn, run_number, key, max_results=4)
        rest = history_page(conn, run_number, key, after=first.end)

    assert again.points.values.tolist() == [0.5, 1.0, 1.0, 1.0]
    assert rest.points.steps.tolist() == [4, 5, 6, 7, 8, 9, 99]


def test_a_page_in_the_middle_does_not_decode_the_history_again(database):
    with database.write() as conn:
        run_number = new_run(conn)
        key = log(conn, run_number, [(step, step, 1.0) for step in range(9000)])
        fold_run(conn, run_number)
        first = history_page(conn, run_number, key, max_results=1000)
        with counted_statements(conn) as ran:
            history_page(conn, run_number, key, after=first.end, max_results=1000)

    assert len(ran) == 1


def test_an_unknown_series_has_one_empty_page(database):
    with database.read() as conn:
        page = history_page(conn, 77, 77, max_results=10)

    assert (len(page.points), page.end) == (0, None)


@pytest.mark.parametrize("max_results", [10, 11, None])
def test_a_page_that_holds_all_has_no_end(database, max_results):
    with database.write() as conn:
        run_number = new_run(conn)
        key = log(conn, run_number, [(step, step, 1.0) for step in range(10)])
        page = history_page(conn, run_number, key, max_results=max_results)

    assert (len(page.points), page.end) == (10, None)
