"""Rules for what one request may log."""

import pytest

from assay.entities.batches import (
    check_dataset_inputs,
    check_log_batch,
    check_metric,
    checked_param,
    checked_tag,
)
from assay.entities.datasets import Dataset, DatasetInput, InputTag
from assay.entities.metrics import Metric
from assay.entities.runs import Param, RunTag
from assay.errors import InvalidParameter, MissingParameter


def metrics(count):
    return [Metric(f"m{number}", 1.0, 1) for number in range(count)]


def params(count):
    return [Param(f"p{number}", "1") for number in range(count)]


def tags(count):
    return [RunTag(f"t{number}", "1") for number in range(count)]


@pytest.mark.parametrize(
    ("n_metrics", "n_params", "n_tags", "message"),
    [
        (1001, 0, 0, "at most 1000 metrics. Got 1001 metrics. Please split up metrics across"),
        (0, 101, 0, "at most 100 params. Got 101 params."),
        (0, 0, 101, "at most 100 tags. Got 101 tags."),
        (900, 100, 1, "at most 1000 metrics, params, and tags. Got 1001 metrics, params, and"),
    ],
)
def test_batch_over_a_limit_is_refused(n_metrics, n_params, n_tags, message):
    with pytest.raises(InvalidParameter, match=message):
        check_log_batch(metrics(n_metrics), params(n_params), tags(n_tags))


def test_batch_at_the_limits_is_taken():
    kept = check_log_batch(metrics(800), params(100), tags(100))
    assert kept == (tuple(params(100)), tuple(tags(100)))


def test_param_key_twice_is_refused_even_with_equal_values():
    with pytest.raises(InvalidParameter, match=r"Duplicate parameter keys .* \['q'\]"):
        check_log_batch([], [Param("q", "1"), Param("q", "1")], [])


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (Metric("", 1.0, 1), r"Missing value for required parameter 'metrics\[0\].key'"),
        (Metric("a$", 1.0, 1), r"for parameter 'metrics\[0\].name' supplied: Names may only"),
        (Metric("a/../b", 1.0, 1), "must not resolve to other names"),
        (Metric("x" * 251, 1.0, 1), "'Metric name' exceeds the maximum length of 250"),
        (Metric("m", 1.0, -1), r"'metrics\[0\].timestamp'"),
        (Metric("m", 1.0, 2**63), r"'metrics\[0\].timestamp'"),
        (Metric("m", 1.0, 1, -(2**63) - 1), r"'metrics\[0\].step'"),
        (Metric("m", 1.0, 1, dataset_name="x" * 501), "dataset_name"),
    ],
)
def test_metric_that_breaks_a_rule_is_refused(metric, message):
    with pytest.raises(InvalidParameter, match=message):
        check_log_batch([metric], [], [])


def test_negative_step_is_a_step():
    check_metric(Metric("m", 1.0, 0, -5))


def test_long_values_are_cut():
    assert checked_param(Param("p", "x" * 6001)).value == "x" * 6000
    assert checked_tag(RunTag("t", "x" * 8001)).value == "x" * 8000


def test_long_values_are_refused_when_cutting_is_off():
    with pytest.raises(InvalidParameter, match="exceeds the maximum length of 6000"):
        checked_param(Param("p", "x" * 6001), truncate=False)
    with pytest.raises(InvalidParameter, match="exceeds the maximum length of 8000"):
        checked_tag(RunTag("t", "x" * 8001), truncate=False)


def test_value_with_a_nul_is_refused():
    with pytest.raises(InvalidParameter, match="NUL"):
        checked_param(Param("p", "a\x00b"))


def test_missing_keys_are_named():
    with pytest.raises(MissingParameter, match=r"'params\[0\].key'"):
        check_log_batch([], [Param("", "1")], [])
    with pytest.raises(MissingParameter, match=r"'tags\[0\].key'"):
        check_log_batch([], [], [RunTag("", "1")])


@pytest.mark.parametrize(
    "use",
    [
        DatasetInput(Dataset("x" * 501, "1")),
        DatasetInput(Dataset("d", "x" * 37)),
        DatasetInput(Dataset("d", "1", "local", "x" * 65536)),
        DatasetInput(Dataset("d", "1", schema="x" * 1048576)),
        DatasetInput(Dataset("d", "1"), (InputTag("x" * 256),)),
        DatasetInput(Dataset("d", "1"), (InputTag("k", "x" * 501),)),
        DatasetInput(Dataset("d\x00", "1")),
    ],
)
def test_dataset_that_breaks_a_limit_is_refused(use):
    with pytest.raises(InvalidParameter):
        check_dataset_inputs([use])
