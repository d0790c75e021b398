from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.filters.order import parse_experiment_order, parse_run_order
from assay.entities.filters.tree import Aggregate, Field, Kind, OrderKey
from assay.errors import InvalidFilter


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("metrics.a", OrderKey(Field(Kind.METRIC, "a"))),
        ("metrics.a ASC", OrderKey(Field(Kind.METRIC, "a"))),
        ("metrics.`x y` desc", OrderKey(Field(Kind.METRIC, "x y"), ascending=False)),
        ("  params.p\tDESC ", OrderKey(Field(Kind.PARAM, "p"), ascending=False)),
        ("tags.mlflow.runName", OrderKey(Field(Kind.TAG, "mlflow.runName"))),
        ("start_time DESC", OrderKey(Field(Kind.ATTRIBUTE, "start_time"), ascending=False)),
        ("attribute.Created", OrderKey(Field(Kind.ATTRIBUTE, "start_time"))),
        ("metrics.`a`.min", OrderKey(Field(Kind.METRIC, "a", Aggregate.MIN))),
    ],
)
def test_an_order_is_a_field_and_a_direction(text, key):
    assert parse_run_order([text]) == (key,)


@pytest.mark.parametrize(
    "text",
    ["", " ", "dataset.name", "foo", "bogus.a", "metrics.a DOWN", "metrics.a ASC DESC", "DESC"],
)
def test_what_is_no_order_is_refused(text):
    with pytest.raises(InvalidFilter):
        parse_run_order([text])


def test_the_same_field_twice_is_refused_by_whatever_name():
    with pytest.raises(InvalidFilter, match="duplicate"):
        parse_run_order(["created", "attribute.start_time DESC"])


def test_too_many_keys_are_refused():
    with pytest.raises(InvalidFilter):
        parse_run_order([f"metrics.m{number}" for number in range(17)])


def test_experiments_are_ordered_by_attributes_only():
    assert parse_experiment_order(["name DESC"])[0].ascending is False
    for text in ("tags.a", "start_time", "metrics.a"):
        with pytest.raises(InvalidFilter):
            parse_experiment_order([text])


@given(st.text(max_size=40))
def test_any_text_is_an_order_or_an_invalid_filter(text):
    with suppress(InvalidFilter):
        parse_run_order([text])
