import pytest

from compatibility.errors_seen import INVALID, MISSING, is_error

pytestmark = pytest.mark.compatibility


def test_params_are_text_and_kept_as_given(facts):
    assert facts["params"] == {"p": "1", "empty": "", "text": "zwölf\n你好 '\"\\", "none": "None"}
    assert facts["long"] == 6000


def test_param_cannot_change(facts):
    assert is_error(facts["changed"], INVALID, "Changing param values is not allowed")
    assert is_error(facts["conflict"], INVALID, "Changing param values is not allowed")
    assert facts["no_trace"]


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("key", "Names may only contain alphanumerics"),
        ("long_key", "exceeds the maximum length of 250 characters"),
        ("param_twice", "Duplicate parameter keys have been submitted: ['q']"),
        ("tag_key", "Names may only contain alphanumerics"),
    ],
)
def test_bad_input_is_refused_with_the_known_words(facts, fact, text):
    assert is_error(facts[fact], INVALID, text)


def test_unknown_run_takes_no_params(facts):
    assert is_error(facts["unknown_run"], MISSING)


def test_tags_are_set_over_older_ones_and_deleted_once(facts):
    assert facts["tags"] == {"t": "2", "empty": ""}
    assert facts["long_tag"] == 8000
    assert facts["tag_is_deleted"]
    assert is_error(facts["missing_tag"], MISSING, "No tag with name: t in run with id")


def test_batches_of_params_and_tags_arrive_and_can_be_repeated(facts):
    assert facts["batch_params"]
    assert facts["batch_tags"]


def test_last_of_repeated_tags_wins(facts):
    assert facts["tag_twice"] == "2"


def test_fluent_params_and_tags(facts):
    assert facts["fluent_params"] == {"lr": "0.1", "layers": "[1, 2]"}
    assert facts["fluent_tags"] == {"a": "1", "b": "None", "c": None}
