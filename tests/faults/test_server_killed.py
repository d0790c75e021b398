"""A server that dies or is stopped while clients write loses nothing that it acknowledged."""

import http.client
import json
import signal
import threading
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from servers import API, ServerProcess, server_process, wait_until

N_WRITERS = 4
STOP_LIMIT_S = 9.0  # below the ten seconds after which a slow head is closed


class Writer(threading.Thread):
    """Logs points with growing steps until the server is gone; remembers what it was promised."""

    def __init__(self, server: ServerProcess, run_id: str) -> None:
        super().__init__()
        parts = urlsplit(server.url)
        self.run_id = run_id
        self.acknowledged = 0
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)

    def run(self) -> None:
        try:
            while self._log(self.acknowledged):
                self.acknowledged += 1
        except (OSError, http.client.HTTPException):
            pass
        finally:
            self._connection.close()

    def _log(self, step: int) -> bool:
        points = [{"key": key, "value": step, "timestamp": 1, "step": step} for key in "ab"]
        body = {"run_id": self.run_id, "metrics": points}
        body["params"] = [{"key": f"p{step}", "value": "x"}]
        self._connection.request(
            "POST", f"{API}runs/log-batch", json.dumps(body), {"Content-Type": "application/json"}
        )
        answer = self._connection.getresponse()
        answer.read()
        return answer.status == 200


def start_writers(server: ServerProcess, *, n_acknowledged: int) -> list[Writer]:
    writers = [Writer(server, server.new_run()) for _ in range(N_WRITERS)]
    for writer in writers:
        writer.start()
    wait_until(lambda: all(writer.acknowledged >= n_acknowledged for writer in writers))
    return writers


def assert_nothing_lost(root: Path, writers: list[Writer]) -> None:
    for writer in writers:
        writer.join(30)
        assert not writer.is_alive()
    with server_process(root) as server:
        for writer in writers:
            steps = kept_steps(server, writer.run_id)
            # The last request may have been applied although its answer never arrived.
            assert steps in (
                list(range(writer.acknowledged)),
                list(range(writer.acknowledged + 1)),
            )
            params = server.get("runs/get", run_id=writer.run_id).json["run"]["data"]["params"]
            assert len(params) == len(steps)


def kept_steps(server: ServerProcess, run_id: str) -> list[int]:
    answer = server.get(
        "metrics/get-history", run_id=run_id, metric_key="a", max_results=25_000
    ).json
    return [point["step"] for point in answer["metrics"]]


@pytest.mark.parametrize("n_acknowledged", [1, 20, 100])
def test_killed_server_keeps_every_acknowledged_point(tmp_path, n_acknowledged):
    with server_process(tmp_path) as server:
        writers = start_writers(server, n_acknowledged=n_acknowledged)
        server.kill()
        assert_nothing_lost(tmp_path, writers)


def test_stopped_server_ends_in_time_with_nothing_lost(tmp_path):
    with server_process(tmp_path) as server:
        writers = start_writers(server, n_acknowledged=20)
        exit_code = server.stop(STOP_LIMIT_S)
        assert exit_code in (0, -signal.SIGTERM)
        assert_nothing_lost(tmp_path, writers)


def test_idle_connections_do_not_delay_stopping(tmp_path):
    with server_process(tmp_path) as server:
        idle = [server.connect() for _ in range(20)]
        slow = server.connect()
        slow.sendall(b"POST /api/2.0/mlflow/runs/create HTTP/1.1\r\nHost: localhost\r\n")
        server.stop(STOP_LIMIT_S)
        for connection in (*idle, slow):
            connection.close()


def test_killed_workers_keep_every_acknowledged_point(tmp_path):
    with server_process(tmp_path, workers=2) as server:
        writers = start_writers(server, n_acknowledged=20)
        server.stop()
        assert_nothing_lost(tmp_path, writers)
