import pytest

from compatibility.errors_seen import INVALID, MISSING, is_error

pytestmark = pytest.mark.compatibility


def test_new_run_has_what_was_asked_for(facts):
    assert facts["id_is_32_hex"]
    assert facts["created"] == ["RUNNING", 123, None, "active"]
    assert facts["user"] == "eve"
    assert facts["name"] == ["first", "first"]
    assert facts["tags"] == {"a": "b", "mlflow.user": "eve"}
    assert facts["artifact_uri"] == "mlflow-artifacts:/EXPERIMENT/RUN/artifacts"
    assert facts["empty_data"] == [{}, {}]
    assert facts["same_when_read"]


def test_run_gets_a_name(facts):
    assert facts["name_is_made_up"]
    assert facts["name_from_tag"] == "tagged"


def test_contradicting_names_are_refused(facts):
    assert is_error(facts["names_disagree"], INVALID, "Both 'run_name' argument and")


def test_unknown_places_are_missing(facts):
    assert is_error(facts["unknown_experiment"], MISSING, "No Experiment with id=987654321 exists")
    assert is_error(facts["unknown_run"], MISSING, "Run with id=" + "0" * 32 + " not found")


def test_name_and_its_tag_change_together(facts):
    assert facts["renamed"] == ["new", "new", "RUNNING"]
    assert facts["renamed_by_tag"] == "by-tag"


def test_status_and_end_time_can_be_set_again(facts):
    assert facts["ended"] == ["FINISHED", True]
    assert facts["ended_otherwise"] == ["FAILED", 5]
    assert facts["running_again"] == "RUNNING"


def test_deletion_and_restoring_can_be_repeated(facts):
    assert facts["deleted"] == "deleted"
    assert facts["restored"] == "active"
    assert is_error(facts["delete_unknown"], MISSING)
    assert is_error(facts["restore_unknown"], MISSING)


@pytest.mark.parametrize(
    "fact", ["param_on_deleted", "metric_on_deleted", "tag_on_deleted", "update_deleted"]
)
def test_deleted_run_takes_no_writes(facts, fact):
    assert is_error(facts[fact], INVALID, "must be in the 'active' state. Current state is deleted")


def test_nested_runs_know_their_parent(facts):
    assert facts["nested"]
    assert facts["parent_of"]


def test_fluent_runs_end_as_their_block_did(facts):
    assert facts["description"] == "why"
    assert facts["finished"] == "FINISHED"
    assert facts["failed"] == "FAILED"
    assert facts["resumed"] == "RUNNING"
    assert facts["resumed_ended"] == "FINISHED"
    assert facts["last_active"]
