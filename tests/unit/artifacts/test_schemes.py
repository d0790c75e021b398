"""Locations become one of three kinds of place, or are refused."""

import pytest

from assay.artifacts.schemes import (
    FolderPlace,
    ObjectPlace,
    ProxiedPlace,
    open_artifact_store,
    parse_place,
)
from assay.errors import InvalidParameter


@pytest.mark.parametrize(
    ("uri", "place"),
    [
        ("mlflow-artifacts:/0/run/artifacts", ProxiedPlace("0/run/artifacts")),
        ("mlflow-artifacts:///0/run", ProxiedPlace("0/run")),
        ("mlflow-artifacts:", ProxiedPlace("")),
        ("mlflow-artifacts:/", ProxiedPlace("")),
        ("mlflow-artifacts://host:5000/0", ProxiedPlace("0", "host:5000")),
        ("/data/runs", FolderPlace("/data/runs")),
        ("runs/here", FolderPlace("runs/here")),
        ("file:///data/with%20space", FolderPlace("/data/with space")),
        ("s3://bucket", ObjectPlace("s3", "bucket", "")),
        ("s3://bucket/a/b/", ObjectPlace("s3", "bucket", "a/b")),
        ("gs://bucket/a", ObjectPlace("gs", "bucket", "a")),
        ("az://container/a", ObjectPlace("az", "container", "a")),
    ],
)
def test_location_is_parsed_into_its_place(uri, place):
    assert parse_place(uri) == place


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "ftp://host/x",
        "http://host/x",
        "s3:///x",
        "s3://user@bucket/x",
        "s3://bucket/../x",
        "s3://bucket/x?y=1",
        "s3://bucket/x#y",
        "mlflow-artifacts:/../etc",
        "mlflow-artifacts:/%2e%2e/etc",
        "mlflow-artifacts:/a?b=c",
        "mlflow-artifacts:/a#b",
        "mlflow-artifacts://user:secret@host/a",
        "file://host/share",
        "file:relative",
        "file:///a%00b",
        "/a\0b",
        "javascript:alert(1)",
        "s3://[::1/x",
    ],
)
def test_other_location_is_refused(uri):
    with pytest.raises(InvalidParameter):
        parse_place(uri)


def test_folder_opens_and_a_place_on_a_server_does_not(tmp_path):
    store = open_artifact_store(str(tmp_path))
    store.write("a", [b"1"])
    assert (tmp_path / "a").read_bytes() == b"1"
    with pytest.raises(InvalidParameter):
        open_artifact_store("mlflow-artifacts:/0")
