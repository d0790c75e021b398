"""Images, texts, nested params and described data of our client on a real MLflow 3.6 server."""

import sys
from pathlib import Path

import pytest

from compatibility.conftest import SCRIPTS, run_script

pytestmark = pytest.mark.compatibility


@pytest.fixture(scope="module")
def facts(reference_uri):
    return run_script(Path(sys.executable), SCRIPTS / "assay_values_on_mlflow.py", reference_uri)


def test_media_are_found_by_their_names(facts):
    assert facts["status"] == "FINISHED"
    assert facts["media"] == [["in/image", 3, "image"], ["in/text", 3, "text"]]
    assert facts["text"] == "hello"


def test_a_param_keeps_its_first_value_there(facts):
    assert facts["params"] == {"optimizer.rate": "0.1"}
    assert facts["amendments"] == 0


def test_data_is_described_with_both_digests(facts):
    stored, ours = facts["digest"]
    assert stored == ours
    assert facts["tags"] == ["assay.data.sha256", "mlflow.data.context"]
