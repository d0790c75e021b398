"""How the server speaks, whatever it is asked: addresses, methods, types, forms of errors."""

import json
from pathlib import Path

import pytest

from servers import API, RunningServer, server_on_thread


def test_health_and_version_answer_plain_text(server: RunningServer) -> None:
    assert (server.get("/health").status, server.get("/health").text) == (200, "OK")
    assert server.get("/version").text.count(".") == 2


@pytest.mark.parametrize(
    "prefix",
    ["/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/", "/api/3.0/mlflow/", "/ajax-api/3.0/mlflow/"],
)
def test_every_endpoint_lives_under_each_prefix(server: RunningServer, prefix: str) -> None:
    answer = server.get(f"{prefix}experiments/get", experiment_id="0")
    assert answer.json["experiment"]["name"] == "Default"


def test_doubled_slashes_are_tolerated(server: RunningServer) -> None:
    answer = server.get("//api/2.0/mlflow//experiments/get", experiment_id="0")
    assert answer.status == 200


@pytest.mark.parametrize("path", ["runs/nothing", "/api/2.0/preview/mlflow/runs/get", "/nothing"])
def test_an_unknown_address_is_404_in_json(server: RunningServer, path: str) -> None:
    answer = server.get(path)
    assert answer.status == 404
    assert answer.json["error_code"] == "ENDPOINT_NOT_FOUND"


def test_a_wrong_method_is_405_in_json(server: RunningServer) -> None:
    answer = server.post("runs/get", {"run_id": "r"})
    assert answer.status == 405
    assert set(answer.json) == {"error_code", "message"}


def test_post_without_content_type_is_refused(server: RunningServer) -> None:
    answer = server.ask("POST", API + "experiments/create", b'{"name": "a"}')
    assert answer.status == 400
    assert answer.json["message"] == "Bad Request. Content-Type header is missing."


def test_post_of_another_content_type_is_refused(server: RunningServer) -> None:
    answer = server.post("experiments/create", {"name": "a"}, **{"Content-Type": "text/plain"})
    assert answer.status == 400
    assert answer.json == {
        "error_code": "INVALID_PARAMETER_VALUE",
        "message": "Bad Request. Content-Type must be one of ['application/json'].",
    }


def test_a_content_type_may_have_parameters(server: RunningServer) -> None:
    kind = {"Content-Type": "application/json; charset=utf-8"}
    assert server.post("experiments/create", {"name": "a"}, **kind).status == 200


def test_patch_and_delete_need_no_content_type(server: RunningServer) -> None:
    model = server.post("logged-models", {"experiment_id": "0"}).json["model"]["info"]["model_id"]
    body = json.dumps({"model_id": model, "status": "LOGGED_MODEL_READY"})
    assert server.ask("PATCH", f"{API}logged-models/{model}", body).status == 200
    assert server.ask("DELETE", f"{API}logged-models/{model}").json == {}


def test_get_without_a_query_reads_a_json_body(server: RunningServer) -> None:
    answer = server.ask(
        "GET", API + "experiments/get", b'{"experiment_id": "0"}', {"Content-Type": "text/plain"}
    )
    assert answer.json["experiment"]["experiment_id"] == "0"


def test_head_answers_the_headers_of_get(server: RunningServer) -> None:
    address = API + "experiments/get?experiment_id=0"
    head, get = server.ask("HEAD", address), server.ask("GET", address)
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


def test_error_texts_are_escaped_once(server: RunningServer) -> None:
    answer = server.post(
        "runs/log-metric", {"run_id": "r", "key": "k", "value": 1, "timestamp": 1, "step": "foo"}
    )
    assert "Invalid value \\\"foo\\\" for parameter 'step' supplied" in answer.text


def test_every_answer_forbids_guessing_its_type_and_framing(server: RunningServer) -> None:
    for path in ("/", "/health", "/openapi.json", API + "runs/get", "/nothing"):
        headers = server.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "SAMEORIGIN"


def test_server_info_says_what_newer_clients_probe_for(server: RunningServer) -> None:
    for prefix in ("/api", "/ajax-api"):
        info = server.get(f"{prefix}/3.0/mlflow/server-info").json
        assert info["store_type"] == "SqlStore"
        assert info["artifact_serving_enabled"] is True
        assert info["workspaces_enabled"] is False
        assert info["assay_api"] == 1


def test_a_workspace_is_refused_but_not_by_the_probe(server: RunningServer) -> None:
    named = {"X-MLFLOW-WORKSPACE": "team"}
    refused = server.ask("GET", API + "experiments/get?experiment_id=0", headers=named)
    assert (refused.status, refused.json["error_code"]) == (400, "FEATURE_DISABLED")
    assert server.ask("GET", "/api/3.0/mlflow/server-info", headers=named).status == 200


def test_the_store_says_how_much_it_holds(server: RunningServer) -> None:
    server.new_run()
    summary = server.get("/api/assay/v1/store").json
    assert (summary["experiments"], summary["runs"]) == (1, 1)


@pytest.mark.parametrize(
    "path",
    [
        "runs/get?run_id=%ff",
        "runs/get?run_id=%00",
        "runs/get?" + "&".join(f"a{index}=1" for index in range(2000)),
        "experiments/search?max_results=abc",
        "experiments/search?max_results=99999999999999999999999",
        "logged-models/%ff",
        "logged-models/a%00b",
    ],
)
def test_ugly_addresses_are_400(server: RunningServer, path: str) -> None:
    answer = server.ask("GET", API + path)
    assert answer.status in {400, 404}
    assert answer.json["error_code"] in {"INVALID_PARAMETER_VALUE", "RESOURCE_DOES_NOT_EXIST"}


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(server: RunningServer) -> None:
    with server.connect() as connection:
        connection.sendall(
            f"POST {API}runs/create HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize(
    "garbage", [b"\x16\x03\x01\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n", b"\r\n" * 9 + b"x y\r\n\r\n"]
)
def test_what_is_not_http_gets_an_error_in_json(server: RunningServer, garbage: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(garbage)
        received = connection.recv(4096)
    assert received.startswith(b"HTTP/1.1 400")
    assert b'"error_code":"INVALID_PARAMETER_VALUE"' in received


def test_a_server_of_files_alone_serves_files_and_says_so_of_the_rest(tmp_path: Path) -> None:
    place = "/api/2.0/mlflow-artifacts/artifacts/a.txt"
    with server_on_thread(tmp_path, is_artifacts_only=True) as server:
        assert server.ask("PUT", place, b"text").status == 200
        assert server.get(place).text == "text"
        assert server.get("/health").status == server.get("server-info").status == 200
        refused = server.post("experiments/create", {"name": "a"})
        refused_ours = server.get("/api/assay/v1/find", text="a")
    assert refused.status == refused_ours.status == 503
    assert "--artifacts-only" in refused.json["message"]
