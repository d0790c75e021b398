"""What runs say of the data that they used, wherever they are logged."""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import assay
from assay.data.described import CONTENT_TAG
from fluent_places import Place, places


@pytest.fixture(params=["embedded", "server", "plain server", "offline"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    with places(request.param, tmp_path) as made:
        yield made


def test_described_data_arrives_with_context_and_whole_content_digest(place):
    described = assay.data.from_pandas(pd.DataFrame({"x": [1, 2]}), source="/x.csv", name="points")
    with assay.start_run() as run:
        assay.log_input(described, context="train")
    (used,) = place.get_run(run.info.run_id).inputs.dataset_inputs
    assert used.dataset == described.entity
    assert {tag.key: tag.value for tag in used.tags} == {
        CONTENT_TAG: described.content_sha256,
        "mlflow.data.context": "train",
    }


def test_use_data_notes_a_folder_and_returns_its_path(place, tmp_path):
    folder = tmp_path / "images"
    folder.mkdir()
    (folder / "a.txt").write_text("a")
    with assay.start_run() as run:
        assert assay.use_data(folder, context="train") == str(folder)
    (used,) = place.get_run(run.info.run_id).inputs.dataset_inputs
    assert used.dataset.name == "images"
    assert json.loads(used.dataset.profile)["num_files"] == 1
    assert assay.data.get_source(used).load() == str(folder)


def test_a_metric_can_name_described_data(place):
    described = assay.data.from_numpy(np.arange(4), name="points")
    with assay.start_run() as run:
        assay.log_metric("loss", 0.5, dataset=described)
    assert place.get_run(run.info.run_id).data.metrics["loss"] == 0.5
