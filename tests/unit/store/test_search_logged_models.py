import math

import pytest
from sqlalchemy import insert

from assay.entities.logged_models import LoggedModelParameter, LoggedModelStatus, LoggedModelTag
from assay.errors import InvalidFilter, InvalidPageToken, InvalidParameter, MissingParameter
from assay.store.keys import key_ids
from assay.store.logged_models import (
    create_logged_model,
    delete_logged_model,
    finalize_logged_model,
)
from assay.store.runs import create_run, find_run
from assay.store.search_logged_models import search_logged_models
from assay.store.tables import datasets, logged_models, series
from assay.wire.logged_models import DatasetFilter, LoggedModelOrder
from statements import counted_statements, used_indexes

EXPERIMENT = "0"


def create(database, name, now_ms=1, *, params=(), tags=(), **values):
    with database.write() as conn:
        model = create_logged_model(
            conn,
            experiment_id=EXPERIMENT,
            name=name,
            params=[LoggedModelParameter(key, value) for key, value in params],
            tags=[LoggedModelTag(key, value) for key, value in tags],
            now_ms=now_ms,
            **values,
        )
    return model.model_id


def log(database, model_id, key, value, *, dataset=None, timestamp=1, step=0):
    """Write a series of one point for a model, as a run of its own logged it."""
    with database.write() as conn:
        run_id = create_run(conn, experiment_id=EXPERIMENT).info.run_id
        number = conn.execute(
            logged_models.select().where(logged_models.c.model_id == model_id)
        ).one()
        conn.execute(
            insert(series).values(
                run_number=find_run(conn, run_id).run_number,
                key_id=key_ids(conn, [key])[key],
                model_number=number.model_number,
                dataset_id=dataset_number(conn, dataset) if dataset else 0,
                experiment_id=int(EXPERIMENT),
                n_logged=1,
                n_points=1,
                n_finite=1,
                last_step=step,
                last_timestamp=timestamp,
                last_value=None if math.isnan(value) else value,
                first_step=step,
                sum_value=0.0,
            )
        )


def dataset_number(conn, dataset):
    name, digest = dataset
    identity = {"experiment_id": int(EXPERIMENT), "name": name, "digest": digest}
    same = [datasets.c[column] == value for column, value in identity.items()]
    if conn.execute(datasets.select().where(*same)).first() is None:
        conn.execute(insert(datasets).values(**identity, source_type="", source=""))
    return conn.execute(datasets.select().where(*same)).one().dataset_id


def names(database, **query):
    with database.read() as conn:
        found = search_logged_models(conn, experiment_ids=[EXPERIMENT], **query)
    return [model.info.name for model in found]


def by(field_name, *, ascending=True, **dataset):
    return [LoggedModelOrder(field_name=field_name, ascending=ascending, **dataset)]


def test_the_newest_come_first(database):
    for name, now_ms in (("a", 1), ("b", 3), ("c", 3), ("d", 2)):
        create(database, name, now_ms)
    assert names(database) == ["c", "b", "d", "a"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = 'one'", ["one"]),
        ("name = one", ["one"]),
        ('attributes.name = "one"', ["one"]),
        ("name IN ('one', 'two',)", ["one", "two"]),
        ("name NOT IN ('one')", ["two", "six"]),
        ("name LIKE '_n%' OR name ILIKE 'S%'", ["one", "six"]),
        ("model_type = 'tree'", ["two"]),
        ("model_type != 'net'", ["two"]),
        ("model_type IS NULL", ["one", "six"]),
        ("status = 'READY'", ["one"]),
        ("status = LOGGED_MODEL_READY", ["one"]),
        ("status IN ('PENDING', 'FAILED')", ["two", "six"]),
        ("experiment_id = '0' AND creation_time >= 2", ["two", "six"]),
        ("creation_timestamp_ms < 2", ["one"]),
        ("params.depth = '3'", ["one"]),
        ("params.depth != '3'", ["two"]),
        ("tags.`a b` LIKE 'x%' AND NOT params.depth = '3'", ["two"]),
        ("metrics.acc > 0.5", ["two"]),
        ("metrics.acc <= 0.5", ["one"]),
        ("metrics.acc IS NAN", ["six"]),
        ("metrics.unheard_of > 0", []),
        ("metrics.unheard_of IS NULL AND metrics.acc IS NOT NULL", ["one", "two", "six"]),
    ],
)
def test_models_are_found_by_what_they_are(database, text, expected):
    ids = [
        create(database, "one", 1, params=[("depth", "3")], tags=[("a b", "xy")]),
        create(database, "two", 2, params=[("depth", "5")], tags=[("a b", "x")], model_type="tree"),
        create(database, "six", 3),
    ]
    with database.write() as conn:
        finalize_logged_model(conn, ids[0], status=LoggedModelStatus.READY, now_ms=9)
    for model_id, value in zip(ids, (0.5, 0.75, math.nan), strict=True):
        log(database, model_id, "acc", value)
    assert names(database, filter=text, order_by=by("creation_time")) == expected


@pytest.mark.parametrize(("ascending", "expected"), [(True, "bacd"), (False, "abcd")])
def test_nan_and_missing_metrics_come_last_both_ways(database, ascending, expected):
    ids = {name: create(database, name) for name in "dcba"}
    log(database, ids["a"], "loss", 2.0)
    log(database, ids["b"], "loss", 1.0)
    log(database, ids["c"], "loss", math.nan)
    assert "".join(names(database, order_by=by("metrics.loss", ascending=ascending))) == expected


