"""Logged models over HTTP."""

import re
from typing import Any

import pytest

from servers import API, RunningServer

IPV = "INVALID_PARAMETER_VALUE"


def create(server: RunningServer, **fields: object) -> Any:
    answer = server.post("logged-models", {"experiment_id": "0", "name": "n", **fields})
    return answer.json["model"]


def patch(server: RunningServer, model: str, part: str, /, **fields: object) -> Any:
    return server.post(f"{API}logged-models/{model}{part}", fields, method="PATCH")


def test_a_new_model_is_pending_and_has_its_place(server: RunningServer) -> None:
    model = create(
        server,
        model_type="classifier",
        source_run_id="nowhere",
        params=[{"key": "p", "value": "1"}],
        tags=[{"key": "t", "value": "2"}],
    )
    info = model["info"]
    assert re.fullmatch(r"m-[0-9a-f]{32}", info["model_id"])
    assert info["status"] == "LOGGED_MODEL_PENDING"
    assert info["artifact_uri"] == f"mlflow-artifacts:/0/models/{info['model_id']}/artifacts"
    assert (info["name"], info["model_type"], info["source_run_id"]) == (
        "n",
        "classifier",
        "nowhere",
    )
    assert info["tags"] == [{"key": "t", "value": "2"}]
    assert model["data"]["params"] == [{"key": "p", "value": "1"}]
    assert server.get(f"logged-models/{info['model_id']}").json["model"] == model


def test_a_model_without_a_name_gets_one(server: RunningServer) -> None:
    assert create(server, name=None)["info"]["name"]


@pytest.mark.parametrize("name", ["a/b", "a:b", "a.b", "a%b", 'a"b', "a'b"])
def test_a_name_with_a_sign_that_means_something_is_refused(
    server: RunningServer, name: str
) -> None:
    answer = server.post("logged-models", {"experiment_id": "0", "name": name})
    assert (answer.status, answer.json["error_code"]) == (400, IPV)
    assert "Invalid model name" in answer.json["message"]


def test_a_model_needs_a_known_experiment(server: RunningServer) -> None:
    assert server.post("logged-models", {"experiment_id": "77"}).status == 404
    assert server.post("logged-models", {}).status == 400


def test_a_model_is_finalized_again_and_again(server: RunningServer) -> None:
    model_id = create(server)["info"]["model_id"]
    for status in ("LOGGED_MODEL_READY", "LOGGED_MODEL_UPLOAD_FAILED", "LOGGED_MODEL_READY"):
        answer = patch(server, model_id, "", model_id=model_id, status=status)
        assert answer.json["model"]["info"]["status"] == status


@pytest.mark.parametrize("status", [None, "DONE", "LOGGED_MODEL_STATUS_UNSPECIFIED"])
def test_finalizing_needs_a_known_status(server: RunningServer, status: object) -> None:
    model_id = create(server)["info"]["model_id"]
    answer = patch(server, model_id, "", model_id=model_id, status=status)
    assert (answer.status, answer.json["error_code"]) == (400, IPV)


def test_tags_are_set_and_deleted(server: RunningServer) -> None:
    model_id = create(server)["info"]["model_id"]
    assert patch(server, model_id, "/tags", tags=[{"key": "a/b", "value": "1"}]).json == {}
    address = f"{API}logged-models/{model_id}/tags/a%2Fb"
    assert server.ask("DELETE", address).json == {}
    again = server.ask("DELETE", address)
    assert again.status == 404
    assert "No tag with key" in again.json["message"]


def test_params_are_added_once(server: RunningServer) -> None:
    model_id = create(server)["info"]["model_id"]
    asked = {"model_id": model_id, "params": [{"key": "p", "value": "1"}]}
    assert server.post(f"logged-models/{model_id}/params", asked).json == {}
    assert server.post(f"logged-models/{model_id}/params", asked).status == 400
    model = server.get(f"logged-models/{model_id}").json["model"]
    assert model["data"]["params"] == [{"key": "p", "value": "1"}]


def test_a_deleted_model_is_gone_and_may_be_deleted_again(server: RunningServer) -> None:
    model_id = create(server)["info"]["model_id"]
    for _ in range(2):
        assert server.ask("DELETE", f"{API}logged-models/{model_id}").json == {}
    answer = server.get(f"logged-models/{model_id}")
    assert (answer.status, answer.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert answer.json["message"] == f"Logged model with ID '{model_id}' not found."
    assert server.post("logged-models/search", {"experiment_ids": ["0"]}).json == {}


def test_models_are_searched_page_by_page(server: RunningServer) -> None:
    created = [create(server, name=f"n{index}")["info"]["model_id"] for index in range(3)]
    asked = {"experiment_ids": ["0"], "max_results": 2, "order_by": [{"field_name": "name"}]}
    first = server.post("logged-models/search", asked).json
    second = server.post(
        "logged-models/search", {**asked, "page_token": first["next_page_token"]}
    ).json
    found = [model["info"]["model_id"] for page in (first, second) for model in page["models"]]
    assert found == created
    assert "next_page_token" not in second
    other = {**asked, "filter": "name = 'n1'", "page_token": first["next_page_token"]}
    assert server.post("logged-models/search", other).status == 400


def test_a_filter_chooses_models(server: RunningServer) -> None:
    ready = create(server, name="a")["info"]["model_id"]
    create(server, name="b")
    patch(server, ready, "", model_id=ready, status="LOGGED_MODEL_READY")
    for text in ("name = 'a'", "status = 'READY'", "name IN ('a', 'c')"):
        answer = server.post("logged-models/search", {"experiment_ids": ["0"], "filter": text})
        assert [model["info"]["name"] for model in answer.json["models"]] == ["a"]


def test_searching_no_experiment_finds_nothing(server: RunningServer) -> None:
    create(server)
    assert server.post("logged-models/search", {}).json == {}
