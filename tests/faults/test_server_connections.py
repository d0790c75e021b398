"""Idle, slow and broken connections do not starve other clients."""

import contextlib
import resource
import select
import socket
from collections.abc import Iterator

import pytest

from servers import RunningServer, server_on_thread, server_process

N_CONNECTIONS = 500
HALF_HEAD = b"POST /api/2.0/mlflow/runs/log-batch HTTP/1.1\r\nHost: localhost\r\n"
HALF_BODY = (
    HALF_HEAD + b"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n" + b'{"run_id":'
)
HALF_UPLOAD = (
    b"PUT /api/2.0/mlflow-artifacts/artifacts/0/slow.bin HTTP/1.1\r\nHost: localhost\r\n"
    b"Content-Length: 1000000\r\n\r\nslow"
)
UNREAD = b"GET /api/2.0/mlflow/experiments/search?max_results=1 HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextlib.contextmanager
def connections(server: RunningServer, sent: bytes) -> Iterator[list[socket.socket]]:
    with contextlib.ExitStack() as stack:
        held = [stack.enter_context(server.connect()) for _ in range(N_CONNECTIONS)]
        for connection in held:
            connection.sendall(sent)
        yield held


@pytest.fixture(autouse=True)
def enough_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 3 * N_CONNECTIONS:
        if hard != resource.RLIM_INFINITY and hard < 3 * N_CONNECTIONS:
            pytest.skip(f"needs {3 * N_CONNECTIONS} open files, may have {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (3 * N_CONNECTIONS, hard))


@pytest.mark.parametrize(
    "sent",
    [b"", HALF_HEAD, HALF_BODY, HALF_UPLOAD],
    ids=["idle", "half-head", "half-body", "half-upload"],
)
def test_slow_connections_do_not_starve_others(tmp_path, sent):
    with server_process(tmp_path) as server, connections(server, sent) as held:
        exchange_with(server)
        # The answers came first: the server was still waiting for each of the others.
        assert not readable(held)


def test_unread_answers_do_not_starve_others(tmp_path):
    with server_process(tmp_path) as server, connections(server, UNREAD):
        exchange_with(server)


def exchange_with(server: RunningServer) -> None:
    """Log, upload and download; each answer has to come within the client's timeout."""
    run_id = server.new_run()
    body = {"run_id": run_id, "key": "m", "value": 1, "timestamp": 1}
    assert server.post("runs/log-metric", body).status == 200
    path = f"/api/2.0/mlflow-artifacts/artifacts/0/{run_id}/artifacts/a.txt"
    assert server.ask("PUT", path, b"quick").status == 200
    assert server.ask("GET", path).body == b"quick"


def readable(held: list[socket.socket]) -> list[int]:
    """Return those that were answered or closed."""
    poll = select.poll()
    for connection in held:
        poll.register(connection, select.POLLIN)
    return [number for number, _ in poll.poll(0)]


@pytest.mark.parametrize("sent", [HALF_HEAD, HALF_BODY], ids=["half-head", "half-body"])
def test_connection_that_never_ends_its_request_is_closed(tmp_path, sent):
    limits = quick_limits()
    with server_on_thread(tmp_path, limits=limits) as server, server.connect() as connection:
        connection.sendall(sent)
        connection.settimeout(15)
        received = b"".join(iter(lambda: connection.recv(65536), b""))
        assert received == b"" or b" 408 " in received.splitlines()[0]


def test_abandoned_upload_leaves_nothing_behind(tmp_path):
    with server_on_thread(tmp_path) as server:
        with server.connect() as connection:
            connection.sendall(HALF_UPLOAD)
        answer = server.ask("GET", "/api/2.0/mlflow-artifacts/artifacts/0/slow.bin")
        assert answer.status == 404


def quick_limits():
    from assay.server.limits import Limits

    return Limits(head_s=0.5, body_window_s=0.5)
