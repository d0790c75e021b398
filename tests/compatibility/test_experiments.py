import pytest

from compatibility.errors_seen import EXISTS, INVALID, MISSING, is_error

pytestmark = pytest.mark.compatibility


def test_new_experiment_has_what_was_asked_for(facts):
    assert facts["id_is_decimal"]
    assert facts["name_is_kept"]
    assert facts["tags"] == {"team": "red", "empty": ""}
    assert facts["stage"] == "active"
    assert facts["location"] == "mlflow-artifacts:/ID"
    assert facts["created_after_call"]


def test_experiment_is_found_by_name(facts):
    assert facts["by_name"]
    assert facts["unknown_name"] is None


def test_default_experiment_exists(facts):
    assert facts["default"] == "Default"


def test_taken_name_is_refused_also_when_its_holder_is_deleted(facts):
    assert is_error(facts["duplicate"], EXISTS, "already exists")
    assert is_error(facts["name_of_deleted"], EXISTS, "already exists")


def test_renaming_to_a_taken_name_is_refused(facts):
    assert facts["rename_to_taken"]["code"] in {EXISTS, "BAD_REQUEST"}


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("empty_name", "Missing value for required parameter 'name'"),
        ("long_name", "'name' exceeds the maximum length of 500 characters"),
        ("fragment", "'artifact_location' URL can't include fragments or params."),
        ("long_tag_key", "exceeds the maximum length of 250 characters"),
        ("long_tag", "exceeds the maximum length of"),
        ("tag_on_deleted", "must be in the 'active' state"),
        ("run_in_deleted", "must be in the 'active' state"),
        ("unknown_attribute", ""),
        ("unknown_key", ""),
        ("bad_token", "Invalid page token"),
        ("too_many", "Invalid value 50001 for parameter 'max_results' supplied"),
    ],
)
def test_bad_input_is_refused_with_the_known_words(facts, fact, text):
    assert is_error(facts[fact], INVALID, text)


def test_unknown_experiment_is_missing(facts):
    assert is_error(facts["unknown_id"], MISSING, "No Experiment with id=987654321 exists")


def test_tags_are_set_over_older_ones(facts):
    assert facts["tags_after_set"] == {"team": "blue", "empty": "", "lines": "a\nb ü 你"}


def test_tag_is_deleted_once(facts):
    if "tag_is_deleted" not in facts:
        pytest.skip("this client cannot delete experiment tags")
    assert facts["tag_is_deleted"]
    assert is_error(facts["missing_tag"], MISSING)


def test_rename_changes_name_and_update_time(facts):
    assert facts["renamed"]
    assert facts["rename_touches"]


def test_deletion_takes_the_runs_along_and_restoring_brings_them_back(facts):
    assert facts["deleted_stage"] == facts["run_of_deleted"] == "deleted"
    assert facts["deleted_by_name"] == "deleted"
    assert facts["restored_stage"] == facts["run_of_restored"] == "active"


def test_deleting_or_restoring_again_is_refused(facts):
    assert is_error(facts["delete_again"], MISSING)
    assert is_error(facts["restore_again"], MISSING)


def test_search_shows_newest_first(facts):
    assert facts["newest_first"] == ["Default", "a", "ab"]


def test_search_orders_names_by_code_point(facts):
    assert facts["all_by_name_descending"] == ["ab", "a", "Default", "Abc"]


def test_search_by_view(facts):
    assert facts["deleted_only"] == ["Abc"]


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        ("like", ["a", "ab"]),
        ("ilike", ["Abc", "a", "ab"]),
        ("equals", ["ab"]),
        ("not_equals", ["Default", "a"]),
        ("quoted_key", ["a"]),
        ("by_time", 3),
    ],
)
def test_search_filters(facts, fact, found):
    assert facts[fact] == found


def test_pages_of_a_search_make_up_the_whole(facts):
    assert facts["pages"] == [2, 1, None]
    assert facts["joined_pages"] == facts["newest_first"]
