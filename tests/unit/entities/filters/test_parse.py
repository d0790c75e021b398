import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assay.entities.filters.parse import (
    parse_experiment_filter,
    parse_logged_model_filter,
    parse_run_filter,
)
from assay.entities.filters.syntax import MAX_DEPTH, MAX_LENGTH, MAX_TERMS
from assay.entities.filters.tree import (
    EVERYTHING,
    Aggregate,
    And,
    Comparison,
    Field,
    Kind,
    Not,
    Operator,
    Or,
    RelativeTime,
)
from assay.errors import InvalidFilter

PARSERS = (parse_run_filter, parse_experiment_filter, parse_logged_model_filter)
RUN_NAME = Field(Kind.ATTRIBUTE, "run_name")


def param(key, value):
    return Comparison(Field(Kind.PARAM, key), Operator.EQUAL, (value,))


def metric(key, value):
    return Comparison(Field(Kind.METRIC, key), Operator.GREATER, (value,))


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("metric.loss > 0", Field(Kind.METRIC, "loss")),
        ("metrics.loss > 0", Field(Kind.METRIC, "loss")),
        ("metrics.val/loss-1:x > 0", Field(Kind.METRIC, "val/loss-1:x")),
        ("metrics.`x/y z` > 0", Field(Kind.METRIC, "x/y z")),
        ("dataset.name > 0", None),
        ("parameters.p = 'x'", Field(Kind.PARAM, "p")),
        ("param.\"a b\" = 'x'", Field(Kind.PARAM, "a b")),
        ("`params`.`p` = 'x'", Field(Kind.PARAM, "p")),
        ("tags.mlflow.runName = 'x'", Field(Kind.TAG, "mlflow.runName")),
        ("tag.`mlflow.runName` = 'x'", Field(Kind.TAG, "mlflow.runName")),
        ("run_name = 'x'", RUN_NAME),
        ("attributes.run_name = 'x'", RUN_NAME),
        ("attribute.`run name` = 'x'", RUN_NAME),
        ("attr.`Run name` = 'x'", RUN_NAME),
        ("run.\"Run Name\" = 'x'", RUN_NAME),
        ("`Run Name` = 'x'", RUN_NAME),
        ("created > 0", Field(Kind.ATTRIBUTE, "start_time")),
        ("attributes.Created > 0", Field(Kind.ATTRIBUTE, "start_time")),
        ("dataset.name = 'x'", Field(Kind.DATASET, "name")),
        ("datasets.context = 'x'", Field(Kind.DATASET, "context")),
        ("metrics.and > 0", Field(Kind.METRIC, "and")),
        ("metrics.ünïcode_1 > 0", Field(Kind.METRIC, "ünïcode_1")),
    ],
)
def test_every_way_to_name_a_field_is_understood(text, field):
    if field is None:
        with pytest.raises(InvalidFilter):
            parse_run_filter(text)
    else:
        assert parse_run_filter(text).field == field


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("metrics.a > 1", 1.0),
        ("metrics.a > -1", -1.0),
        ("metrics.a>+1.5", 1.5),
        ("metrics.a >.5", 0.5),
        ("metrics.a > 1.", 1.0),
        ("metrics.a > -1.5E-3", -0.0015),
        ("metrics.a > 1e999", float("inf")),
    ],
)
def test_numbers_may_have_sign_and_exponent(text, value):
    assert parse_run_filter(text) == metric("a", value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("params.a = 'x'", "x"),
        ('params.a = "x"', "x"),
        ("params.a = ''", ""),
        ("params.a = 'it''s'", "it's"),
        ('params.a = "say ""hi"""', 'say "hi"'),
        ("params.a = 'say \"hi\"'", 'say "hi"'),
        ("params.a = 'a\\b'", "a\\b"),
        ("params.a = ' AND params.b = '", " AND params.b = "),
        ("params.a = 'line\nline'", "line\nline"),
    ],
)
def test_texts_are_taken_as_written_and_doubled_quotes_are_one(text, value):
    assert parse_run_filter(text) == param("a", value)


