"""Experiments in the database."""

import pytest

from assay.entities.experiments import ExperimentTag
from assay.entities.runs import NOTE_TAG
from assay.errors import (
    AlreadyExists,
    ExperimentNotFound,
    InactiveExperiment,
    InvalidParameter,
    NotFound,
)
from assay.store.experiments import (
    create_experiment,
    delete_experiment,
    delete_experiment_tag,
    ensure_experiment,
    get_experiment,
    get_experiment_by_name,
    load_experiments,
    rename_experiment,
    restore_experiment,
    set_experiment_tag,
)
from assay.store.notes import list_note_versions
from assay.store.runs import create_run, delete_run, get_run
from statements import counted_statements


def create(conn, name="first", **changes):
    return create_experiment(conn, **{"name": name, "now_ms": 1000} | changes)


def test_default_experiment_exists_from_the_start(database):
    with database.read() as conn:
        experiment = get_experiment(conn, "0")
    assert experiment.name == "Default"
    assert experiment.artifact_location == "mlflow-artifacts:/0"


def test_ids_grow_by_one(database):
    with database.write() as conn:
        assert [create(conn, name) for name in "abc"] == ["1", "2", "3"]


def test_created_experiment_is_found_by_id_and_name(database):
    tags = [ExperimentTag("b", "old"), ExperimentTag("a", ""), ExperimentTag("b", "two\nlines")]
    with database.write() as conn:
        experiment_id = create(conn, "Größe", tags=tags, artifact_location="s3://bucket/x")
    with database.read() as conn:
        experiment = get_experiment(conn, experiment_id)
        assert experiment == get_experiment_by_name(conn, "Größe")
    assert experiment.tags == {"a": "", "b": "two\nlines"}
    assert experiment.artifact_location == "s3://bucket/x"
    assert experiment.creation_time == experiment.last_update_time == 1000
    assert experiment.lifecycle_stage == "active"


def test_root_with_a_query_keeps_it_at_the_end(database):
    with database.write() as conn:
        experiment_id = create(conn, artifact_root="s3://bucket/root?x=1")
        assert get_experiment(conn, experiment_id).artifact_location == "s3://bucket/root/1?x=1"


@pytest.mark.parametrize("is_deleted", [False, True])
def test_name_cannot_be_taken_twice_even_from_a_deleted_experiment(database, is_deleted):
    with database.write() as conn:
        experiment_id = create(conn)
        if is_deleted:
            delete_experiment(conn, experiment_id, now_ms=2)
        with pytest.raises(AlreadyExists, match=r"Experiment\(name=first\) already exists"):
            create(conn)


def test_unknown_experiment_is_not_found(database):
    with database.read() as conn:
        with pytest.raises(ExperimentNotFound, match="No Experiment with id=77 exists"):
            get_experiment(conn, "77")
        with pytest.raises(NotFound, match="Could not find experiment with name 'x'"):
            get_experiment_by_name(conn, "x")


@pytest.mark.parametrize("experiment_id", ["x", "", "-1", "1.0", "٣"])
def test_experiment_id_that_is_no_number_is_invalid(database, experiment_id):
    with database.read() as conn, pytest.raises(InvalidParameter):
        get_experiment(conn, experiment_id)


@pytest.mark.parametrize("experiment_id", ["9" * 19, "9" * 5000])
def test_experiment_id_beyond_64_bits_is_not_found(database, experiment_id):
    with database.read() as conn, pytest.raises(ExperimentNotFound):
        get_experiment(conn, experiment_id)


def test_rename_changes_name_and_update_time(database):
    with database.write() as conn:
        experiment_id = create(conn)
        rename_experiment(conn, experiment_id, name="second", now_ms=5000)
        experiment = get_experiment(conn, experiment_id)
    assert (experiment.name, experiment.last_update_time) == ("second", 5000)


def test_rename_to_a_taken_name_is_refused(database):
    with database.write() as conn:
        create(conn, "a")
        other = create(conn, "b")
        with pytest.raises(AlreadyExists):
            rename_experiment(conn, other, name="a", now_ms=2)


def test_rename_to_its_own_name_is_allowed(database):
    with database.write() as conn:
        rename_experiment(conn, create(conn), name="first", now_ms=2)


