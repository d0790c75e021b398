import base64
import json
import math
import time

import pytest

from assay.entities.lifecycle import ViewType
from assay.errors import InvalidFilter, InvalidPageToken, InvalidParameter
from assay.store import time_limits
from assay.store.search_runs import count_runs, search_runs
from naive_search import NaiveRun, Point
from statements import counted_statements, scanned_tables, used_indexes
from stored_runs import store


def run(number, **changes):
    values = {
        "run_id": f"{number:032x}",
        "name": f"run-{number}",
        "user_id": "someone",
        "status": 3,
        "is_deleted": False,
        "start_time": 0,
        "end_time": None,
        "params": {},
        "tags": {},
        "metrics": {},
        "datasets": [],
    }
    return NaiveRun(**{**values, **changes})


def point(last, n_points=1):
    return Point(last, last, last, last, last, n_points)


def metric_run(number, value, **changes):
    return run(number, metrics={"m": point(value)}, **changes)


def numbers(found):
    return [int(one.info.run_id[8:], 16) for one in found]


@pytest.fixture
def many(database):
    """Forty runs with a param and a metric each, in an experiment of their own."""
    runs = [
        run(
            number,
            start_time=number // 4,
            params={"p": str(number % 4)},
            tags={"t": str(number % 3)},
            metrics={"m": point(float(number % 5)), "n": point(float(number))},
        )
        for number in range(40)
    ]
    return store(database, runs)[0]


def search(database, experiment, **query):
    with database.read() as conn:
        return search_runs(conn, experiment_ids=[experiment], **query)


def test_newest_runs_come_first_and_ids_decide_between_equals(database):
    experiment, _ = store(
        database, [run(3, start_time=5), run(1, start_time=5), run(2), run(4, start_time=9)]
    )
    assert numbers(search(database, experiment)) == [4, 1, 3, 2]


@pytest.mark.parametrize(
    ("order", "expected"), [("metrics.m ASC", [3, 1, 2, 4, 5]), ("metrics.m DESC", [2, 1, 3, 4, 5])]
)
def test_nan_comes_after_numbers_and_missing_after_nan_in_both_directions(
    database, order, expected
):
    runs = [metric_run(1, 1.0), metric_run(2, math.inf), metric_run(3, -math.inf)]
    experiment, _ = store(database, [run(5), metric_run(4, math.nan), *runs])
    assert numbers(search(database, experiment, order_by=[order])) == expected


@pytest.mark.parametrize("direction", ["ASC", "DESC"])
@pytest.mark.parametrize("field", ["params.p", "tags.p", "end_time"])
def test_missing_texts_and_times_come_last_in_both_directions(database, field, direction):
    has = run(1, params={"p": "x"}, tags={"p": "x"}, end_time=3)
    experiment, _ = store(database, [run(2), has])
    assert numbers(search(database, experiment, order_by=[f"{field} {direction}"])) == [1, 2]


def test_texts_are_sorted_by_code_point(database):
    texts = ["ab", "a", "Default", "Abc", "ä", "_"]
    experiment, _ = store(
        database, [run(number, params={"p": text}) for number, text in enumerate(texts)]
    )
    found = search(database, experiment, order_by=["params.p DESC"])
    assert [one.data.params["p"] for one in found] == sorted(texts, reverse=True)


def test_like_minds_case_and_ilike_does_not(database):
    experiment, _ = store(database, [run(1, params={"p": "Abc"}), run(2, params={"p": "abc"})])
    assert numbers(search(database, experiment, filter="params.p LIKE 'a%'")) == [2]
    assert numbers(search(database, experiment, filter="params.p ILIKE 'A%'")) == [1, 2]


def test_a_comparison_is_false_where_the_key_is_missing(database):
    experiment, _ = store(database, [run(1, params={"p": "x"}), run(2)])
    assert numbers(search(database, experiment, filter="params.p != 'y'")) == [1]
    assert numbers(search(database, experiment, filter="NOT params.p = 'x'")) == [2]
    assert numbers(search(database, experiment, filter="params.p IS NULL")) == [2]


def test_nan_is_found_by_is_nan_only(database):
    experiment, _ = store(database, [metric_run(1, math.nan), metric_run(2, 1.0), run(3)])
    assert numbers(search(database, experiment, filter="metrics.m IS NAN")) == [1]
    assert numbers(search(database, experiment, filter="metrics.m != 7")) == [2]
    assert numbers(search(database, experiment, filter="metrics.m IS NOT NULL")) == [1, 2]


def test_a_metric_that_is_called_like_an_aggregate_wins_where_it_exists(database):
    aggregate = Point(last=9.0, first=8.0, least=1.0, greatest=10.0, mean=5.0, n_points=4)
    with_name, _ = store(database, [run(1, metrics={"m": aggregate, "m.min": point(7.0)})])
    without, _ = store(database, [run(2, metrics={"m": aggregate})])
    assert len(search(database, with_name, filter="metrics.m.min = 7")) == 1
    assert len(search(database, with_name, filter="metrics.`m`.min = 1")) == 1
    assert len(search(database, without, filter="metrics.m.min = 1")) == 1
    assert len(search(database, without, filter="metrics.`m.min` = 1")) == 0
    for condition in ("max = 10", "first = 8", "last = 9", "mean = 5", "count = 4"):
        assert len(search(database, without, filter=f"metrics.m.{condition}")) == 1


