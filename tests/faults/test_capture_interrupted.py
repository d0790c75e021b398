"""A process that dies, or a disk that fills, while the run is being captured."""

import json
from pathlib import Path

import pytest

import assay
from assay.client.connection import connection_to
from assay.client.recordings import read_recording
from assay.client.tracking_uri import target_of
from client_processes import run_script
from repositories import new_repository

# The process kills itself at the nth time that its recorder opens, renames or starts something.
KILLED = """
import os, signal, sys, threading
LEFT = [int(os.environ["KILL_AT"])]
def count(event, arguments):
    if event in ("open", "os.rename", "os.mkdir", "subprocess.Popen", "os.remove"):
        if threading.current_thread().name == "assay-recorder":
            LEFT[0] -= 1
            if not LEFT[0]:
                os.kill(os.getpid(), signal.SIGKILL)
import assay
run = assay.start_run()
assay.log_metric("before", 1.0)
print(run.info.run_id, flush=True)
sys.addaudithook(count)
from assay.client.capture import recording
recording._State.recorder._wake.set()
while True:
    recording._State.recorder._wake.wait(0.01)
"""


def recorded(store, run_id):
    connection = connection_to(target_of(store))
    found = assay.Client(store).get_run(run_id), read_recording(connection, run_id)
    connection.close()
    return found


# Signs of life are noted before anything is captured, and from then on the cause is told.
@pytest.mark.parametrize(
    ("kill_at", "reason"),
    [
        *((number, "The process") for number in (1, 2, 5, 12)),
        *((number, "SIGKILL") for number in (25, 50, 90, 140)),
    ],
)
def test_killed_at_any_point_of_capture_the_run_and_what_it_logged_are_whole(
    tmp_path, kill_at, reason
):
    store, folder = str(tmp_path / "store"), tmp_path / "a"
    new_repository(folder)
    script = run_script(KILLED, folder, f"offline:{folder}", KILL_AT=str(kill_at))
    assert script.returncode == -9, script.stderr
    run_id = script.stdout.strip()

    assert assay.sync(folder, to=store).is_complete

    run, recording = recorded(store, run_id)
    assert run.data.metrics["before"] == 1.0
    assert run.info.status == "FAILED"
    assert reason in run.data.tags["assay.end_reason"]
    # A document is there whole or not at all: one that breaks off would not be JSON.
    kept = assay.Client(store)
    for path in recording.files:
        if path.endswith(".json"):
            json.loads(Path(kept.download_artifacts(run_id, path, str(tmp_path))).read_text())
    kept.connection.close()
    assert assay.sync(folder, to=store).is_complete


FULL = """
import resource, sys
import assay
from pathlib import Path
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, resource.RLIM_INFINITY))
run = assay.start_run()
for step in range(20):
    assay.log_metric("loss", float(step), step=step)
assay.end_run()
print(run.info.run_id)
"""


def test_on_a_full_disk_training_goes_on_and_what_is_missing_is_said(tmp_path):
    store, folder = str(tmp_path / "store"), tmp_path / "a"
    script_file = new_repository(folder)
    script_file.write_text("\n".join(f"line {number}" for number in range(20_000)))
    script = run_script(FULL, folder, f"offline:{folder}")
    assert script.returncode == 0, script.stderr
    run_id = script.stdout.strip()
    assert assay.sync(folder, to=store).is_complete
    run, recording = recorded(store, run_id)
    assert run.data.metrics == {"loss": 19.0}
    assert run.info.status == "FINISHED"
    assert "assay/diff.patch" not in recording.files
    said = script.stderr + "".join(recording.report.get("missing", ()))
    assert "diff.patch" in said or "failed, training goes on" in said
