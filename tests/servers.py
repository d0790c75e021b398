"""Running servers for tests: on a thread for quick tests, as a process for those that kill it."""

import asyncio
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from assay.server.app import ServerSettings
from assay.server.limits import Limits
from assay.server.run import LimitedServer, address_of, listen, server_config

API = "/api/2.0/mlflow/"
DEADLINE_S = 20.0


class Answer(msgspec.Struct):
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class RunningServer:
    """A server at `url`, with ways to ask it."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self.root = root

    def ask(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send exactly this request."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port, timeout=DEADLINE_S
        )
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, received, answer.read())
        finally:
            connection.close()

    def post(self, path: str, message: Any, /, *, method: str = "POST", **headers: str) -> Answer:
        """Send a message as JSON to an endpoint of the compatible API."""
        given = {"Content-Type": "application/json", **headers}
        address = path if path.startswith("/") else API + path
        return self.ask(method, address, json.dumps(message), given)

    def get(self, path: str, /, **parameters: Any) -> Answer:
        """Ask an endpoint of the compatible API with a query."""
        address = path if path.startswith("/") else API + path
        query = urlencode(parameters, doseq=True)
        return self.ask("GET", f"{address}?{query}" if query else address)

    def connect(self) -> socket.socket:
        """Open a plain connection."""
        parts = urlsplit(self.url)
        return socket.create_connection((parts.hostname, parts.port), timeout=DEADLINE_S)

    def new_experiment(self, name: str) -> str:
        """Create an experiment and return its id."""
        return str(self.post("experiments/create", {"name": name}).json["experiment_id"])

    def new_run(self, experiment_id: str = "0", **fields: Any) -> str:
        """Create a run and return its id."""
        answer = self.post("runs/create", {"experiment_id": experiment_id, **fields})
        return str(answer.json["run"]["info"]["run_id"])


class ServerProcess(RunningServer):
    """A server in a process of its own, which may be killed."""

    def __init__(self, url: str, root: Path, process: subprocess.Popen[str]) -> None:
        super().__init__(url, root)
        self.process = process

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        self.process.kill()
        self.process.wait(DEADLINE_S)

    def stop(self, timeout_s: float = DEADLINE_S) -> int:
        """Ask it to stop, wait, and return its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)


@contextmanager
def server_on_thread(
    root: Path, *, database_uri: str | None = None, limits: Limits | None = None, **settings: Any
) -> Iterator[RunningServer]:
    """Run a server in this process, with its own event loop."""
    listener = listen("127.0.0.1", 0)
    chosen = ServerSettings(
        database_uri=database_uri or f"sqlite:///{root}/assay.db",
        artifact_root=settings.pop("artifact_root", str(root / "artifacts")),
        synchronous="NORMAL",
        limits=limits or Limits(),
        **settings,
    )
    ready = threading.Event()
    server = LimitedServer(server_config(chosen), on_ready=ready.set)
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
    thread.start()
    try:
        assert ready.wait(DEADLINE_S), "the server did not start"
        yield RunningServer(address_of(listener), root)
    finally:
        server.should_exit = True
        thread.join(DEADLINE_S)


_MAIN = """
import sys
import msgspec
from assay.server.app import ServerSettings
from assay.server.run import run_server
settings = msgspec.json.decode(sys.argv[1], type=ServerSettings)
run_server(settings, port=int(sys.argv[2]), workers=int(sys.argv[3]),
           on_ready=lambda url: print(url, flush=True))
"""


@contextmanager
def server_process(
    root: Path,
    *,
    port: int = 0,
    workers: int = 1,
    database_uri: str | None = None,
    **settings: Any,
) -> Iterator[ServerProcess]:
    """Run a server in a process of its own, which is killed at the end if it still runs."""
    chosen = ServerSettings(
        database_uri=database_uri or f"sqlite:///{root}/assay.db",
        artifact_root=str(root / "artifacts"),
        **settings,
    )
    process = subprocess.Popen(
        [
            sys.executable,
            "-c",
            _MAIN,
            msgspec.json.encode(chosen).decode(),
            str(port),
            str(workers),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert process.stdout is not None
    try:
        url = process.stdout.readline().strip()
        assert url, "the server did not start"
        server = ServerProcess(url, root, process)
        wait_until(lambda: _answers(server))
        yield server
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(DEADLINE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        process.stdout.close()


def _answers(server: RunningServer) -> bool:
    try:
        return server.ask("GET", "/health").status == 200
    except OSError:
        return False


def wait_until(condition: Any, *, deadline_s: float = DEADLINE_S) -> None:
    """Wait until `condition()` is true; fail after the deadline."""
    end = time.monotonic() + deadline_s
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)
