import pytest

from compatibility.errors_seen import INVALID, MISSING, is_error

pytestmark = pytest.mark.compatibility

LARGEST = 1.7976931348623157e308


def test_history_is_ordered_and_has_no_exact_duplicates(facts):
    assert facts["history"] == [[-2.25, -4, 5], [1.5, 3, 10]]
    assert facts["order"] == [[3.0, 5, 0], [0.5, 5, 1], [1.0, 5, 1], [2.0, 4, 99]]


def test_latest_is_by_step_then_timestamp_then_value(facts):
    assert facts["latest"] == 1.0


def test_nan_is_a_value(facts):
    assert facts["nan_history"] == [["nan", 0, 1]]
    assert facts["nan_latest"]


def test_infinities_are_clamped_for_compatible_clients(facts):
    assert facts["infinities"] == [LARGEST, -LARGEST]


def test_values_steps_and_times_are_exact(facts):
    assert facts["exact"]
    assert facts["far"] == [[1.0, 2**53, 2**53]]


def test_keys_may_hold_spaces_slashes_and_letters_of_any_script(facts):
    assert {"a b", "x/y.z-1_2", "loss:train", "größe"} <= set(facts["keys"])


def test_history_of_the_unknown_is_empty(facts):
    assert facts["unknown_key"] == []
    assert facts["unknown_run"] == []


@pytest.mark.parametrize(
    ("fact", "text"),
    [
        ("bad_key", "Names may only contain alphanumerics"),
        ("path_key", "must not resolve to other names"),
        ("long_key", "'Metric name' exceeds the maximum length of 250 characters"),
        ("bad_batch", "'metrics[1].name'"),
    ],
)
def test_bad_key_is_refused_with_the_known_words(facts, fact, text):
    assert is_error(facts[fact], INVALID, text)


def test_unknown_run_takes_no_metrics(facts):
    assert is_error(facts["to_unknown_run"], MISSING, "not found")


def test_large_batch_arrives_whole(facts):
    assert facts["batch_count"] == 2500
    assert facts["batch_latest"]["m0"] == 2499.0


def test_refused_batch_leaves_no_trace(facts):
    assert facts["no_trace"]


def test_long_history_comes_in_pages(facts):
    assert facts["long_history"]


def test_concurrent_writers_lose_nothing(facts):
    assert facts["threads"] == 160
    assert facts["threads_latest"] == 719.0


def test_fluent_and_queued_logging(facts):
    assert facts["fluent"] == {"loss": 0.5, "a": 1.0, "b": 1.0, "later": 1.0, "queued": 49.0}
    assert facts["queued"] == 50
