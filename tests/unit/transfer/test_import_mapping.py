import pytest

from assay.errors import InvalidParameter, MappingNotConfirmed
from assay.transfer.import_mapping import SAMPLE_ROWS, check_confirmed, plan_columns


def purposes(*arguments, **options):
    return [use.purpose for use in plan_columns(*arguments, **options)]


def test_columns_of_an_export_are_known_for_certain():
    names = ["run_id", "experiment_id", "run_name", "user_id", "status", "start_time", "end_time"]
    names += ["artifact_uri", "lifecycle_stage", "params.lr", "metrics.a/b.c", "tags.mlflow.user"]
    uses = plan_columns(names, [])
    assert [use.purpose for use in uses] == [
        *("run_id", "ignore", "run_name", "user", "status", "start_time", "end_time"),
        *("ignore", "lifecycle", "param lr", "metric a/b.c", "tag mlflow.user"),
    ]
    assert all(use.is_certain for use in uses)


def test_a_guess_is_not_certain():
    uses = plan_columns(["lr", "val loss", "started"], [[0.1, 0.25, "2024-05-31"]])
    assert [use.purpose for use in uses] == ["param lr", "metric val loss", "start_time"]
    with pytest.raises(MappingNotConfirmed, match="'lr' as param lr"):
        check_confirmed(uses, "x.csv")


def test_numbers_that_vary_could_be_either():
    use = plan_columns(["x"], [[0.1], [0.2], [0.3]])[0]
    assert use.field == "metric"
    assert "param" in use.reason


def test_some_bad_cells_do_not_change_a_guess():
    sample = [["2024-05-31", "0.5"], ["2024-05-30", "0.7"], ["31/05/2024", "0,9"]]
    assert purposes(["date", "acc"], sample) == ["start_time", "metric acc"]


def test_a_column_that_begins_empty_is_only_left_out_when_all_of_it_was_seen():
    whole, part = [[1, None]] * 5, [[1, None]] * SAMPLE_ROWS
    assert plan_columns(["params.a", "b"], whole)[1].is_certain
    assert not plan_columns(["params.a", "b"], part)[1].is_certain


def test_texts_are_params_when_they_come_again_and_tags_when_they_differ():
    sample = [["adam", "first"], ["adam", "second"], ["sgd", "third"], ["sgd", "fourth"]]
    assert purposes(["by", "about"], sample) == ["param by", "tag about"]


def test_what_is_said_goes_before_all_else():
    mapping = {"lr": "tag", "B": {"metric": "accuracy"}, "params.c": "ignore"}
    uses = plan_columns(["lr", "Acc (%)", "params.c"], [[1, 2, 3]], mapping)
    assert [use.purpose for use in uses] == ["tag lr", "metric accuracy", "ignore"]
    check_confirmed(uses, "x.csv")


def test_a_header_becomes_a_key_that_is_allowed():
    assert purposes(["Acc (%)"], [], {"Acc (%)": "metric"}) == ["metric Acc"]


def test_a_key_that_is_not_allowed_is_told_with_its_column():
    with pytest.raises(InvalidParameter, match=r"Column A \('x'\)"):
        plan_columns(["x"], [], {"x": {"param": "a*b"}})


def test_the_rest_can_be_left_out():
    uses = plan_columns(["lr", "junk"], [[1, 2]], {"lr": "param"}, ignores_rest=True)
    assert [use.purpose for use in uses] == ["param lr", "ignore"]
    check_confirmed(uses, "x.csv")


def test_two_columns_cannot_become_the_same():
    with pytest.raises(InvalidParameter, match=r"A \('lr'\) and B \('lr'\)"):
        plan_columns(["lr", "lr"], [[1, 2]], {"lr": "param"})


def test_one_of_two_equal_headers_can_be_left_out_by_its_letter():
    assert purposes(["lr", "lr"], [[1, 2]], {"B": "ignore"}) == ["param lr", "ignore"]


@pytest.mark.parametrize(
    "mapping",
    [{"nothing": "param"}, {"lr": "parm"}, {"lr": {"param": 3}}, {"lr": ["param"]}, ["lr"]],
)
def test_a_wrong_mapping_is_refused(mapping):
    with pytest.raises(InvalidParameter):
        plan_columns(["lr"], [], mapping)