def test_deleted_experiment_takes_no_rename_and_no_tags(database):
    with database.write() as conn:
        experiment_id = create(conn)
        delete_experiment(conn, experiment_id, now_ms=2)
        with pytest.raises(InactiveExperiment, match="must be in the 'active' state"):
            rename_experiment(conn, experiment_id, name="x", now_ms=3)
        with pytest.raises(InactiveExperiment):
            set_experiment_tag(conn, experiment_id, key="k", value="v", now_ms=1)
        with pytest.raises(InactiveExperiment):
            create_run(conn, experiment_id=experiment_id)


def test_delete_and_restore_take_all_runs_along(database):
    with database.write() as conn:
        experiment_id = create(conn)
        run_ids = [create_run(conn, experiment_id=experiment_id).info.run_id for _ in range(2)]
        delete_run(conn, run_ids[0], now_ms=2)
        delete_experiment(conn, experiment_id, now_ms=3)
        deleted = [get_run(conn, run_id).info.lifecycle_stage for run_id in run_ids]
        restore_experiment(conn, experiment_id, now_ms=4)
        restored = [get_run(conn, run_id).info.lifecycle_stage for run_id in run_ids]
        assert get_experiment(conn, experiment_id).last_update_time == 4
    assert deleted == ["deleted"] * 2
    assert restored == ["active"] * 2


def test_delete_of_a_deleted_and_restore_of_an_active_experiment_are_not_found(database):
    with database.write() as conn:
        experiment_id = create(conn)
        with pytest.raises(ExperimentNotFound):
            restore_experiment(conn, experiment_id, now_ms=2)
        delete_experiment(conn, experiment_id, now_ms=2)
        with pytest.raises(ExperimentNotFound):
            delete_experiment(conn, experiment_id, now_ms=3)


def test_tag_is_overwritten_and_deleted(database):
    with database.write() as conn:
        experiment_id = create(conn)
        set_experiment_tag(conn, experiment_id, key="k", value="1", now_ms=1)
        set_experiment_tag(conn, experiment_id, key="k", value="2", now_ms=2)
        assert get_experiment(conn, experiment_id).tags == {"k": "2"}
        delete_experiment_tag(conn, experiment_id, key="k")
        assert get_experiment(conn, experiment_id).tags == {}
        with pytest.raises(NotFound, match="No tag with name: k in experiment with id 1"):
            delete_experiment_tag(conn, experiment_id, key="k")


def test_wanted_id_is_used_when_free_and_never_given_out_again(database):
    with database.write() as conn:
        assert create(conn, "offline", wanted_id="2") == "2"
        assert create(conn, "offline too", wanted_id="2") == "1"
        assert create(conn, "next") == "3"


def test_ensure_experiment_finds_what_it_created(database):
    with database.write() as conn:
        wanted = {"name": "n", "wanted_id": None, "now_ms": 1, "artifact_root": "s3://b"}
        assert ensure_experiment(conn, **wanted) == ensure_experiment(conn, **wanted) == "1"


def test_loading_many_experiments_takes_two_statements_and_keeps_the_order(database):
    with database.write() as conn:
        numbers = [int(create(conn, f"e{n}")) for n in range(30)]
        with counted_statements(conn) as ran:
            found = load_experiments(conn, numbers[::-1])
    assert [int(experiment.experiment_id) for experiment in found] == numbers[::-1]
    assert len(ran) == 2


def test_a_note_keeps_what_it_said_and_texts_of_one_sitting_are_one(database) -> None:
    with database.write() as conn:
        experiment_id = create(conn)
        for now_ms, text in ((0, "a"), (60_000, "ab"), (11 * 60_000, "ab"), (12 * 60_000, "abc")):
            set_experiment_tag(conn, experiment_id, key=NOTE_TAG, value=text, now_ms=now_ms)
        found = list_note_versions(conn, int(experiment_id))
    assert [(one.version, one.text) for one in found] == [(2, "abc"), (1, "ab")]


def test_the_note_that_an_experiment_is_created_with_is_its_first_version(database) -> None:
    with database.write() as conn:
        experiment_id = create(conn, tags=[ExperimentTag(NOTE_TAG, "a")])
        assert [one.text for one in list_note_versions(conn, int(experiment_id))] == ["a"]
