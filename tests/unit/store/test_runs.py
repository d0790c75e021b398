"""Runs in the database."""

import json
import re

import pytest

from assay.entities.runs import RunStatus, RunTag
from assay.errors import (
    AlreadyExists,
    ExperimentNotFound,
    InactiveRun,
    InvalidParameter,
    NotFound,
    RunNotFound,
)
from assay.store.runs import (
    create_run,
    delete_run,
    delete_tag,
    get_run,
    heartbeat,
    log_model_json,
    restore_run,
    update_run,
)


def create(conn, **changes):
    return create_run(conn, **{"experiment_id": "0"} | changes)


def test_created_run_is_running_with_what_was_given(database):
    with database.write() as conn:
        run = create(
            conn, run_name="r1", user_id="me", start_time=7, tags=[RunTag("mlflow.user", "me")]
        )
        found = get_run(conn, run.info.run_id)
    assert found.info == run.info
    assert re.fullmatch("[0-9a-f]{32}", run.info.run_id)
    assert run.info.status is RunStatus.RUNNING
    assert (run.info.run_name, run.info.user_id, run.info.start_time) == ("r1", "me", 7)
    assert run.info.artifact_uri == f"mlflow-artifacts:/0/{run.info.run_id}/artifacts"
    assert run.data.tags == found.data.tags == {"mlflow.user": "me", "mlflow.runName": "r1"}


def test_run_without_a_name_gets_one_in_info_and_tag(database):
    with database.write() as conn:
        run = create(conn)
    assert re.fullmatch(r"[a-z]+-[a-z]+-\d{1,3}", run.info.run_name)
    assert run.data.tags["mlflow.runName"] == run.info.run_name


def test_name_tag_names_the_run(database):
    with database.write() as conn:
        assert create(conn, tags=[RunTag("mlflow.runName", "t")]).info.run_name == "t"


def test_name_that_differs_from_its_tag_is_refused(database):
    with (
        database.write() as conn,
        pytest.raises(InvalidParameter, match="with different values"),
    ):
        create(conn, run_name="a", tags=[RunTag("mlflow.runName", "b")])


def test_run_in_an_unknown_experiment_is_refused(database):
    with database.write() as conn, pytest.raises(ExperimentNotFound):
        create(conn, experiment_id="5")


def test_run_id_cannot_be_taken_twice(database):
    with database.write() as conn:
        create(conn, run_id="a")
        with pytest.raises(AlreadyExists):
            create(conn, run_id="a")


def test_unknown_run_is_not_found(database):
    with database.write() as conn:
        for change in (get_run, restore_run, update_run):
            with pytest.raises(RunNotFound, match="Run with id=x not found"):
                change(conn, "x")
        with pytest.raises(RunNotFound):
            delete_run(conn, "x", now_ms=1)


def test_update_changes_only_what_is_given(database):
    with database.write() as conn:
        run_id = create(conn, run_name="old").info.run_id
        update_run(conn, run_id, status=RunStatus.FAILED, end_time=9)
        info = update_run(conn, run_id, run_name="new")
        assert update_run(conn, run_id, run_name="") == info
        tags = get_run(conn, run_id).data.tags
    assert (info.status, info.end_time, info.run_name) == (RunStatus.FAILED, 9, "new")
    assert tags["mlflow.runName"] == "new"


def test_delete_and_restore_may_be_repeated(database):
    with database.write() as conn:
        run_id = create(conn).info.run_id
        delete_run(conn, run_id, now_ms=1)
        delete_run(conn, run_id, now_ms=2)
        assert get_run(conn, run_id).info.lifecycle_stage == "deleted"
        restore_run(conn, run_id)
        restore_run(conn, run_id)
        assert get_run(conn, run_id).info.lifecycle_stage == "active"


def test_deleted_run_takes_no_writes(database):
    with database.write() as conn:
        run_id = create(conn, tags=[RunTag("k", "v")]).info.run_id
        delete_run(conn, run_id, now_ms=1)
        with pytest.raises(InactiveRun, match="must be in the 'active' state"):
            update_run(conn, run_id, status=RunStatus.FINISHED)
        with pytest.raises(InactiveRun):
            delete_tag(conn, run_id, key="k")
        with pytest.raises(InactiveRun):
            heartbeat(conn, run_id, now_ms=1)


def test_deleting_a_tag_leaves_the_others_and_the_name(database):
    with database.write() as conn:
        run_id = create(conn, run_name="n", tags=[RunTag("k", "v")]).info.run_id
        delete_tag(conn, run_id, key="mlflow.runName")
        run = get_run(conn, run_id)
        assert (run.info.run_name, run.data.tags) == ("n", {"k": "v"})
        for key in ("mlflow.runName", "never heard of"):
            with pytest.raises(NotFound, match=f"No tag with name: {key} in run with id"):
                delete_tag(conn, run_id, key=key)


def test_models_of_old_clients_add_up_in_a_tag(database):
    model = {"artifact_path": "m", "flavors": {}, "utc_time_created": "t", "run_id": "r", "x": 1}
    with database.write() as conn:
        run_id = create(conn).info.run_id
        log_model_json(conn, run_id, model_json=json.dumps(model))
        log_model_json(conn, run_id, model_json=json.dumps(model | {"model_uuid": "u"}))
        history = json.loads(get_run(conn, run_id).data.tags["mlflow.log-model.history"])
    assert [entry.get("model_uuid") for entry in history] == [None, "u"]
    assert "x" not in history[0]


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"artifact_path": "m"}'])
def test_model_text_that_is_no_model_is_refused(database, text):
    with database.write() as conn, pytest.raises(InvalidParameter):
        log_model_json(conn, create(conn).info.run_id, model_json=text)
