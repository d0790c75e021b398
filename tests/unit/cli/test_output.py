"""What commands print."""

import json
import math

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from assay.cli.output import as_text, as_time, json_option, print_json, show_rows

FLOATS = st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | FLOATS
    | st.text(st.characters(exclude_categories=("Cs",))),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=("Cs",))), inner)
    ),
    max_leaves=10,
)


def printed(function, *arguments, **options) -> str:
    import click

    @click.command()
    def command() -> None:
        function(*arguments, **options)

    return CliRunner().invoke(command, catch_exceptions=False).stdout


@given(VALUES)
def test_what_is_printed_as_json_reads_back_as_it_was(value):
    assert json.loads(printed(print_json, value)) == value


@pytest.mark.parametrize(
    ("value", "text"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_numbers_that_json_lacks_are_printed_as_text(value, text):
    assert json.loads(printed(print_json, {"metric": value})) == {"metric": text}


def test_a_table_has_its_headings_and_leaves_unknown_cells_empty():
    rows = [{"name": "one", "loss": 0.5}, {"name": "two"}]
    lines = printed(
        show_rows, rows, columns={"name": "Name", "loss": "Loss"}, as_json=False
    ).splitlines()
    assert [line.split() for line in lines] == [["Name", "Loss"], ["one", "0.5"], ["two"]]


def test_text_in_a_table_is_not_read_as_markup():
    rows = [{"name": "[bold]loud[/bold]"}]
    assert "[bold]loud[/bold]" in printed(show_rows, rows, columns={"name": "Name"}, as_json=False)


def test_rows_as_json_hold_more_than_the_columns():
    rows = [{"name": "one", "hidden": 1}]
    assert json.loads(printed(show_rows, rows, columns={"name": "Name"}, as_json=True)) == rows


def test_times_are_printed_in_utc():
    assert as_time(1_800_000_000_000) == "2027-01-15 08:00:00 UTC"
    assert as_time(None) == ""


def test_numbers_are_shortened_and_nothing_is_empty():
    assert as_text(1 / 3) == "0.333333"
    assert as_text(None) == ""


def test_json_option_is_called_as_json():
    import click

    @click.command()
    @json_option
    def command(as_json: bool) -> None:
        click.echo(as_json)

    assert CliRunner().invoke(command, ["--json"]).stdout == "True\n"
