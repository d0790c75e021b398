import pytest

from assay.transfer.import_mapping import plan_columns
from assay.transfer.imported_rows import ImportedRun, Manner, RowReader

UUID = "0123456789abcdef0123456789abcdef"


def reader(*names, experiment="e", **mapping):
    return RowReader(plan_columns(names, [], mapping), experiment, Manner())


def ids(rows, **options):
    one = reader("params.a", "metrics.b", **options)
    return [one.read(number, row).run_id for number, row in enumerate(rows, start=2)]


def test_equal_rows_are_different_runs_and_the_same_ones_again():
    rows = [["x", 1], ["x", 1], ["y", 1]]
    assert len(set(ids(rows))) == 3
    assert ids(rows) == ids(rows)


def test_other_rows_in_between_change_no_id():
    assert ids([["x", 1], ["z", 0], ["x", 1]])[::2] == ids([["x", 1], ["x", 1]])


def test_how_a_number_is_written_changes_no_id():
    assert ids([["x", "0.50"]]) == ids([["x", 0.5]])


def test_another_experiment_gives_other_runs():
    assert ids([["x", 1]], experiment="f") != ids([["x", 1]])


def test_an_id_that_was_made_up_is_kept():
    assert reader("i", i="run_id").read(2, [UUID]).run_id == UUID


def test_any_other_id_belongs_to_the_experiment():
    first = reader("i", i="run_id").read(2, ["1"]).run_id
    other = reader("i", i="run_id", experiment="f").read(2, ["1"]).run_id
    assert len({"1", first, other}) == 3


def test_a_parent_is_found_by_its_new_id():
    one = reader("i", "tags.mlflow.parentRunId", i="run_id")
    parent = one.read(2, ["p", None])
    child = one.read(3, ["c", "p"])
    assert child.tags["mlflow.parentRunId"] == parent.run_id


def test_an_id_that_comes_twice_is_an_error():
    one = reader("i", i="run_id")
    one.read(2, ["1"])
    assert [str(error) for error in one.read(3, ["1"])] == ["A3 (i): row 2 has the run id '1' too."]


def test_all_bad_cells_of_a_row_are_told():
    one = reader("metrics.a", "metrics.b", "t", t="start_time")
    errors = one.read(7, ["x", "0,5", "31/05/2024"])
    assert [f"{error.letter}{error.row}" for error in errors] == ["A7", "B7", "C7"]


def test_a_row_that_is_longer_than_the_header_is_an_error():
    (error,) = reader("params.a").read(5, ["1", None, "2"])
    assert str(error) == "C5: the header has no such column."


@pytest.mark.parametrize("row", [[None, None], [], [None, "deleted"]])
def test_an_empty_or_deleted_row_is_left_out(row):
    assert reader("params.a", "l", l="lifecycle").read(2, row) is None


def test_a_short_row_has_nothing_in_its_last_columns():
    run = reader("params.a", "params.b").read(2, ["1"])
    assert isinstance(run, ImportedRun)
    assert run.params == {"a": ("1", None)}


def test_numbers_of_a_workbook_keep_their_types():
    run = reader("params.a", "params.b", "params.c").read(2, [3, 0.5, True])
    assert run.params == {"a": ("3", "int"), "b": ("0.5", "float"), "c": ("True", "bool")}


def test_a_text_with_a_nul_is_an_error():
    (error,) = reader("params.a").read(2, ["a\x00b"])
    assert "NUL" in error.message