def test_no_text_means_everything():
    assert [parse("") for parse in PARSERS] == [EVERYTHING] * len(PARSERS)


@pytest.mark.parametrize(
    "text",
    [
        "params.a = '1' AND metrics.b > 2",
        "params.a='1'and metrics.b>2",
        " AND params.a = '1' aNd metrics.b > 2 and ",
        "params.a = '1' AND AND metrics.b > 2",
        "(params.a = '1') AND (metrics.b > 2)",
    ],
)
def test_superfluous_ands_and_parentheses_change_nothing(text):
    assert parse_run_filter(text) == And((param("a", "1"), metric("b", 2.0)))


def test_not_binds_closer_than_and_which_binds_closer_than_or():
    found = parse_run_filter("not metrics.a > 1 and metrics.b > 2 or metrics.c > 3")
    a, b, c = metric("a", 1.0), metric("b", 2.0), metric("c", 3.0)
    assert found == Or((And((Not(a), b)), c))


@pytest.mark.parametrize(
    ("text", "operator", "values"),
    [
        ("params.a IN ('x', \"y\")", Operator.IN, ("x", "y")),
        ("params.a in ('x',)", Operator.IN, ("x",)),
        ("params.a not  in ('x')", Operator.NOT_IN, ("x",)),
        ("params.a like 'x%'", Operator.LIKE, ("x%",)),
        ("params.a ILIKE 'x%'", Operator.ILIKE, ("x%",)),
        ("params.a NOT LIKE 'x%'", Operator.NOT_LIKE, ("x%",)),
        ("params.a ~ '^x[0-9]+$'", Operator.MATCH, ("^x[0-9]+$",)),
        ("params.a !~ 'x'", Operator.NOT_MATCH, ("x",)),
        ("params.a != 'x'", Operator.NOT_EQUAL, ("x",)),
        ("params.a IS NULL", Operator.IS_NULL, ()),
        ("params.a is not null", Operator.IS_NOT_NULL, ()),
    ],
)
def test_texts_can_be_compared_in_many_ways(text, operator, values):
    assert parse_run_filter(text) == Comparison(Field(Kind.PARAM, "a"), operator, values)