def test_times_relative_to_now_stay_the_same_through_all_pages(database):
    experiment, _ = store(database, [run(number, start_time=number * 1000) for number in range(9)])
    query = {"filter": "start_time >= now-4s", "max_results": 2}
    first = search(database, experiment, **query, now_ms=8000)
    second = search(database, experiment, **query, page_token=first.token, now_ms=99_000)
    third = search(database, experiment, **query, page_token=second.token, now_ms=99_000)
    assert numbers([*first, *second, *third]) == [8, 7, 6, 5, 4]


def test_views_tell_active_runs_from_deleted_ones(database):
    experiment, _ = store(database, [run(1), run(2, is_deleted=True)])
    assert numbers(search(database, experiment)) == [1]
    assert numbers(search(database, experiment, view=ViewType.DELETED_ONLY)) == [2]
    assert numbers(search(database, experiment, view=ViewType.ALL)) == [1, 2]


def test_several_experiments_are_searched_as_one(database):
    one, _ = store(database, [metric_run(1, 3.0, start_time=1), metric_run(2, 1.0, start_time=2)])
    two, _ = store(database, [metric_run(3, 2.0, start_time=3)])
    with database.read() as conn:
        query = {"experiment_ids": [one, two, one, "77777", "no number", "9" * 40]}
        assert numbers(search_runs(conn, **query)) == [3, 2, 1]
        assert numbers(search_runs(conn, **query, order_by=["metrics.m"])) == [2, 3, 1]
        assert count_runs(conn, **query) == 3
        assert list(search_runs(conn, experiment_ids=["x"])) == []
        assert list(search_runs(conn, experiment_ids=[])) == []


@pytest.mark.parametrize("operator", ["!=", "!~", "NOT LIKE", "NOT ILIKE"])
def test_nothing_is_true_of_a_context_that_a_data_set_lacks(database, operator):
    experiment, _ = store(database, [run(1, datasets=[("mnist", "d1", None)])])
    assert numbers(search(database, experiment, filter=f"dataset.context {operator} 'x'")) == []
    assert numbers(search(database, experiment, filter="dataset.context IS NULL")) == [1]


def test_any_number_of_experiments_can_be_searched(database):
    experiment, _ = store(database, [metric_run(1, 1.0)])
    ids = [experiment, *map(str, range(1_000_000, 1_040_000))]
    query = {"experiment_ids": ids, "filter": "metrics.m.min = 1"}
    with database.read() as conn:
        assert numbers(search_runs(conn, **query, order_by=["metrics.m"])) == [1]
        assert count_runs(conn, **query) == 1
        with pytest.raises(InvalidParameter, match="At most"):
            search_runs(conn, experiment_ids=ids * 3)


def test_datasets_can_be_searched_by(database):
    used = [("mnist", "d1", "train"), ("mnist", "d2", None)]
    experiment, _ = store(database, [run(1, datasets=used), run(2)])
    for text in (
        "dataset.name = 'mnist'",
        "datasets.digest IN ('d2', 'x')",
        "dataset.context LIKE 'tr%'",
        "dataset.name IS NOT NULL AND dataset.context = 'train'",
    ):
        assert numbers(search(database, experiment, filter=text)) == [1]


def test_a_token_is_given_only_when_more_runs_follow(database, many):
    assert search(database, many, max_results=40).token is None
    page = search(database, many, max_results=39)
    rest = search(database, many, max_results=39, page_token=page.token)
    assert (len(rest), rest.token) == (1, None)


@pytest.mark.parametrize(
    "token",
    [
        "%%%",
        "ä",
        "abc",
        base64.b64encode(b"no json").decode(),
        base64.b64encode(b'{"offset": 3}').decode(),
        base64.b64encode(b"[" * 10_000).decode(),
        base64.b64encode(b"[1, 2, 3]").decode(),
        base64.b64encode(b"9" * 5000).decode(),
        "A" * 300_000,
    ],
)
def test_a_token_that_was_not_made_here_is_refused(database, many, token):
    with pytest.raises(InvalidPageToken, match="Invalid page token"):
        search(database, many, page_token=token)


def test_a_token_of_another_order_is_refused(database, many):
    token = search(database, many, max_results=1).token
    with pytest.raises(InvalidPageToken):
        search(database, many, page_token=token, order_by=["metrics.m"])


