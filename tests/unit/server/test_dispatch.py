"""What dispatch does before and after routes, through real connections."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from assay.errors import PermissionDenied
from assay.server.limits import Limits
from assay.wire.endpoint import Level, Permission, Request
from servers import API, RunningServer, server_on_thread, wait_until

FOREIGN = {"Origin": "https://evil.com", "Content-Type": "application/json"}
LIMITS = Limits(
    head_s=0.5,
    body_window_s=0.5,
    body_bytes_per_s=100_000,
    head_bytes=4096,
    connections_per_peer=20,
    buffered_bytes=3_000_000,
)


@pytest.fixture(scope="module")
def strict_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    root: Path = tmp_path_factory.mktemp("strict")
    with server_on_thread(
        root,
        limits=LIMITS,
        static_prefix="/team",
        allowed_hosts=("assay.example.com",),
        allowed_origins=("https://ui.example.com",),
    ) as running:
        yield running


def test_a_foreign_host_is_refused_in_plain_text(strict_server: RunningServer) -> None:
    answer = strict_server.ask("GET", API + "runs/get?run_id=x", headers={"Host": "evil.com"})
    assert (answer.status, answer.headers["content-type"]) == (403, "text/plain; charset=utf-8")
    assert answer.text == "Invalid Host header - possible DNS rebinding attack detected"


@pytest.mark.parametrize("path", ["/health", "/version"])
def test_probes_of_load_balancers_may_have_any_host(
    strict_server: RunningServer, path: str
) -> None:
    assert strict_server.ask("GET", path, headers={"Host": "10.1.2.3"}).status == 200


@pytest.mark.parametrize("path", [API, "/team/ajax-api/2.0/mlflow/"])
def test_a_foreign_page_cannot_write(strict_server: RunningServer, path: str) -> None:
    answer = strict_server.ask("POST", path + "runs/create", b"{}", FOREIGN)
    assert (answer.status, answer.text) == (403, "Cross-origin request blocked")


def test_an_allowed_origin_gets_its_preflight_and_its_grant(strict_server: RunningServer) -> None:
    origin = {"Origin": "https://ui.example.com"}
    preflight = strict_server.ask("OPTIONS", API + "runs/create", headers=origin)
    assert preflight.status == 204
    assert preflight.headers["access-control-max-age"] == "600"
    assert "PATCH" in preflight.headers["access-control-allow-methods"]
    written = strict_server.post("runs/create", {}, **origin)
    assert written.status == 200
    assert written.headers["access-control-allow-origin"] == "https://ui.example.com"


def test_nobody_else_gets_a_grant(strict_server: RunningServer) -> None:
    for origin in ("https://evil.com", "http://localhost:3000"):
        answer = strict_server.ask("OPTIONS", API + "runs/create", headers={"Origin": origin})
        assert "access-control-allow-origin" not in answer.headers
        assert answer.status in {403, 405}


def test_a_prefix_stands_before_pages_and_never_before_the_api(
    strict_server: RunningServer,
) -> None:
    for path in ("/team", "/team/", "/team/docs", "/team/openapi.json", "/health"):
        assert strict_server.ask("GET", path).status == 200
    assert (
        strict_server.get("/team/ajax-api/2.0/mlflow/experiments/get", experiment_id="0").status
        == 200
    )
    assert (
        strict_server.get("/team/api/2.0/mlflow/experiments/get", experiment_id="0").status == 404
    )


def test_a_slow_head_is_cut_off(strict_server: RunningServer) -> None:
    with strict_server.connect() as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: local")
        assert connection.recv(4096).startswith(b"HTTP/1.1 408")


def test_silence_is_cut_off(strict_server: RunningServer) -> None:
    with strict_server.connect() as connection:
        assert b"408" in connection.recv(4096)


def test_a_slow_body_is_cut_off(strict_server: RunningServer) -> None:
    with strict_server.connect() as connection:
        connection.sendall(
            f"POST {API}runs/create HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{".encode()
        )
        received = connection.recv(4096)
    assert received.startswith(b"HTTP/1.1 408")
    assert b"DEADLINE_EXCEEDED" in received


def test_a_head_that_is_too_long_is_refused(strict_server: RunningServer) -> None:
    answer = strict_server.ask("GET", "/health", headers={"X-Long": "x" * 8000})
    assert answer.status == 431


def test_one_peer_cannot_take_all_connections(strict_server: RunningServer) -> None:
    connections = [strict_server.connect() for _ in range(LIMITS.connections_per_peer + 5)]
    refused = connections[-1].recv(4096)
    for connection in connections:
        connection.close()
    assert refused.startswith(b"HTTP/1.1 429")
    wait_until(lambda: strict_server.ask("GET", "/health").status == 200)


def test_large_bodies_wait_for_room(strict_server: RunningServer) -> None:
    content = b'{"experiment_id": "' + b"x" * 4_000_000 + b'"}'
    kind = {"Content-Type": "application/json"}
    answer = strict_server.ask("POST", API + "runs/create", content, kind)
    assert answer.status == 429
    assert answer.headers["retry-after"] == "1"
    assert strict_server.post("runs/create", {}).status == 200


def test_a_client_that_sends_a_refused_body_to_its_end_reads_why(
    strict_server: RunningServer,
) -> None:
    content = b"{" + b" " * 40_000_000 + b"}"
    answer = strict_server.ask(
        "POST", API + "runs/create", content, {"Content-Type": "application/json"}
    )
    assert answer.status == 413


def test_a_body_in_chunks_is_limited_while_it_is_read(strict_server: RunningServer) -> None:
    kind = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    with strict_server.connect() as connection:
        connection.sendall(
            f"POST {API}runs/create HTTP/1.1\r\nHost: localhost\r\n".encode()
            + b"".join(f"{name}: {value}\r\n".encode() for name, value in kind.items())
            + b"\r\n2\r\n{}\r\n0\r\n\r\n"
        )
        assert connection.recv(4096).startswith(b"HTTP/1.1 200")


def test_pages_forbid_inline_scripts_and_other_hosts(strict_server: RunningServer) -> None:
    for path in ("/team/", "/team/docs"):
        answer = strict_server.ask("GET", path)
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "'unsafe-" not in policy
        assert "nonce" not in policy.partition("script-src")[2].partition(";")[0]
        assert "<script>" not in answer.text
        assert "http://" not in answer.text.replace("http://www.w3.org/2000/svg", "")
        assert "https://" not in answer.text


def test_every_file_that_a_page_names_is_there(strict_server: RunningServer) -> None:
    for name in ("pages.css", "docs.js", "icon.svg"):
        answer = strict_server.ask("GET", f"/team/static-files/{name}")
        assert (answer.status, answer.headers["x-content-type-options"]) == (200, "nosniff")


def test_an_unforeseen_failure_shows_an_id_and_nothing_else(
    strict_server: RunningServer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_arguments: object) -> None:
        raise ValueError("SELECT secret FROM /etc/passwd")

    monkeypatch.setattr("assay.store.runs.get_run", fail)
    answer = strict_server.get("runs/get", run_id="x")
    assert (answer.status, answer.json["error_code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.text
    incident = answer.json["message"].rpartition(" ")[2].rstrip(".")
    assert incident in caplog.text
    assert "SELECT secret" in caplog.text


class _ClosedGuard:
    """Refuses whatever is not public."""

    def __init__(self) -> None:
        self.asked: list[Permission] = []

    def check(
        self, permission: Permission, request: Request, headers: Mapping[bytes, bytes]
    ) -> None:
        self.asked.append(permission)
        if permission.level is not Level.PUBLIC:
            raise PermissionDenied("Permission denied")


def test_every_endpoint_asks_its_guard_before_anything_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guard = _ClosedGuard()
    monkeypatch.setattr("assay.server.app.OpenGuard", lambda: guard)
    with server_on_thread(tmp_path) as server:
        assert server.get("/api/3.0/mlflow/server-info").status == 200
        refused = [
            server.post("runs/create", {}),
            server.get("runs/get", run_id="x"),
            server.ask("PUT", "/api/2.0/mlflow-artifacts/artifacts/a", b"x"),
            server.ask("GET", "/api/2.0/mlflow-artifacts/artifacts/a"),
            server.ask("DELETE", "/api/2.0/mlflow-artifacts/artifacts/a"),
        ]
    assert [answer.json for answer in refused] == [
        {"error_code": "PERMISSION_DENIED", "message": "Permission denied"}
    ] * len(refused)
    assert len(guard.asked) == len(refused) + 1