def test_metrics_can_be_asked_for_nan_and_lists():
    found = parse_run_filter("metrics.a IS NAN or metrics.a is not nan or metrics.a in (1, 2e0)")
    assert [part.operator for part in found.operands] == [
        Operator.IS_NAN,
        Operator.IS_NOT_NAN,
        Operator.IN,
    ]
    assert found.operands[2].values == (1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "offset_ms"),
    [
        ("start_time > now", 0),
        ("start_time > now-7d", -7 * 86_400_000),
        ("start_time > NOW - 2h", -2 * 3_600_000),
        ("end_time > now -1d +30m", -86_400_000 + 30 * 60_000),
        ("start_time > now-1w-1s", -604_800_000 - 1000),
    ],
)
def test_times_may_be_relative_to_now(text, offset_ms):
    assert parse_run_filter(text).values == (RelativeTime(offset_ms),)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("metrics.loss.min > 0", Field(Kind.METRIC, "loss", Aggregate.MIN, "loss.min")),
        ("metrics.a.b.mean > 0", Field(Kind.METRIC, "a.b", Aggregate.MEAN, "a.b.mean")),
        ("metrics.`loss`.max > 0", Field(Kind.METRIC, "loss", Aggregate.MAX)),
        ("metrics.`a b`.count > 0", Field(Kind.METRIC, "a b", Aggregate.COUNT)),
        ("metrics.`loss.min` > 0", Field(Kind.METRIC, "loss.min")),
        ("metrics.loss.`min` > 0", Field(Kind.METRIC, "loss.min")),
        ("metrics.min > 0", Field(Kind.METRIC, "min")),
        ("metrics.loss.median > 0", Field(Kind.METRIC, "loss.median")),
    ],
)
def test_backticks_tell_an_aggregate_from_a_key_that_ends_like_one(text, field):
    assert parse_run_filter(text).field == field


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("foo", "Invalid clause(s) in filter string: 'foo'"),
        (" ", "Invalid clause(s) in filter string: ''"),
        ("metrics.a > 1 foo", "Invalid clause(s) in filter string: 'foo'"),
        ("metrics.a > 1; metrics.b > 2", "Invalid clause(s) in filter string: ';'"),
        ("bogus.a > 1", "Invalid entity type 'bogus'. Valid values are ['attr', "),
        ("lifecycle_stage = 'x'", "Invalid attribute key 'lifecycle_stage' specified"),
        ("experiment_id = 'x'", "Invalid attribute key 'experiment_id' specified. Valid keys"),
        ("attributes.model_id = 'x'", "Invalid attribute key 'model_id' specified"),
        ("dataset.foo = 'x'", "Invalid dataset key 'foo' specified"),
        ("params.a > 'x'", "Invalid comparator '>' not one of '{"),
        ("params.a = 1", "Expected a quoted string value for parameter"),
        ("run_name > 1", "Expected a quoted string value for attributes"),
        ("metrics.a LIKE 1", "Invalid comparator 'LIKE' not one of '{"),
        ("metrics.a == 1", "Invalid comparator '==' not one of '{"),
        ("metrics.a <> 1", "Invalid comparator '<>' not one of '{"),
        ("metrics.a = '1'", "Expected numeric value type for metric. Found '1'"),
        ("metrics.a = nan", "Expected numeric value type for metric. Found nan"),
        ("metrics.a = now", "Expected numeric value type for metric. Found now"),
        ("start_time > '1'", "Expected numeric value type for numeric attribute: start_time."),
        (
            "params.a = 10",
            "Expected a quoted string value for parameter (e.g. 'my-value'). Got value 10",
        ),
        ("tags.a = b", "Expected a quoted string value for tag (e.g. 'my-value'). Got value b"),
        ("params.a IN (1)", "Expected a quoted string value for parameter (e.g. 'my-value'). Got"),
        ("params.a ~ '('", "Invalid regular expression '('"),
        ("params.a = '\0'", "Invalid filter: a character that no text can hold"),
    ],
)
def test_mistakes_are_explained(text, message):
    with pytest.raises(InvalidFilter) as caught:
        parse_run_filter(text)
    assert caught.value.message.startswith(message)
    assert 0 <= caught.value.position <= len(text)


def test_messages_stay_short():
    for text in ("x" * 9000, f"params.{'x' * 9000} = 1{'0' * 5000}", f"{'x' * 9000}.y = 1"):
        with pytest.raises(InvalidFilter) as caught:
            parse_run_filter(text)
        assert len(caught.value.message) < 500


@pytest.mark.parametrize(
    "text",
    [
        "OR",
        "metrics.a > 1 OR",
        "(metrics.a > 1",
        "metrics.a > 1)",
        "()",
        "metrics.a",
        "metrics.a >",
        "1 < metrics.a",
        "metrics. > 1",
        ".a > 1",
        "metrics.`a > 1",
        "params.a = 'x",
        "params.a = 'a'b'",
        "params.a IN ()",
        "params.a IN ('x' 'y')",
        "params.a IN 'x'",
        "params.a BETWEEN 'x' AND 'y'",
        "params.a IS 'x'",
        "params.a NOT = 'x'",
        "params.a IS NAN",
        "metrics.a RLIKE 'x'",
        "metrics.a > 1 -- comment",
        "/* c */ metrics.a > 1",
        "metrics.a > 0x10",
        "metrics.a > 1_000",
        "start_time > now-7y",
        "start_time > now-99999999999999999999999999999999999d",
        "Metrics.a > 1",
        "attribute.run.id = 'x'",
        "\ud800",
    ],
)
def test_what_is_no_filter_is_refused(text):
    with pytest.raises(InvalidFilter):
        parse_run_filter(text)


