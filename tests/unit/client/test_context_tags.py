import pytest

from assay.client.context_tags import context_tags, user_name
from assay.errors import InvalidParameter


def test_user_and_source_are_told(monkeypatch):
    monkeypatch.setattr("sys.argv", ["/somewhere/train.py", "--fast"])
    tags = context_tags()
    assert tags["mlflow.source.name"] == "/somewhere/train.py"
    assert tags["mlflow.source.type"] == "LOCAL"
    assert tags["mlflow.user"] == user_name()


def test_the_name_at_the_server_wins_over_the_system(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", "ada")
    assert context_tags()["mlflow.user"] == "ada"


def test_tags_of_the_environment_are_added(monkeypatch):
    monkeypatch.setenv("ASSAY_RUN_CONTEXT", '{"job": "7", "mlflow.user": "grace"}')
    tags = context_tags()
    assert (tags["job"], tags["mlflow.user"]) == ("7", "grace")


@pytest.mark.parametrize("text", ["[1]", "{", '{"a": 1}'])
def test_a_bad_context_names_its_variable(monkeypatch, text):
    monkeypatch.setenv("ASSAY_RUN_CONTEXT", text)
    with pytest.raises(InvalidParameter, match="ASSAY_RUN_CONTEXT"):
        context_tags()
