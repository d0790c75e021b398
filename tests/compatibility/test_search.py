import pytest

from compatibility.errors_seen import INVALID, is_error

pytestmark = pytest.mark.compatibility

ORDERS = {
    "default_order": ["nan", "d", "c", "B", "a"],
    "by_metric": ["B", "c", "a", "nan", "d"],
    "by_metric_descending": ["a", "c", "B", "nan", "d"],
    "by_param": ["B", "a", "c", "nan", "d"],
    "by_start": ["a", "B", "c", "d", "nan"],
    "by_created": ["nan", "d", "c", "B", "a"],
    "by_name": ["B", "a", "c", "d", "nan"],
    "all_runs": ["gone", "nan", "d", "c", "B", "a"],
    "deleted_runs": ["gone"],
}
FILTERS = {
    "metric_below": ["B", "c"],
    "metric_and_param": ["a", "c"],
    "metric_with_exponent": ["a", "c"],
    "quoted_metric": ["a", "B", "c"],
    "double_quoted_param": ["c"],
    "param_differs": ["B"],
    "param_like": ["B"],
    "tag": ["B"],
    "tag_is_case_sensitive": [],
    "tag_like": [],
    "tag_ilike": ["a"],
    "empty_tag": ["a", "B", "c"],
    "run_name": ["a"],
    "run_name_alias": ["B"],
    "status": ["c", "d", "nan"],
    "run_id": ["c"],
    "run_id_in": ["a", "d"],
    "run_id_not_in": ["B", "c"],
    "dataset": ["a"],
    "dataset_digest": ["c"],
    "dataset_context": ["a", "B", "c"],
    "dataset_in": ["a", "c"],
    "nothing": [],
}
REFUSED = {
    "bare_word": "Invalid clause(s) in filter string: 'foo'",
    "bogus_entity": "Invalid entity type 'bogus'. Valid values are",
    "text_for_metric": "Expected numeric value type for metric. Found '1'",
    "number_for_param": "Expected a quoted string value for parameter (e.g. 'my-value')",
    "lifecycle": "Invalid attribute key 'lifecycle_stage' specified",
    "less_for_param": "Invalid comparator '<' not one of",
    "order": "Invalid entity type 'bogus'",
    "size": "Invalid value 50001 for parameter 'max_results' supplied",
    "token": "Invalid page token",
}


@pytest.mark.parametrize("fact", ORDERS)
def test_search_orders_runs(facts, fact):
    assert facts[fact] == ORDERS[fact]


@pytest.mark.parametrize("fact", FILTERS)
def test_search_filters_runs(facts, fact):
    assert facts[fact] == FILTERS[fact]


@pytest.mark.parametrize("fact", REFUSED)
def test_search_refuses_with_the_known_words(facts, fact):
    assert is_error(facts[f"refused_{fact}"], INVALID, REFUSED[fact])


def test_pages_of_a_search_make_up_the_whole(facts):
    assert facts["pages"] == facts["default_order"]
    assert facts["page_sizes"] == [2, 2, 1]
    assert facts["no_token_at_the_end"] is None


def test_search_without_known_experiments_finds_nothing(facts):
    assert facts["no_experiment"] == 0
    assert facts["unknown_experiment"] == 0


def test_runs_of_one_instant_come_by_id(facts):
    assert facts["ties_by_id"]


def test_fluent_search_gives_a_frame(facts):
    assert facts["frame"] == [[2.0, 3.0], ["c", "a"]]
    assert facts["frame_columns"] == [
        *("run_id", "experiment_id", "status", "artifact_uri", "start_time", "end_time")
    ]
