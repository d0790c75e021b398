"""Our client logs to a real MLflow 3.6 server, with the code that users already have."""

import sys
from pathlib import Path

import pytest

from compatibility.conftest import SCRIPTS, run_script
from compatibility.errors_seen import INVALID, is_error

pytestmark = pytest.mark.compatibility


@pytest.fixture(scope="module")
def facts(reference_uri):
    return run_script(Path(sys.executable), SCRIPTS / "assay_on_mlflow.py", reference_uri)


def test_run_arrives_whole(facts):
    assert facts["status"] == "FINISHED"
    assert facts["name"] == "ours"
    assert facts["params"] == {"lr": "0.1", "layers": "3", "text": "zwölf 你"}
    assert facts["loss"] == pytest.approx(1 / 3000)
    assert facts["nan"] == "nan"
    assert facts["steps"]


def test_tags_arrive_and_go(facts):
    assert facts["tags"] == {"a": "1", "b": None, "kind": "test", "mlflow.note.content": "why"}
    assert facts["experiment_tag"]["team"] == "red"


def test_nested_run_knows_its_parent(facts):
    assert facts["parent"]


def test_artifacts_go_there_and_back(facts):
    assert [name for name in facts["root"] if name != "assay"] == ["d.json", "notes", "tree"]
    assert facts["same_bytes"]
    assert facts["text"] == "hello"


def test_failed_run_is_marked_and_can_be_resumed(facts):
    assert facts["failed"] == "FAILED"
    assert facts["resumed"] == ["FINISHED", 6.0]


def test_changed_param_is_refused_at_the_call(facts):
    assert is_error(facts["conflict"], INVALID, "p")


def test_search_finds_the_run(facts):
    assert facts["found"] == [True]
    assert facts["best"] == pytest.approx(1 / 3000)
