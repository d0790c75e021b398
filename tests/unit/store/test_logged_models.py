"""Logged models in the database."""

import re

import pytest

from assay.entities.logged_models import (
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from assay.entities.metrics import Metric
from assay.errors import ExperimentNotFound, InvalidParameter, LoggedModelNotFound, NotFound
from assay.store.batches import apply_batches
from assay.store.logged_model_pages import load_logged_models
from assay.store.logged_models import (
    create_logged_model,
    delete_logged_model,
    delete_logged_model_tag,
    finalize_logged_model,
    get_logged_model,
    log_logged_model_params,
    set_logged_model_tags,
)
from assay.store.run_batch import RunBatch
from assay.store.runs import create_run
from assay.wire.chunk import columns_of
from statements import counted_statements


def create(conn, **changes):
    return create_logged_model(conn, **{"experiment_id": "0", "now_ms": 5} | changes)


def test_created_model_is_pending_with_what_was_given(database):
    with database.write() as conn:
        model = create(
            conn,
            name="net",
            model_type="",
            source_run_id="no run",
            params=[LoggedModelParameter("p", "1")],
            tags=[LoggedModelTag("t", "2")],
        )
        assert get_logged_model(conn, model.model_id) == model
    assert re.fullmatch("m-[0-9a-f]{32}", model.model_id)
    assert model.info.status is LoggedModelStatus.PENDING
    assert (model.info.name, model.info.model_type) == ("net", "")
    assert model.info.artifact_uri == f"mlflow-artifacts:/0/models/{model.model_id}/artifacts"
    assert (model.data.params, model.info.tags) == ({"p": "1"}, {"t": "2"})


def test_model_without_a_name_gets_one(database):
    with database.write() as conn:
        assert re.fullmatch(r"[a-z]+-[a-z]+-\d{1,3}", create(conn).info.name)


@pytest.mark.parametrize("character", "/:.%\"'")
def test_name_with_a_separator_is_refused(sqlite_database, character):
    with (
        sqlite_database.write() as conn,
        pytest.raises(InvalidParameter, match="Invalid model name"),
    ):
        create(conn, name=f"a{character}b")


def test_model_of_an_unknown_experiment_is_refused(database):
    with database.write() as conn, pytest.raises(ExperimentNotFound):
        create(conn, experiment_id="9")


def test_model_may_be_finalized_again_and_again(database):
    with database.write() as conn:
        model_id = create(conn).model_id
        for number, status in enumerate((LoggedModelStatus.READY, LoggedModelStatus.FAILED), 10):
            info = finalize_logged_model(conn, model_id, status=status, now_ms=number).info
            assert (info.status, info.last_updated_timestamp_ms) == (status, number)
        with pytest.raises(InvalidParameter):
            finalize_logged_model(conn, model_id, status=LoggedModelStatus.UNSPECIFIED, now_ms=1)


def test_deleted_model_is_gone_but_takes_late_params_and_tags(database):
    with database.write() as conn:
        model_id = create(conn).model_id
        delete_logged_model(conn, model_id, now_ms=6)
        delete_logged_model(conn, model_id, now_ms=7)
        with pytest.raises(LoggedModelNotFound, match=f"Logged model with ID '{model_id}' not"):
            get_logged_model(conn, model_id)
        set_logged_model_tags(conn, model_id, tags=[LoggedModelTag("t", "1")])
        log_logged_model_params(conn, model_id, params=[LoggedModelParameter("p", "1")])


def test_unknown_model_is_not_found(database):
    with database.write() as conn, pytest.raises(LoggedModelNotFound):
        delete_logged_model(conn, "m-x", now_ms=1)


def test_params_are_added_but_not_changed(database):
    with database.write() as conn:
        model_id = create(conn, params=[LoggedModelParameter("a", "1")]).model_id
        log_logged_model_params(conn, model_id, params=[LoggedModelParameter("b", "2")])
        with pytest.raises(InvalidParameter):
            log_logged_model_params(conn, model_id, params=[LoggedModelParameter("a", "1")])
        assert get_logged_model(conn, model_id).data.params == {"a": "1", "b": "2"}


def test_tags_are_overwritten_and_deleted(database):
    with database.write() as conn:
        model_id = create(conn, tags=[LoggedModelTag("t", "1")]).model_id
        set_logged_model_tags(conn, model_id, tags=[LoggedModelTag("t", "2")])
        assert get_logged_model(conn, model_id).info.tags == {"t": "2"}
        delete_logged_model_tag(conn, model_id, key="t")
        with pytest.raises(NotFound, match="No tag with key 't' found for model with ID"):
            delete_logged_model_tag(conn, model_id, key="t")


def test_model_has_all_points_of_its_metrics(database):
    with database.write() as conn:
        model_id = create(conn).model_id
        run_id = create_run(conn, experiment_id="0").info.run_id
        points = [Metric("m", float(step), 100 + step, step, model_id) for step in range(3)]
        single = Metric("single", 1.0, 7, 0, model_id, "data", "d1")
        apply_batches(conn, [RunBatch(run_id=run_id, metrics=columns_of([*points, single]))])
        found = get_logged_model(conn, model_id).data.metrics
    expected = [
        Metric(
            m.key, m.value, m.timestamp, m.step, model_id, m.dataset_name, m.dataset_digest, run_id
        )
        for m in (*points, single)
    ]
    assert sorted(found, key=str) == sorted(expected, key=str)


def test_number_of_statements_does_not_grow_with_the_models(database):
    counts = []
    for n_models in (2, 30):
        with database.write() as conn:
            run_id = create_run(conn, experiment_id="0").info.run_id
            ids = [create(conn, tags=[LoggedModelTag("t", "1")]).model_id for _ in range(n_models)]
            metrics = [Metric("m", 1.0, 1, 0, model_id) for model_id in ids]
            apply_batches(conn, [RunBatch(run_id=run_id, metrics=columns_of(metrics))])
        with database.read() as conn:
            rows = conn.exec_driver_sql("SELECT model_number FROM logged_models").all()
            numbers = [row[0] for row in rows]
            load_logged_models(conn, numbers)
            with counted_statements(conn) as ran:
                assert len(load_logged_models(conn, numbers)) == len(numbers)
            counts.append(len(ran))
    assert counts[0] == counts[1]
