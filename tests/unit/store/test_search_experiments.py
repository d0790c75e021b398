import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert

from assay.entities.experiments import ExperimentTag
from assay.entities.lifecycle import ViewType
from assay.errors import InvalidFilter, InvalidPageToken, InvalidParameter
from assay.store.experiments import create_experiment, delete_experiment
from assay.store.search_experiments import search_experiments
from assay.store.tables import experiment_tags, experiments
from statements import counted_statements


def create(database, name, now_ms=1, **tags):
    labels = [ExperimentTag(key, value) for key, value in tags.items()]
    with database.write() as conn:
        return create_experiment(conn, name=name, tags=labels, now_ms=now_ms)


def names(database, **query):
    with database.read() as conn:
        found = search_experiments(conn, **query)
    return [experiment.name for experiment in found if experiment.name != "Default"]


def test_the_newest_come_first_and_of_the_same_millisecond_the_last_made(database):
    for name, now_ms in (("a", 5), ("b", 7), ("c", 7), ("d", 6)):
        create(database, name, now_ms)
    assert names(database) == ["c", "b", "d", "a"]


def test_names_are_sorted_by_code_point(database):
    for name in ("Abc", "ab", "ä", "a", "Z"):
        create(database, name)
    assert names(database, order_by=["name DESC"]) == ["ä", "ab", "a", "Z", "Abc"]
    assert names(database, order_by=["attribute.name"]) == ["Abc", "Z", "a", "ab", "ä"]


def test_ids_are_sorted_as_numbers(database):
    for number in range(12):
        create(database, f"e{number:02}")
    assert names(database, order_by=["experiment_id ASC"]) == [f"e{n:02}" for n in range(12)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = 'one'", ["one"]),
        ("attribute.name LIKE 'o%'", ["one"]),
        ("name ILIKE 'O%'", ["one", "Other"]),
        ("`name` != 'one' AND creation_time < 3", ["two"]),
        ("creation_time >= 2 AND last_update_time <= 3", ["two", "Other"]),
        ("tags.t = 'x'", ["one", "Other"]),
        ("tag.t != 'x'", ["two"]),
        ("tags.t IS NULL", []),
        ("tags.t IN ('y', 'x') AND NOT name = 'one'", ["two", "Other"]),
        ("name ~ '^(one|two)$'", ["one", "two"]),
        ("creation_time < now", ["one", "two", "Other"]),
    ],
)
def test_experiments_are_found_by_attributes_and_tags(database, text, expected):
    for number, (name, tag) in enumerate((("one", "x"), ("two", "y"), ("Other", "x")), 1):
        create(database, name, number, t=tag)
    assert (
        names(database, filter=f"({text}) AND name != 'Default'", order_by=["creation_time"])
        == expected
    )


def test_ids_can_be_compared_as_texts(database):
    first, _second, third = (create(database, name) for name in "abc")
    assert names(database, filter=f"experiment_id IN ('{third}', '{first}')") == ["c", "a"]
    assert names(database, filter=f"experiment_id != '{first}'") == ["c", "b"]


def test_views_tell_active_experiments_from_deleted_ones(database):
    create(database, "kept")
    with database.write() as conn:
        delete_experiment(conn, create_experiment(conn, name="gone", now_ms=1), now_ms=2)
    assert names(database) == ["kept"]
    assert names(database, view=ViewType.DELETED_ONLY) == ["gone"]
    assert names(database, view=ViewType.ALL) == ["gone", "kept"]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    times=st.lists(st.integers(0, 3), max_size=9),
    order=st.lists(
        st.sampled_from(["creation_time", "name DESC", "last_update_time", "experiment_id ASC"]),
        unique=True,
    ),
    max_results=st.integers(1, 4),
)
def test_pages_joined_are_the_whole(database, times, order, max_results):
    with database.write() as conn:
        conn.execute(delete(experiment_tags))
        conn.execute(delete(experiments))
        for number, time in enumerate(times):
            conn.execute(
                insert(experiments).values(
                    experiment_id=number,
                    name=f"{number % 3}-{number}",
                    artifact_location="x",
                    lifecycle=0,
                    creation_time=time,
                    last_update_time=3 - time,
                )
            )
    with database.read() as conn:
        whole = search_experiments(conn, order_by=order)
        page = search_experiments(conn, order_by=order, max_results=max_results)
        joined = list(page)
        while page.token:
            page = search_experiments(
                conn, order_by=order, max_results=max_results, page_token=page.token
            )
            joined += page
    assert len(whole) == len(times)
    assert joined == list(whole)


def test_a_page_is_found_and_loaded_by_three_statements(sqlite_database):
    for number in range(9):
        create(sqlite_database, f"e{number}", number, t="x")
    with sqlite_database.read() as conn, counted_statements(conn) as ran:
        search_experiments(conn, filter="tags.t = 'x'", max_results=5)
    assert len(ran) == 3


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"max_results": 0}, InvalidParameter),
        ({"max_results": 50_001}, InvalidParameter),
        ({"filter": "params.p = 'x'"}, InvalidFilter),
        ({"order_by": ["tags.t"]}, InvalidFilter),
        ({"order_by": ["name", "name DESC"]}, InvalidFilter),
        ({"page_token": "#"}, InvalidPageToken),
        ({"page_token": "e30="}, InvalidPageToken),
    ],
)
def test_mistakes_are_refused(sqlite_database, query, error):
    with sqlite_database.read() as conn, pytest.raises(error):
        search_experiments(conn, **query)