def test_a_model_is_sorted_by_the_metric_it_logged_last(database):
    ids = {name: create(database, name) for name in "ab"}
    log(database, ids["a"], "loss", 1.0, timestamp=1)
    log(database, ids["a"], "loss", 9.0, timestamp=2)
    log(database, ids["b"], "loss", 5.0)
    assert names(database, order_by=by("metrics.loss")) == ["b", "a"]


def test_data_sets_narrow_what_metrics_are_compared_and_sorted_by(database):
    ids = {name: create(database, name) for name in "abc"}
    log(database, ids["a"], "loss", 1.0, dataset=("train", "d1"))
    log(database, ids["a"], "loss", 9.0, dataset=("test", "d1"))
    log(database, ids["b"], "loss", 5.0, dataset=("test", "d2"))
    train, test = DatasetFilter(dataset_name="train"), DatasetFilter(dataset_name="test")
    first = DatasetFilter(dataset_name="test", dataset_digest="d1")
    assert names(database, datasets=[train]) == ["a"]
    assert names(database, datasets=[test]) == ["b", "a"]
    assert names(database, datasets=[first]) == ["a"]
    assert names(database, datasets=[test], filter="metrics.loss > 6") == ["a"]
    assert names(database, datasets=[train], filter="metrics.loss > 6") == []
    on_test = by("metrics.loss", dataset_name="test")
    assert names(database, order_by=on_test) == ["b", "a", "c"]


def test_deleted_models_are_not_found(database):
    model_id = create(database, "gone")
    with database.write() as conn:
        delete_logged_model(conn, model_id, now_ms=2)
    assert names(database) == []


@pytest.mark.parametrize(
    "order",
    [
        [],
        by("name"),
        by("model_type", ascending=False),
        by("metrics.loss"),
        [*by("metrics.loss", ascending=False), *by("creation_time")],
        by("metrics.unheard_of"),
        by("status"),
    ],
)
def test_pages_joined_are_the_whole(database, order):
    for number in range(9):
        model_type = "tree" if number % 2 else None
        model_id = create(database, f"m{number}", number // 3, model_type=model_type)
        if number % 3:
            log(database, model_id, "loss", math.nan if number % 4 == 0 else float(number % 5))
    query = {"experiment_ids": [EXPERIMENT], "order_by": order}
    with database.read() as conn:
        whole = search_logged_models(conn, **query)
        page = search_logged_models(conn, **query, max_results=2)
        joined = list(page)
        while page.token:
            page = search_logged_models(conn, **query, max_results=2, page_token=page.token)
            joined += page
    assert len(whole) == 9
    assert [model.model_id for model in joined] == [model.model_id for model in whole]


@pytest.mark.parametrize(
    "change",
    [
        {"experiment_ids": ["0", "1"]},
        {"filter": "name LIKE 'm%'"},
        {"order_by": by("name")},
        {"datasets": [DatasetFilter(dataset_name="x")]},
    ],
)
def test_a_token_belongs_to_its_query(database, change):
    for number in range(3):
        create(database, f"m{number}")
    with database.read() as conn:
        token = search_logged_models(conn, experiment_ids=[EXPERIMENT], max_results=1).token
        with pytest.raises(InvalidPageToken):
            search_logged_models(
                conn, **({"experiment_ids": [EXPERIMENT]} | change), page_token=token
            )


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ({"max_results": -1}, InvalidParameter),
        ({"max_results": 50_001}, InvalidParameter),
        ({"filter": "metric.a > 1"}, InvalidFilter),
        ({"filter": "foo = 'x'"}, InvalidFilter),
        ({"order_by": by("")}, MissingParameter),
        ({"order_by": by("foo")}, InvalidFilter),
        ({"order_by": by("params.p")}, InvalidFilter),
        ({"order_by": by("metrics.a", dataset_digest="d")}, MissingParameter),
        ({"order_by": by("name") * 2}, InvalidParameter),
        (
            {"order_by": [order for n in range(20) for order in by(f"metrics.{n}")]},
            InvalidParameter,
        ),
        ({"datasets": [DatasetFilter(dataset_name="")]}, MissingParameter),
        ({"page_token": "#"}, InvalidPageToken),
    ],
)
def test_mistakes_are_refused(sqlite_database, query, error):
    with sqlite_database.read() as conn, pytest.raises(error):
        search_logged_models(conn, experiment_ids=[EXPERIMENT], **query)


def test_no_page_size_means_a_hundred(sqlite_database):
    create(sqlite_database, "a")
    assert names(sqlite_database, max_results=0) == ["a"]


def test_searching_takes_few_statements_and_uses_indexes(database):
    for number in range(5):
        log(database, create(database, f"m{number}"), "loss", float(number))
    query = {"experiment_ids": [EXPERIMENT], "filter": "metrics.loss > 1"}
    with database.read() as conn:
        search_logged_models(conn, **query, order_by=by("metrics.loss"))
        with counted_statements(conn) as ran:
            search_logged_models(conn, **query, order_by=by("metrics.loss"))
        [finding] = [
            (text, values) for text, values in zip(ran, ran.values, strict=True) if "LIMIT" in text
        ]
        used = used_indexes(conn, *finding)
    assert len(ran) <= 9
    assert {"logged_models_by_creation", "series_by_model"} <= used
