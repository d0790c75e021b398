import pytest

from compatibility.errors_seen import INVALID, MISSING, is_error

pytestmark = pytest.mark.compatibility


def test_input_is_kept_with_its_tags(facts):
    (item,) = facts["inputs"]
    assert {key: item[key] for key in ("name", "digest", "source", "profile")} == {
        "name": "d",
        "digest": "1",
        "source": "s1",
        "profile": "p1",
    }
    assert sorted(item["tags"]) == [["a", "2"], ["z", "1"]]


def test_first_description_of_a_dataset_stays(facts):
    assert facts["first_wins"] == facts["inputs"]
    assert facts["other_run"][0]["source"] == "s1"
    assert facts["other_run"][0]["tags"] == []


def test_search_shows_inputs(facts):
    assert facts["search_has_inputs"]


def test_bad_input_is_refused(facts):
    assert is_error(facts["long_name"], INVALID, "exceeds the maximum length of 500 characters")
    assert is_error(facts["unknown_run"], MISSING)


def test_fluent_input_has_its_context(facts):
    assert facts["fluent"] == ["frame", True]
    assert facts["context"] == {"mlflow.data.context": "train", "split": "a"}
    assert facts["rows"]
