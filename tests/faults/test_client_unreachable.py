"""The server is away, mute or mad for the whole run: training is not slowed, and nothing is lost."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import assay
from client_processes import environment, run_script
from fluent_places import forget_everything
from servers import server_on_thread, server_process

TRAINING = """
import time
import assay
began = time.monotonic()
assay.set_experiment("far away")
with assay.start_run(run_name="lonely") as run:
    started = time.monotonic()
    for step in range(20_000):
        assay.log_metric("loss", step / 3, step=step)
    assay.log_param("p", 1)
    assay.log_text("hello", "a.txt")
    logged = time.monotonic()
print(run.info.run_id, started - began, logged - started)
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget_everything()


class Peer:
    """Something that listens and answers every request with the same bytes, or with nothing."""

    def __init__(self, answer: bytes | None) -> None:
        self._answer = answer
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                self._held.append(connection)
                if self._answer is not None:
                    connection.recv(65536)
                    connection.sendall(self._answer)
                    connection.close()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)
        for connection in self._held:
            connection.close()


UNAVAILABLE = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbusy"
)
GARBAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 7\r\nConnection: close\r\n\r\n\xff\x00<html"
NO_HTTP = b"SSH-2.0-OpenSSH_9.6\r\n"


@pytest.fixture(params=["refused", "mute", "unavailable", "garbage", "no http"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "refused":
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
        yield f"http://127.0.0.1:{port}"
        return
    answers = {"mute": None, "unavailable": UNAVAILABLE, "garbage": GARBAGE, "no http": NO_HTTP}
    peer = Peer(answers[request.param])
    yield peer.url
    peer.close()


def test_training_goes_on_and_all_of_it_is_synced_later(tmp_path: Path, url: str):
    began = time.monotonic()
    script = run_script(TRAINING, tmp_path / "a", url, ASSAY_FLUSH_TIMEOUT="2")
    took_s = time.monotonic() - began
    assert script.returncode == 0, script.stderr
    run_id, start_s, log_s = script.stdout.splitlines()[-1].split()
    assert float(start_s) < 10
    assert float(log_s) < 10
    assert took_s < 60
    assert script.stderr.count("assay sync") == 1 + script.stderr.count("sends what is left")

    with server_on_thread(tmp_path / "server") as server:
        receipt = assay.sync(tmp_path / "a", to=server.url)
        client = assay.MlflowClient(server.url)
        run = client.get_run(run_id)
        n_points = len(client.get_metric_history(run_id, "loss"))
        files = [info.path for info in client.list_artifacts(run_id)]
        experiment = client.get_experiment(run.info.experiment_id)
        forget_everything()
    assert receipt.is_complete
    assert run.info.status == "FINISHED"
    assert run.data.params == {"p": "1"}
    assert n_points == 20_000
    assert files == ["a.txt", "assay"]
    assert experiment.name == "far away"


LATE = """
import assay
with assay.start_run() as run:
    assay.log_metric("m", 1.0)
    print(run.info.run_id, flush=True)
    input()
    assay.log_metric("m", 2.0, step=1)
"""


def test_a_server_that_comes_up_during_the_run_gets_everything(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    (tmp_path / "a").mkdir()
    process = subprocess.Popen(
        [sys.executable, "-c", LATE],
        cwd=tmp_path / "a",
        env=environment(tmp_path / "a", f"http://127.0.0.1:{port}", ASSAY_FLUSH_TIMEOUT="60"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        run_id = process.stdout.readline().strip()
        with server_process(tmp_path / "server", port=port) as server:
            _, errors = process.communicate("go\n", timeout=90)
            assert process.returncode == 0, errors
            run = assay.MlflowClient(server.url).get_run(run_id)
            forget_everything()
    assert run.info.status == "FINISHED"
    assert run.data.metrics == {"m": 2.0}
