import math
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.runs import RunStatus
from assay.transfer.import_cells import number_of, status_of, text_of, time_of
from assay.transfer.import_fields import column_letter
from assay.transfer.spelling import spell_number

MOMENT = datetime(2024, 5, 31, 13, 45, tzinfo=UTC)
MS = 1_717_163_100_000


@given(st.floats())
def test_a_number_is_read_as_it_was_spelt(value):
    assert repr(number_of(spell_number(value))) == repr(value)


@pytest.mark.parametrize("text", ["NaN", "nan", " NAN "])
def test_nan_is_a_number(text):
    assert math.isnan(number_of(text))


def test_a_decimal_comma_is_read_when_it_was_said():
    assert number_of("-0,5", ",") == -0.5


@pytest.mark.parametrize(
    ("text", "word"),
    [("0,5", "--decimal"), ("93%", "percent"), ("n/a", "empty"), ("1,234.5", "no number")],
)
def test_a_text_that_is_no_number_says_what_to_do(text, word):
    with pytest.raises(ValueError, match=word):
        number_of(text)


def test_a_point_is_refused_where_commas_mark_decimals():
    with pytest.raises(ValueError, match="point"):
        number_of("1.234", ",")


def test_a_time_is_no_number():
    with pytest.raises(ValueError, match="no number"):
        number_of(MOMENT)


@pytest.mark.parametrize(
    "cell",
    [
        MOMENT,
        MOMENT.replace(tzinfo=None),
        MOMENT.astimezone(timezone(timedelta(hours=2))),
        "2024-05-31T13:45:00Z",
        "2024-05-31 13:45",
        "2024-05-31T15:45:00+02:00",
        "2024-05-31 13:45:00 UTC",
        MS,
        str(MS),
        MS // 1000,
        MS / 1000,
        str(MS / 1000),
        45443 + (13 * 60 + 45) / (24 * 60),
    ],
)
def test_a_time_is_understood_in_many_forms(cell):
    assert time_of(cell) == MS


def test_days_may_have_eight_signs():
    assert time_of("45443.75") == time_of("2024-05-31 18:00")


def test_eight_digits_are_a_date():
    assert time_of(20240531) == time_of("20240531") == time_of("2024-05-31")


def test_numbers_can_be_exact_milliseconds():
    assert time_of(7, is_exact=True) == 7


@pytest.mark.parametrize(
    "cell", ["31/05/2024", "05/31/2024", "May", 2024, "2024", 7, math.nan, True]
)
def test_an_ambiguous_time_is_refused(cell):
    with pytest.raises(ValueError, match="no time"):
        time_of(cell)


def test_a_status_may_be_written_small():
    assert status_of(" finished ") is RunStatus.FINISHED


def test_an_unknown_status_names_the_known_ones():
    with pytest.raises(ValueError, match="FAILED"):
        status_of("done")


@pytest.mark.parametrize(
    ("cell", "text"), [(0.1, "0.1"), (3, "3"), (True, "True"), ("", ""), (math.nan, "NaN")]
)
def test_a_cell_becomes_text_exactly(cell, text):
    assert text_of(cell) == text


@pytest.mark.parametrize(("index", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_letters_are_those_of_a_spreadsheet(index, letter):
    assert column_letter(index) == letter
