"""Rules for artifact locations."""

from pathlib import Path

import pytest

from assay.entities.locations import join_location, parse_location
from assay.errors import InvalidParameter


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/key",
        "gs://bucket",
        "mlflow-artifacts:/3",
        "file:///data/x",
        "wasbs://container@account.blob.core.windows.net/x",
        "s3://bucket/key?endpoint=x",
        "dbfs:/models",
        "/data/models",
    ],
)
def test_location_of_a_known_kind_stays_as_it_is(text):
    assert parse_location(text) == text


def test_relative_path_becomes_absolute():
    assert parse_location("models/../x") == str(Path.cwd() / "x")


@pytest.mark.parametrize(
    "text",
    [
        "s3://bucket/key#part",
        "s3://bucket/key#",
        "s3://bucket/key;params",
        "s3://bucket/key?path=../up",
        "s3://bucket/key?path=%2e%2e/up",
        "s3://bucket/../key",
        "s3://bucket/%2E%2e/key",
        "s3://bucket/a\\..\\key",
        "http://user:secret@host/x",
        "runs:/abc/model",
        "javascript:alert(1)",
        "C:\\models",
        "s3://bucket/\x00",
        "s3://bucket/\n",
        "http://[broken/",
        "s3://bucket/" + "x" * 2048,
    ],
)
def test_location_that_nobody_can_trust_is_refused(text):
    with pytest.raises(InvalidParameter):
        parse_location(text)


@pytest.mark.parametrize(
    ("location", "joined"),
    [
        ("s3://bucket/root", "s3://bucket/root/a/b"),
        ("s3://bucket/root/", "s3://bucket/root/a/b"),
        ("s3://bucket/root?x=1&y=/z/", "s3://bucket/root/a/b?x=1&y=/z/"),
        ("mlflow-artifacts:/3", "mlflow-artifacts:/3/a/b"),
        ("mlflow-artifacts:", "mlflow-artifacts:/a/b"),
        ("mlflow-artifacts:/", "mlflow-artifacts:/a/b"),
    ],
)
def test_joining_keeps_a_query_at_the_end(location, joined):
    assert join_location(location, "a/b") == joined
