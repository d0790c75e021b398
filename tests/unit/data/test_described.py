"""What we say of data equals what MLflow 3.6 says of it, and more."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import assay
import described_data
from assay.data.described import CONTENT_TAG
from assay.data.profiles import profile_texts
from assay.errors import InvalidParameter

EXPECTED = json.loads((Path(described_data.__file__).with_suffix(".json")).read_text())
FRAMES = dict(described_data.frames())
ARRAYS = {name: (features, targets) for name, features, targets in described_data.arrays()}
POLARS = dict(described_data.polars_frames())


def parsed(schema: str | None) -> object:
    if schema in {None, "null"}:
        return None
    found = json.loads(schema)
    tensors = found.get("mlflow_tensorspec")
    if tensors is None:
        return found
    return {group: text and json.loads(text) for group, text in tensors.items()}


def assert_described_as(expected, described):
    ours = described.to_dict()
    assert ours["digest"] == expected["digest"]
    assert parsed(ours["schema"]) == parsed(expected["schema"])
    profile = json.loads(expected["profile"] or "{}")
    assert {key: json.loads(ours["profile"])[key] for key in profile} == profile


@pytest.mark.parametrize("name", FRAMES)
def test_a_pandas_frame_is_described_as_mlflow_does(name):
    described = assay.data.from_pandas(FRAMES[name], source="/x")
    assert_described_as(EXPECTED["pandas"][name], described)


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_is_described_as_mlflow_does(name):
    features, targets = ARRAYS[name]
    described = assay.data.from_numpy(features, source="/x", targets=targets)
    assert_described_as(EXPECTED["numpy"][name], described)


@pytest.mark.parametrize("name", POLARS)
def test_a_polars_frame_is_described_as_mlflow_does(name):
    frame = POLARS[name]
    # polars' hashes hold for one version of polars only.
    expected = EXPECTED["polars"][name] | {"digest": str(frame.hash_rows().sum())}
    assert_described_as(expected, assay.data.from_polars(frame, source="/x"))


def test_a_change_after_the_first_10000_rows_shows_in_the_whole_content_digest():
    one, other = np.zeros(20_000), np.zeros(20_000)
    other[15_000] = 1.0
    for describe, kind in (
        (assay.data.from_numpy, lambda values: values),
        (assay.data.from_pandas, lambda values: pd.DataFrame({"x": values})),
        (assay.data.from_polars, lambda values: pl.DataFrame({"x": values})),
    ):
        first, second = describe(kind(one)), describe(kind(other))
        assert first.content_sha256 != second.content_sha256
        assert first.content_sha256 == describe(kind(one.copy())).content_sha256
        assert first.input_tags == {CONTENT_TAG: first.content_sha256}


def test_data_above_the_limit_has_no_whole_content_digest(monkeypatch):
    monkeypatch.setenv("ASSAY_DATA_DIGEST_MEGABYTES", "0.001")
    described = assay.data.from_numpy(np.zeros(1_000))
    assert described.content_sha256 is None
    assert described.input_tags == {}


@pytest.mark.parametrize(
    ("describe", "frame"), [(assay.data.from_pandas, pd), (assay.data.from_polars, pl)]
)
def test_the_profile_tells_ranges_missing_values_and_a_histogram(describe, frame):
    described = describe(frame.DataFrame({"x": [0.0, 1.0, None, 9.0], "s": ["a", "b", "a", None]}))
    columns = described.profile["columns"]
    assert columns["x"] == {
        "missing": 1,
        "min": 0.0,
        "max": 9.0,
        "mean": pytest.approx(10 / 3),
        "histogram": [1, 0, 1, *[0] * 16, 1],
    }
    assert columns["s"] == {"missing": 1, "distinct": 2, "common": {"a": 2, "b": 1}}


def test_infinities_are_counted_apart():
    values = assay.data.from_numpy(np.array([np.inf, 1.0, np.nan])).profile["features_values"]
    assert (values["infinite"], values["missing"], values["max"]) == (1, 1, 1.0)


def test_a_target_that_is_no_column_is_refused():
    with pytest.raises(InvalidParameter, match="no column 'y'"):
        assay.data.from_pandas(pd.DataFrame({"x": [1]}), targets="y")
    with pytest.raises(InvalidParameter, match="no column 'y'"):
        assay.data.from_polars(pl.DataFrame({"x": [1]}), predictions="y")


@pytest.mark.parametrize(
    ("given", "kind", "fields"),
    [
        ("/data/x.csv", "local", {"uri": "/data/x.csv"}),
        ("s3://b/x", "s3", {"uri": "s3://b/x"}),
        ("gs://b/x", "gs", {"uri": "gs://b/x"}),
        ("https://h/x", "http", {"url": "https://h/x"}),
    ],
)
def test_sources_have_the_types_of_mlflow(given, kind, fields):
    source = assay.data.get_source(assay.data.from_numpy(np.zeros(2), source=given))
    assert (source.type, source.to_dict()) == (kind, fields)


def test_data_without_a_source_is_from_this_program():
    source = assay.data.from_numpy(np.zeros(2)).source
    assert source.type == "code"
    assert "mlflow.source.name" in source.to_dict()["tags"]


def test_a_meta_dataset_has_the_digest_of_mlflow():
    described = assay.data.MetaDataset("https://example.org/a.tar.gz", name="a")
    assert described.digest == "5b09c6ec"
    assert described.to_dict()["source"] == '{"url":"https://example.org/a.tar.gz"}'


class HubDataset:
    """What the datasets library's objects offer, as far as it is asked for."""

    column_names = ("x", "s")
    num_rows = 3
    dataset_size = 30
    size_in_bytes = 40
    config_name = "plain"
    split = "train"

    def to_pandas(self, batch_size, batched):
        assert batched
        yield pd.DataFrame({"x": [1, 2, 3], "s": ["a", "b", "c"]})[:batch_size]


def test_a_hugging_face_data_set_is_described_by_its_first_rows():
    described = assay.data.from_huggingface(HubDataset(), "someone/words", revision="1")
    rows = assay.data.from_pandas(pd.DataFrame({"x": [1, 2, 3], "s": ["a", "b", "c"]}))
    # What MLflow 3.6 says of a datasets.Dataset with these rows.
    assert described.digest == "854b37f3"
    assert described.schema == rows.schema
    assert described.profile == {"num_rows": 3, "dataset_size": 30, "size_in_bytes": 40}
    assert described.source.type == "hugging_face"
    assert described.source.to_dict() == {
        "path": "someone/words",
        "config_name": "plain",
        "data_dir": None,
        "data_files": None,
        "split": "train",
        "revision": "1",
    }


def test_a_dictionary_of_splits_is_refused():
    with pytest.raises(InvalidParameter, match="give one split"):
        assay.data.from_huggingface({"train": HubDataset()})


def test_texts_that_cannot_be_stored_do_no_harm():
    facts = profile_texts(["\ud800", "a"], n_values=2, n_missing=0)
    assert facts["common"] == {"?": 1, "a": 1}


def test_a_schema_that_no_store_takes_is_left_out():
    frame = pd.DataFrame(np.zeros((1, 20_000)), columns=[f"column {n:050}" for n in range(20_000)])
    described = assay.data.from_pandas(frame)
    assert described.schema is not None
    assert described.entity.schema is None
    assert described.entity.profile is not None
