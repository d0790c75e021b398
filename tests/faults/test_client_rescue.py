"""What a killed process left is delivered by the next one that reaches the same store."""

import pytest

import assay
from client_processes import run_script, start_script
from servers import server_process, wait_until

LOOP = """
import assay
with assay.start_run() as run:
    print(run.info.run_id, flush=True)
    step = 0
    while True:
        assay.log_metric("loss", float(step), step=step)
        print(step, flush=True)
        step += 1
"""

NEXT = """
import pathlib
import time
import assay
with assay.start_run(run_id={run_id!r}) as run:
    assay.log_metric("next", 1.0)
    while not pathlib.Path("go").exists():
        time.sleep(0.01)
"""


def kill_after(folder, uri, n_steps):
    """Return the id of a run whose process was killed, and how many calls had returned."""
    with start_script(LOOP, folder, uri) as process:
        run_id = process.stdout.readline().strip()
        n_returned = 0
        while n_returned < n_steps:
            n_returned = int(process.stdout.readline()) + 1
        process.kill()
        n_returned += len(process.stdout.read().splitlines())
    return run_id, n_returned


def has_logged_next(client, run_id):
    """Return whether the second process has taken the run up and logged to it."""
    try:
        return bool(client.get_metric_history(run_id, "next"))
    except assay.exceptions.MlflowException:
        return False


@pytest.fixture(params=["embedded", "server"])
def uri(request, tmp_path):
    if request.param == "embedded":
        yield str(tmp_path / "store")
        return
    with server_process(tmp_path / "server") as server:
        yield server.url


def test_the_next_process_delivers_what_a_killed_one_left(tmp_path, uri):
    run_id, n_returned = kill_after(tmp_path, uri, 3000)

    done = run_script(
        "import assay\nwith assay.start_run(): assay.log_param('a', 1)", tmp_path, uri
    )

    assert done.returncode == 0, done.stderr
    client = assay.MlflowClient(uri)
    with start_script(NEXT.format(run_id=None), tmp_path, uri, ASSAY_FLUSH_TIMEOUT="5") as waiting:
        wait_until(lambda: client.get_run(run_id).info.status == "FAILED")
        (tmp_path / "go").touch()
        waiting.communicate(timeout=60)
    assert len(client.get_metric_history(run_id, "loss")) >= n_returned


def test_a_run_that_was_taken_up_again_is_not_failed_for_its_dead_process(tmp_path, uri):
    run_id, n_returned = kill_after(tmp_path, uri, 100)
    client = assay.MlflowClient(uri)

    with start_script(NEXT.format(run_id=run_id), tmp_path, uri) as process:
        wait_until(lambda: has_logged_next(client, run_id))
        status = client.get_run(run_id).info.status
        (tmp_path / "go").touch()
        process.communicate(timeout=60)

    assert status == "RUNNING"
    assert len(client.get_metric_history(run_id, "loss")) >= n_returned
    assert client.get_run(run_id).info.status == "FINISHED"
