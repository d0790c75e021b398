"""A training script is killed at a random point: what a call has returned for is never lost."""

import random
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

import assay
from assay.errors import Unavailable
from client_processes import start_script
from fluent_places import forget_everything
from servers import ServerProcess, server_process, wait_until

LOOP = """
import sys
import assay
run = assay.start_run(run_name="doomed")
print(run.info.run_id, flush=True)
step = 0
while True:
    assay.log_metric("loss", step / 3, step=step)
    assay.log_param(f"p{step}", step) if step % 100 == 0 else None
    step += 1
    # Only what is printed is known to have returned.
    print(step, flush=True)
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget_everything()


def kill_after(folder: Path, uri: str, n_steps: int) -> tuple[str, int]:
    """Kill the loop after about `n_steps`; return its run and how many steps had returned."""
    with start_script(LOOP, folder, uri, ASSAY_FLUSH_TIMEOUT="1") as process:
        run_id = process.stdout.readline().strip()
        assert run_id, process.stderr.read()
        n_returned = 0
        while n_returned < n_steps:
            n_returned = int(process.stdout.readline())
        process.kill()
        for line in process.stdout:
            if line.endswith("\n"):
                n_returned = int(line)
    return run_id, n_returned


def history(uri: str, run_id: str) -> list[tuple[int, float]]:
    found = assay.MlflowClient(uri).get_metric_history(run_id, "loss")
    return sorted((metric.step, metric.value) for metric in found)


@pytest.mark.parametrize("seed", range(3))
def test_offline_nothing_that_returned_is_lost(tmp_path, seed):
    n_steps = random.Random(seed).randint(1, 3000)
    store = str(tmp_path / "store")
    run_id, n_returned = kill_after(tmp_path / "a", f"offline:{tmp_path / 'a'}", n_steps)

    receipt = assay.sync(tmp_path / "a", to=store)

    assert receipt.is_complete
    found = history(store, run_id)
    # One more call may have been under way than was told.
    assert found[:n_returned] == [(step, step / 3) for step in range(n_returned)]
    assert len(found) <= n_returned + 1
    assert assay.verify(tmp_path / "a", to=store).is_complete


def test_syncing_again_and_from_a_copy_changes_nothing(tmp_path):
    store = str(tmp_path / "store")
    run_id, _ = kill_after(tmp_path / "a", f"offline:{tmp_path / 'a'}", 500)
    shutil.copytree(tmp_path / "a", tmp_path / "copy")
    assay.sync(tmp_path / "a", to=store)
    before = assay.MlflowClient(store).get_run(run_id)

    again = assay.sync(tmp_path / "a", to=store)
    from_copy = assay.sync(tmp_path / "copy", to=store)

    assert (again.n_sent, from_copy.n_sent) == (0, 0)
    assert assay.MlflowClient(store).get_run(run_id) == before


def test_a_killed_run_is_failed_with_the_time_of_its_last_record(tmp_path):
    store = str(tmp_path / "store")
    run_id, _ = kill_after(tmp_path / "a", f"offline:{tmp_path / 'a'}", 10)
    assay.sync(tmp_path / "a", to=store)
    info = assay.MlflowClient(store).get_run(run_id).info
    assert info.status == "FAILED"
    assert info.end_time >= info.start_time


def test_a_sync_while_the_run_goes_on_leaves_it_running(tmp_path):
    store = str(tmp_path / "store")
    with start_script(LOOP, tmp_path / "a", f"offline:{tmp_path / 'a'}") as process:
        run_id = process.stdout.readline().strip()
        while int(process.stdout.readline()) < 100:
            pass
        assay.sync(tmp_path / "a", to=store)
        status = assay.MlflowClient(store).get_run(run_id).info.status
        process.kill()
        process.stdout.read()
    assay.sync(tmp_path / "a", to=store)
    assert status == "RUNNING"
    assert len(history(store, run_id)) >= 100
    assert assay.verify(tmp_path / "a", to=store).is_complete


@pytest.mark.parametrize("seed", range(2))
def test_with_a_server_the_rest_comes_by_sync(tmp_path, seed):
    n_steps = random.Random(seed).randint(1, 5000)
    with server_process(tmp_path / "server") as server:
        run_id, n_returned = kill_after(tmp_path / "a", server.url, n_steps)
        assay.sync(tmp_path / "a")
        found = history(server.url, run_id)
        forget_everything()
    assert found[:n_returned] == [(step, step / 3) for step in range(n_returned)]
    assert not list((tmp_path / "a" / "journal").glob("*/*.jsonl")), "what arrived is deleted"


LONELY = """
import time
import assay
with assay.start_run() as run:
    assay.log_metric("loss", 0.5)
    assay.log_text("hello", "a.txt")
    print(run.info.run_id, flush=True)
    time.sleep(60)
"""


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[ServerProcess, str]]:
    """A server that came up only after a process that logs to it was killed, and that one's run."""
    # A sync that took its target from the present folder would find a store here.
    monkeypatch.chdir(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with start_script(LONELY, tmp_path / "a", f"http://127.0.0.1:{port}") as process:
        run_id = process.stdout.readline().strip()
        process.kill()
    with server_process(tmp_path / "server", port=port) as server:
        yield server, run_id
        forget_everything()


def logged_text(server: ServerProcess, run_id: str) -> bytes:
    return server.get("/get-artifact", run_id=run_id, path="a.txt").body


def test_the_files_of_a_killed_run_go_where_the_run_was_meant_for(tmp_path, waiting):
    server, run_id = waiting
    receipt = assay.sync(tmp_path / "a")
    assert receipt.is_complete
    assert receipt.n_files >= 1
    assert logged_text(server, run_id) == b"hello"
    assert not list((tmp_path / "a" / "journal").glob("*/*.jsonl")), "what arrived is deleted"
    assert assay.sync(tmp_path / "a").n_files == 0


def test_a_journal_is_kept_until_the_files_of_its_run_have_arrived(tmp_path, waiting, monkeypatch):
    server, run_id = waiting
    with monkeypatch.context() as patch:
        patch.setattr("assay.client.sync.deliver_run_files", refuse_files)
        assert not assay.sync(tmp_path / "a").is_complete
    assert assay.sync(tmp_path / "a").is_complete
    assert logged_text(server, run_id) == b"hello"


def refuse_files(*_: object) -> int:
    raise Unavailable("The store of files is away.")


SLOW_LOOP = """
import time
import assay
with assay.start_run() as run:
    print(run.info.run_id, flush=True)
    for step in range(20_000):
        assay.log_metric("loss", step / 3, step=step)
        time.sleep(0.0001) if step % 10 == 0 else None
"""


def test_a_server_that_is_killed_and_restarted_gets_everything_once(tmp_path):
    with server_process(tmp_path / "server") as server:
        port = int(server.url.rpartition(":")[2])
        process = start_script(SLOW_LOOP, tmp_path / "a", server.url, ASSAY_FLUSH_TIMEOUT="60")
        run_id = process.stdout.readline().strip()
        wait_until(lambda: _has_points(server, run_id))
        server.kill()
    with server_process(tmp_path / "server", port=port) as server, process:
        _, errors = process.communicate(timeout=90)
        assert process.returncode == 0, errors
        found = history(server.url, run_id)
        status = assay.MlflowClient(server.url).get_run(run_id).info.status
        forget_everything()
    assert found == [(step, step / 3) for step in range(20_000)]
    assert status == "FINISHED"


def _has_points(server: ServerProcess, run_id: str) -> bool:
    answer = server.get("metrics/get-history", run_id=run_id, metric_key="loss", max_results=1)
    return b"loss" in answer.body
