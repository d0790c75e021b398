"""Reading files of NAME=value lines."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.cli.env_file import load_env_file, parse_env_file
from assay.errors import InvalidParameter

NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,12}", fullmatch=True)
# One line of text: what ends a line for Python cannot stand in a value without quoting.
VALUES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=40)


def quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(st.dictionaries(NAMES, VALUES))
def test_quoted_values_come_back_as_they_were(variables):
    text = "\n".join(f"{name}={quoted(value)}" for name, value in variables.items())
    assert parse_env_file(text) == variables


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("A=1", "1"),
        ("  export A = 1  ", "1"),
        ("A=a b # a comment", "a b"),
        ("A=a#b", "a#b"),
        ("A='single # $X \\n'", "single # $X \\n"),
        ('A="two\\nlines"', "two\nlines"),
        ("A=", ""),
        ("A=x=y", "x=y"),
    ],
)
def test_a_line_sets_a_variable(line, value):
    assert parse_env_file(line) == {"A": value}


def test_comments_and_blank_lines_say_nothing():
    assert parse_env_file("\n# A=1\n   \nB=2\n") == {"B": "2"}


def test_a_line_of_another_form_is_refused_with_its_number():
    with pytest.raises(InvalidParameter, match="Line 2"):
        parse_env_file("A=1\nnot an assignment\n")


def test_variables_that_are_set_already_stay(tmp_path):
    path = tmp_path / ".env"
    path.write_text("A=file\nB=file\n")
    environment = {"A": "shell"}
    load_env_file(path, environment)
    assert environment == {"A": "shell", "B": "file"}
