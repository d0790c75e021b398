import pytest

from compatibility.errors_seen import INVALID, MISSING, is_error

pytestmark = pytest.mark.compatibility
WITHOUT = ("client-2.22",)


def test_new_model_has_what_was_asked_for(facts):
    assert facts["id"]
    assert facts["created"] == ["m", "PENDING", {"p": "1"}, {"t": "1"}]
    assert facts["source"]
    assert facts["location"] == "mlflow-artifacts:/ID/models/MODEL/artifacts"
    assert facts["unnamed"]


def test_bad_name_is_refused(facts):
    assert is_error(facts["bad_name"], INVALID, "Invalid model name")


def test_status_can_be_set_again_and_again(facts):
    assert facts["ready"] == "READY"
    assert facts["failed"] == "FAILED"


def test_tags_are_set_over_older_ones_and_deleted_once(facts):
    assert facts["tags"] == {"t": "2", "u": "3"}
    assert facts["tag_deleted"] == {"t": "2"}
    assert is_error(facts["missing_tag"], MISSING, "No tag with key 'u' found for model with ID")


def test_params_are_added_in_several_requests(facts):
    assert facts["n_params"] == 151


def test_model_is_an_output_of_its_run(facts):
    assert facts["outputs"] == [[True, 3]]


def test_deleted_model_is_missing(facts):
    assert is_error(facts["deleted"], MISSING, "not found")
    assert is_error(facts["unknown"], MISSING, "not found")


def test_metrics_of_a_model_are_those_of_its_run(facts):
    assert facts["metrics"] == [
        ["acc", 0.5, 1, True],
        ["acc", 0.75, 2, True],
        ["plain", 1.0, 0, True],
    ]
    assert facts["run_metrics"] == {"acc": 0.75, "plain": 1.0}
    assert facts["not_doubled"] == 1
    assert facts["fluent"] == 1


@pytest.mark.parametrize(
    ("fact", "found"),
    [
        ("newest_first", ["c", "b", "a"]),
        ("by_metric", ["b", "c", "a"]),
        ("by_name", ["a", "b", "c"]),
        ("filter_metric", ["b", "c"]),
        ("filter_param", ["a"]),
        ("filter_tag", ["c"]),
        ("filter_in", ["a", "c"]),
        ("pages", ["c", "b", "a"]),
    ],
)
def test_search_finds_models(facts, fact, found):
    assert facts[fact] == found


def test_bad_filter_is_refused(facts):
    assert is_error(facts["bad_filter"], INVALID)