@pytest.mark.parametrize(
    "values", [[], [1], ["x", 2], [1.5, "x"], [None, 2**70], [2**63, "x"], [1, "\0"], [True, "x"]]
)
def test_a_token_with_other_values_inside_is_refused(database, many, values):
    token = search(database, many, max_results=1).token
    parts = json.loads(base64.urlsafe_b64decode(token))
    forged = base64.urlsafe_b64encode(json.dumps([*parts[:2], values]).encode()).decode()
    with pytest.raises(InvalidPageToken):
        search(database, many, page_token=forged)


def test_a_message_says_that_a_token_is_not_base64(database, many):
    with pytest.raises(InvalidPageToken) as caught:
        search(database, many, page_token="#")
    assert caught.value.message == "Invalid page token, could not base64-decode"


@pytest.mark.parametrize("max_results", [0, -1, 50_001, 2**70])
def test_a_page_has_1_to_50000_runs(database, many, max_results):
    with pytest.raises(
        InvalidParameter, match=f"Invalid value {max_results} for parameter 'max_results' supplied"
    ):
        search(database, many, max_results=max_results)


def test_hostile_patterns_are_data(database, many):
    for text in ("'; DROP TABLE runs; --", "%' OR '1'='1", "\\", "%_%" * 500):
        quoted = text.replace("'", "''")
        for operator in ("=", "LIKE", "ILIKE", "!="):
            search(database, many, filter=f"params.p {operator} '{quoted}'")
    assert len(search(database, many)) == 40


def test_a_search_that_takes_too_long_is_stopped(database, many):
    slow = {"sqlite": "SELECT count(*) FROM runs a, runs b, runs c, runs d, runs e"}
    statement = slow.get(database.dialect, "SELECT pg_sleep(20)")
    began = time.monotonic()
    with database.read() as conn:  # noqa: SIM117 the limit is what raises
        with pytest.raises(InvalidFilter, match=r"longer than 0\.2 s"):
            with time_limits.limited_search(conn, 0.2):
                conn.exec_driver_sql(statement).fetchall()
    assert time.monotonic() - began < 10
    assert len(search(database, many)) == 40


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"order_by": ["metrics.m DESC", "params.p"]},
        {"filter": "params.p = '1' AND metrics.m > 0", "order_by": ["metrics.n"]},
        {"filter": "params.p = '1' OR NOT tags.t LIKE '2'", "order_by": ["tags.t"]},
        {"filter": "metrics.m.min >= 0", "order_by": ["metrics.m.max"]},
    ],
)
def test_a_page_takes_few_statements_whatever_its_size(database, many, query):
    n_statements = []
    for max_results in (1, 5, 30):
        with database.read() as conn:
            search_runs(conn, experiment_ids=[many], max_results=max_results, **query)
            with counted_statements(conn) as ran:
                search_runs(conn, experiment_ids=[many], max_results=max_results, **query)
        n_statements.append(len(ran))
    # A page that reaches NaN or missing values reads one or two stretches more.
    assert max(n_statements) - min(n_statements) <= 2
    assert max(n_statements) <= 14


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ({}, "runs_by_start"),
        ({"order_by": ["start_time"]}, "runs_by_start"),
        ({"order_by": ["metrics.n"]}, "series_by_last"),
        ({"order_by": ["metrics.n DESC"]}, "series_by_last"),
        ({"order_by": ["params.p", "metrics.n"]}, "params_by_value"),
        ({"order_by": ["tags.t DESC"]}, "tags_by_value"),
        ({"filter": "params.p = '1'"}, "params_by_value"),
        ({"filter": "tags.t IN ('1', '2')"}, "tags_by_value"),
        ({"filter": "metrics.n > 20", "order_by": ["run_name"]}, "series_by_last"),
        ({"filter": "params.p = '1' AND metrics.n < 9", "order_by": ["metrics.n"]}, "PRIMARY KEY"),
        ({"filter": "metrics.n > 1 AND metrics.n < 9 AND user_id = 'x'"}, "series_by_last"),
    ],
)
def test_searches_start_from_an_index(database, many, query, index):
    with database.read() as conn:
        page = search_runs(conn, experiment_ids=[many], max_results=3, **query)
        with counted_statements(conn) as ran:
            search_runs(
                conn, experiment_ids=[many], max_results=3, page_token=page.token or "", **query
            )
        finding = [
            (text, values) for text, values in zip(ran, ran.values, strict=True) if "LIMIT" in text
        ]
        used = {name for text, values in finding for name in used_indexes(conn, text, values)}
        scanned = {name for text, values in finding for name in scanned_tables(conn, text, values)}
    assert index in used
    assert scanned <= {"anon_1", "anon_2", "anon_3", "anon_4"}


def test_counting_uses_an_index(database, many):
    with database.read() as conn:
        with counted_statements(conn) as ran:
            found = count_runs(conn, experiment_ids=[many], filter="params.p = '1'")
        counting = [
            (text, values) for text, values in zip(ran, ran.values, strict=True) if "count" in text
        ]
        used = used_indexes(conn, *counting[-1])
    assert found == 10
    assert "params_by_value" in used
    assert len(ran) <= 5
