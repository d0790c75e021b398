"""What came from what, and finding models and data sets by name."""

import pytest

from servers import RunningServer

LINEAGE = "/api/assay/v1/lineage"
DATA = {"name": "digits", "digest": "d1", "source_type": "code", "source": "{}"}


def _model(server: RunningServer, experiment: str, run_id: str, name: str) -> str:
    answer = server.post(
        "logged-models", {"experiment_id": experiment, "name": name, "source_run_id": run_id}
    )
    assert answer.status == 200, answer.text
    return str(answer.json["model"]["info"]["model_id"])


@pytest.fixture
def story(server: RunningServer) -> dict[str, str]:
    """Data -> training -> model -> evaluation -> model of the second run; another run on the data."""
    experiment = server.new_experiment("lineage")
    train, evaluate, other = (
        server.new_run(experiment, run_name=name) for name in ("train", "evaluate", "other")
    )
    for run_id in (train, other):
        server.post("runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": DATA}]})
    first = _model(server, experiment, train, "first")
    server.post("runs/log-inputs", {"run_id": evaluate, "models": [{"model_id": first}]})
    second = _model(server, experiment, evaluate, "second")
    return {"train": train, "evaluate": evaluate, "other": other, "first": first, "second": second}


def _names(graph) -> dict[str, int]:
    return {node["name"]: node["depth"] for node in graph["nodes"]}


def _edges(graph) -> set[tuple[str, str]]:
    nodes = [node["name"] for node in graph["nodes"]]
    return {(nodes[edge["source"]], nodes[edge["target"]]) for edge in graph["edges"]}


def test_a_model_knows_what_it_came_from_and_what_came_from_it(
    server: RunningServer, story: dict[str, str]
) -> None:
    graph = server.post(LINEAGE, {"kind": "model", "id": story["first"]}).json
    assert _names(graph) == {"digits": -2, "train": -1, "first": 0, "evaluate": 1, "second": 2}
    assert _edges(graph) == {
        ("digits", "train"),
        ("train", "first"),
        ("first", "evaluate"),
        ("evaluate", "second"),
    }
    assert graph["is_cut"] is False
    assert {node["name"]: node["status"] for node in graph["nodes"]} == {
        "digits": "code",
        "train": "RUNNING",
        "first": "LOGGED_MODEL_PENDING",
        "evaluate": "RUNNING",
        "second": "LOGGED_MODEL_PENDING",
    }


def test_data_knows_every_run_and_model_that_saw_it(
    server: RunningServer, story: dict[str, str]
) -> None:
    graph = server.post(LINEAGE, {"kind": "dataset", "id": "d1", "name": "digits"}).json
    assert _names(graph) == {
        "digits": 0,
        "train": 1,
        "other": 1,
        "first": 2,
        "evaluate": 3,
        "second": 4,
    }
    assert graph["is_cut"] is False


def test_what_is_further_than_asked_is_left_out_and_said(
    server: RunningServer, story: dict[str, str]
) -> None:
    graph = server.post(LINEAGE, {"kind": "run", "id": story["train"], "depth": 1}).json
    assert _names(graph) == {"digits": -1, "train": 0, "first": 1}
    assert graph["is_cut"] is True


def test_what_is_deleted_is_no_part_of_it(server: RunningServer, story: dict[str, str]) -> None:
    server.post("runs/delete", {"run_id": story["evaluate"]})
    graph = server.post(LINEAGE, {"kind": "model", "id": story["first"]}).json
    assert _names(graph) == {"digits": -2, "train": -1, "first": 0}
    assert graph["is_cut"] is False


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"kind": "run", "id": "0" * 32}, 404),
        ({"kind": "dataset", "id": "d1", "name": "other"}, 404),
        ({"kind": "run", "id": "x", "depth": 7}, 400),
        ({"kind": "cat", "id": "x"}, 400),
        ({"kind": "run"}, 400),
    ],
)
def test_what_is_not_there_or_not_understood_is_said(server: RunningServer, asked, status) -> None:
    assert server.post(LINEAGE, asked).status == status


def test_models_and_data_are_found_by_name_and_id(
    server: RunningServer, story: dict[str, str]
) -> None:
    def found(text: str) -> list[tuple[str, str]]:
        answer = server.get(f"/api/assay/v1/find?text={text}").json
        return [(one["kind"], one["name"]) for one in answer["found"]]

    assert ("model", "second") in found("econd")
    assert found(story["first"]) == [("model", "first")]
    assert ("dataset", "digits") in found("digi")
    assert ("dataset", "digits") in found("d1")
