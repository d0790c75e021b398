import os
import signal
import socket
from pathlib import Path

import pytest

from assay.errors import Unavailable
from assay.server.run import address_of, listen
from servers import RunningServer, server_process, wait_until


def children_of(process_id: int) -> set[int]:
    listed = Path(f"/proc/{process_id}/task/{process_id}/children").read_text(encoding="ascii")
    return {
        child
        for child in map(int, listed.split())
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    }


def answers(server: RunningServer) -> bool:
    try:
        return server.get("experiments/get", experiment_id="0").status == 200
    except OSError:
        return False


def test_a_taken_port_is_told_with_what_to_do() -> None:
    listener = listen("127.0.0.1", 0)
    with listener, pytest.raises(Unavailable, match="Choose another --port"):
        listen("127.0.0.1", listener.getsockname()[1])


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_the_address_is_one_that_clients_can_use(host: str) -> None:
    with listen(host, 0) as listener:
        assert address_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.mark.skipif(not socket.has_ipv6, reason="needs IPv6")
def test_an_ipv6_address_stands_in_brackets() -> None:
    with listen("::1", 0) as listener:
        assert address_of(listener).startswith("http://[::1]:")


def test_workers_share_the_work_replace_the_dead_and_stop_together(tmp_path: Path) -> None:
    with server_process(tmp_path, workers=2) as server:
        workers = children_of(server.process.pid)
        run_id = server.new_run()
        victim = min(workers)
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: victim not in children_of(server.process.pid))
        wait_until(lambda: len(children_of(server.process.pid)) == 2)
        wait_until(lambda: answers(server))
        assert server.get("runs/get", run_id=run_id).status == 200
        remaining = children_of(server.process.pid)
        assert server.stop() == 0
        assert len(workers) == 2
        assert not any(Path(f"/proc/{worker}").exists() for worker in remaining)
