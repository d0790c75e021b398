"""The journal's own disk is full: training goes on, with one warning and a count."""

import re

import pytest

import assay
from client_processes import run_script

# A limit on the size of files is to a process what a full disk is: writes fail, the last in part.
TRAINING = """
import resource
import assay
run = assay.start_run()
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
for step in range(2_000):
    assay.log_metric("loss", float(step), step=step)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assay.log_metric("after", 1.0)
assay.end_run()
print(run.info.run_id)
"""


def test_training_goes_on_and_what_was_dropped_is_counted(tmp_path):
    script = run_script(TRAINING, tmp_path / "a", f"offline:{tmp_path / 'a'}")
    assert script.returncode == 0, script.stderr
    assert script.stderr.count("cannot be written") == 1
    total = re.search(r"In all, (\d+) records", script.stderr)

    store = str(tmp_path / "store")
    proof_before = assay.sync(tmp_path / "a", to=store)
    assert proof_before.is_complete
    client = assay.MlflowClient(store)
    run = client.get_run(script.stdout.strip())
    steps = [metric.step for metric in client.get_metric_history(run.info.run_id, "loss")]
    client.connection.close()
    # A checksum of fewer digits makes a shorter line, which may still fit where one before did not.
    assert steps == sorted(set(steps))
    assert steps[:100] == list(range(100))
    assert 100 < len(steps) < 2_000
    assert total is not None
    assert int(total[1]) == 2_000 - len(steps)
    assert run.data.metrics["after"] == 1.0
    assert run.info.status == "FINISHED"
    assert assay.verify(tmp_path / "a", to=store).is_complete


FULL_FROM_THE_START = """
import resource
import assay
resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
run = assay.start_run()
for step in range(100):
    assay.log_metric("lost", float(step), step=step)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
with assay.start_run(nested=True) as second:
    assay.log_metric("after", 1.0)
print(second.info.run_id)
"""


@pytest.mark.parametrize("room", [0, 60])
def test_a_disk_that_is_full_from_the_start_costs_only_what_did_not_fit(tmp_path, room):
    code = FULL_FROM_THE_START.replace("ROOM", str(room))
    script = run_script(code, tmp_path / "a", f"offline:{tmp_path / 'a'}")
    assert script.returncode == 0, script.stderr

    store = str(tmp_path / "store")
    assay.sync(tmp_path / "a", to=store)
    client = assay.MlflowClient(store)
    run = client.get_run(script.stdout.strip())
    client.connection.close()
    assert run.data.metrics == {"after": 1.0}
    assert run.info.status == "FINISHED"


FULL_WHILE_THE_RUN_BEGINS = """
import resource
import assay
resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, resource.RLIM_INFINITY))
run = assay.start_run(run_name="begun on a full disk")
assay.log_param("rate", 0.1)
for step in range(100):
    assay.log_metric("lost", float(step), step=step)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
for step in range(100):
    assay.log_metric("kept", float(step), step=step)
assay.end_run()
print(run.info.run_id)
"""


@pytest.mark.parametrize("room", [0, 60])
def test_a_run_that_began_on_a_full_disk_exists_once_there_is_room(tmp_path, room):
    code = FULL_WHILE_THE_RUN_BEGINS.replace("ROOM", str(room))
    script = run_script(code, tmp_path / "a", f"offline:{tmp_path / 'a'}")
    assert script.returncode == 0, script.stderr

    store = str(tmp_path / "store")
    assert assay.sync(tmp_path / "a", to=store).is_complete
    client = assay.MlflowClient(store)
    run = client.get_run(script.stdout.strip())
    n_kept = len(client.get_metric_history(run.info.run_id, "kept"))
    client.connection.close()
    assert run.info.run_name == "begun on a full disk"
    assert run.data.params == {"rate": "0.1"}
    assert (n_kept, run.data.metrics) == (100, {"kept": 99.0})
    assert run.info.status == "FINISHED"


FULL_UNTIL_IT_ENDS = """
import resource
import assay
resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
run = assay.start_run()
assay.log_param("rate", 0.1)
for step in range(100):
    assay.log_metric("lost", float(step), step=step)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
assay.end_run()
print(run.info.run_id)
"""


def test_a_run_that_ends_when_there_is_room_again_is_whole_but_for_its_metrics(tmp_path):
    script = run_script(FULL_UNTIL_IT_ENDS, tmp_path / "a", f"offline:{tmp_path / 'a'}")
    assert script.returncode == 0, script.stderr
    assert "100 records of run" in script.stderr

    store = str(tmp_path / "store")
    assert assay.sync(tmp_path / "a", to=store).is_complete
    client = assay.MlflowClient(store)
    run = client.get_run(script.stdout.strip())
    client.connection.close()
    assert (run.data.params, run.data.metrics) == ({"rate": "0.1"}, {})
    assert run.info.status == "FINISHED"
