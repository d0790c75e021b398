"""Forks, many writers of one run, and exits of every kind."""

from collections.abc import Iterator

import pytest

import assay
from client_processes import run_script, start_script
from fluent_places import forget_everything

FORKS = """
import os
import assay
run = assay.start_run()
assay.log_metric("parent", 1.0)
children = []
for rank in range(4):
    child = os.fork()
    if child == 0:
        assert assay.active_run() is None
        for step in range(500):
            assay.log_metric(f"rank{rank}", float(step), step=step, run_id=run.info.run_id)
        assay.flush_async_logging()
        os._exit(0)
    children.append(child)
for step in range(500):
    assay.log_metric("parent", float(step), step=step)
assert all(os.waitpid(child, 0)[1] == 0 for child in children)
assay.end_run()
print(run.info.run_id)
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget_everything()


@pytest.mark.parametrize("kind", ["embedded", "offline"])
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_forked_processes_log_to_one_run(tmp_path, kind):
    store = str(tmp_path / "store")
    uri = store if kind == "embedded" else f"offline:{tmp_path / 'a'}"
    script = run_script(FORKS, tmp_path / "a", uri)
    assert script.returncode == 0, script.stderr
    assay.sync(tmp_path / "a", to=store)
    client = assay.MlflowClient(store)
    run_id = script.stdout.strip()
    counts = {
        key: len(client.get_metric_history(run_id, key))
        for key in client.get_run(run_id).data.metrics
    }
    assert counts == {f"rank{rank}": 500 for rank in range(4)} | {"parent": 501}
    assert client.get_run(run_id).info.status == "FINISHED"


EXITS = {
    "falls off the end": ("", "FINISHED"),
    "sys.exit": ("import sys; sys.exit(3)", "FAILED"),
    "uncaught exception": ("raise ValueError('x')", "FAILED"),
}


@pytest.mark.parametrize("ending", EXITS)
def test_runs_that_are_left_open_end_with_the_interpreter(tmp_path, ending):
    code = (
        "import assay\nassay.log_metric('m', 1.0)\n"
        "print(assay.active_run().info.run_id, flush=True)\n" + EXITS[ending][0]
    )
    store = str(tmp_path / "store")
    script = run_script(code, tmp_path / "a", store)
    run = assay.MlflowClient(store).get_run(script.stdout.strip())
    assert run.info.status == EXITS[ending][1]
    assert run.data.metrics == {"m": 1.0}


def test_os_exit_in_embedded_mode_leaves_the_rest_to_sync(tmp_path):
    code = (
        "import os, assay\nrun = assay.start_run()\nprint(run.info.run_id, flush=True)\n"
        "for step in range(1000): assay.log_metric('m', 1.0, step=step)\n"
        "os._exit(1)"
    )
    store = str(tmp_path / "store")
    script = run_script(code, tmp_path / "a", store)
    assay.sync(tmp_path / "a", to=store)
    client = assay.MlflowClient(store)
    run_id = script.stdout.strip()
    assert len(client.get_metric_history(run_id, "m")) == 1000
    assert client.get_run(run_id).info.status == "FAILED"


def test_many_processes_share_one_embedded_store(tmp_path):
    code = (
        "import assay\nassay.set_experiment('shared')\n"
        "with assay.start_run() as run:\n"
        "    for step in range(200): assay.log_metric('m', float(step), step=step)\n"
    )
    store = str(tmp_path / "store")
    processes = [start_script(code, tmp_path / str(n), store) for n in range(6)]
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    client = assay.MlflowClient(store)
    experiment = client.get_experiment_by_name("shared")
    runs = client.search_runs([experiment.experiment_id])
    assert [run.data.metrics for run in runs] == [{"m": 199.0}] * 6
    assert {run.info.status for run in runs} == {"FINISHED"}