@pytest.mark.parametrize(
    "text",
    [
        "x" * (MAX_LENGTH + 1),
        " OR ".join(["metrics.a > 1"] * (MAX_TERMS + 1)),
        "NOT " * (MAX_DEPTH + 1) + "metrics.a > 1",
        "(" * 8000,
        "(" * 8000 + "a" + ")" * 8000,
        "NOT " * 4000,
        "AND " * 4000,
        "'" * 16_001,
        "now-1d" * 2000,
        "metrics.a > now" + "-1d" * 5000,
        "metrics.a > " + "9" * 16_000,
        "metrics." + "`a`." * 4000,
        "metrics.a IN (" + "1," * 8000,
        "params.a ~ '" + "(" * 16_000 + "'",
        "params.a ~ '((((((((((a{100}){100}){100}){100}){100})*)*)*)*)*'",
        "\\" * 16_000,
        "\x0b" * 16_000,
    ],
)
def test_what_is_huge_is_dealt_with_quickly(text):
    began = time.process_time()
    with suppress(InvalidFilter):
        parse_run_filter(text)
    assert time.process_time() - began < 2


def test_limits_themselves_are_allowed():
    assert len(parse_run_filter(" OR ".join(["metrics.a > 1"] * MAX_TERMS)).operands) == MAX_TERMS
    assert isinstance(parse_run_filter("NOT " * MAX_DEPTH + "metrics.a > 1"), Not)


WORDS = (
    *(
        "metrics",
        "params.a",
        "tags.`b c`",
        "start_time",
        "metrics.loss.min",
        "dataset.name",
        "name",
    ),
    *("AND", "OR", "NOT", "IN", "IS", "NULL", "NAN", "LIKE", "ILIKE", "~", "!~", "=", "!=", "<="),
    *("(", ")", ",", ".", "'", '"', "`", "''", "'x'", "1", "-1e5", "now-7d", ";", "--", "\\", "\0"),
)


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join),
        st.lists(st.one_of(st.sampled_from(WORDS), st.characters()), max_size=12).map("".join),
    ),
    parse=st.sampled_from(PARSERS),
)
def test_any_text_is_a_filter_or_an_invalid_filter(text, parse):
    with suppress(InvalidFilter):
        parse(text)


def test_experiments_have_their_own_fields():
    found = parse_experiment_filter("attribute.name LIKE 'a%' AND tags.t = 'x' AND tag.u = 'y'")
    assert [part.field.kind for part in found.operands] == [Kind.ATTRIBUTE, Kind.TAG, Kind.TAG]
    assert parse_experiment_filter("experiment_id in ('1')").values == ("1",)
    for text in ("params.a = 'x'", "metrics.a > 1", "status = 'x'", "attr.name = 'x'"):
        with pytest.raises(InvalidFilter):
            parse_experiment_filter(text)


def test_logged_models_have_their_own_fields_and_take_bare_words():
    found = parse_logged_model_filter("name = foo-1 AND attributes.status = 'READY'")
    assert [part.values for part in found.operands] == [("foo-1",), ("READY",)]
    aliases = ("creation_timestamp", "creation_time", "creation_timestamp_ms")
    fields = {parse_logged_model_filter(f"{alias} > 1").field.key for alias in aliases}
    assert fields == {"creation_timestamp"}
    for text in ("metric.a > 1", "tag.a = 'x'", "attribute.name = 'x'", "foo = 'x'"):
        with pytest.raises(InvalidFilter):
            parse_logged_model_filter(text)


def test_a_metric_of_a_logged_model_has_no_aggregates():
    assert parse_logged_model_filter("metrics.a.min > 1").field == Field(Kind.METRIC, "a.min")
