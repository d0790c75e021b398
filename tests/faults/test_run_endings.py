"""Processes that end in every way: the status is true, and the run says what happened."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import assay
from assay.client.recordings import read_recording
from assay.client.tracking_uri import target_of
from client_processes import run_script, start_script
from fluent_places import forget_everything
from servers import server_process, wait_until

BEGIN = """
import sys, threading, time
import assay
run = assay.start_run()
print(run.info.run_id, flush=True)
assay.log_metric("loss", 0.5)
"""
WAIT = """
print("waiting", flush=True)
# What was printed is also recorded now.
open("printed", "w").close()
# Short waits: a signal that comes just before a long one begins is heard only after it.
for _ in range(1200):
    time.sleep(0.05)
"""


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    yield
    forget_everything()


def ended(folder, code, **extra):
    """Run a script to its end; return its run, what it recorded and its exit code."""
    store = str(folder / "store")
    done = run_script(BEGIN + code, folder / "a", store, **extra)
    run_id = done.stdout.split()[0]
    return *found(store, run_id), done.returncode


def found(store, run_id):
    connection = assay.client.connection.connection_to(target_of(store))
    return assay.Client(store).get_run(run_id), read_recording(connection, run_id)


def signalled(folder, number, code=WAIT, **extra):
    """Send a script a signal once it waits; return its run, what it recorded and its exit code."""
    store = str(folder / "store")
    with start_script(BEGIN + code, folder / "a", store, **extra) as process:
        run_id = process.stdout.readline().strip()
        assert process.stdout.readline() == "waiting\n", process.stderr.read()
        wait_until((folder / "a" / "printed").exists)
        process.send_signal(number)
        process.communicate(timeout=60)
    return *found(store, run_id), process.returncode


def test_an_end_as_it_should_be_is_finished(tmp_path):
    run, recording, code = ended(tmp_path, "print('done')")
    assert (run.info.status, code) == ("FINISHED", 0)
    assert recording.ending["kind"] == "finished"
    assert recording.console.endswith("done\n")
    assert "assay.end_reason" not in run.data.tags


def test_an_exception_fails_the_run_and_is_recorded_with_its_traceback(tmp_path):
    run, recording, code = ended(tmp_path, "raise ValueError('bad batch')")
    assert (run.info.status, code) == ("FAILED", 1)
    assert run.data.tags["assay.end_reason"] == "ValueError: bad batch"
    assert recording.ending["traceback"].startswith("Traceback")
    assert "ValueError: bad batch" in recording.console


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(3)",
        "def main():\n    sys.exit(3)\nmain()",
        "try:\n    sys.exit(3)\nfinally:\n    print('cleaning')",
        "try:\n    sys.exit(3)\nexcept SystemExit:\n    raise",
        "with run: sys.exit(3)",
    ],
)
def test_an_exit_code_fails_the_run(tmp_path, code):
    run, recording, returned = ended(tmp_path, code)
    assert (run.info.status, returned) == ("FAILED", 3)
    assert run.data.tags["assay.end_reason"] == "exit code 3"
    assert recording.ending["exit_code"] == 3


@pytest.mark.parametrize(
    "code",
    [
        "sys.exit(0)",
        "sys.exit()",
        "try:\n    sys.exit(3)\nexcept SystemExit:\n    print('caught')",
        "with run: sys.exit(0)",
    ],
)
def test_an_exit_that_is_no_failure_finishes_the_run(tmp_path, code):
    run, _, returned = ended(tmp_path, code)
    assert (run.info.status, returned) == ("FINISHED", 0)


def test_running_out_of_memory_in_python_is_said(tmp_path):
    run, recording, _ = ended(tmp_path, "raise MemoryError")
    assert run.info.status == "FAILED"
    assert recording.ending["kind"] == "out of memory"


def test_the_death_of_a_thread_is_recorded(tmp_path):
    code = """
def work():
    raise KeyError("lost")
worker = threading.Thread(target=work, name="loader")
worker.start()
worker.join()
"""
    run, recording, _ = ended(tmp_path, code)
    assert run.info.status == "FINISHED"
    assert "KeyError: 'lost'" in recording.ending["threads"]["loader"]


def test_sigterm_kills_the_run_and_the_process(tmp_path):
    run, recording, code = signalled(tmp_path, signal.SIGTERM)
    assert (run.info.status, code) == ("KILLED", -signal.SIGTERM)
    assert run.data.tags["assay.end_reason"] == "signal SIGTERM"
    assert "<string>" in recording.ending["threads"]["MainThread"]
    assert recording.console.endswith("waiting\n")


def test_sigterm_in_slurm_is_a_preemption(tmp_path):
    run, recording, _ = signalled(tmp_path, signal.SIGTERM, SLURM_JOB_ID="42")
    assert run.info.status == "KILLED"
    assert recording.ending["kind"] == "preempted"
    assert run.data.tags["assay.end_reason"].endswith("SIGTERM in Slurm job 42")


def test_ctrl_c_kills_the_run(tmp_path):
    run, recording, _ = signalled(tmp_path, signal.SIGINT)
    assert run.info.status == "KILLED"
    assert recording.ending["kind"] == "interrupted"


def test_a_handler_of_the_program_is_left_alone(tmp_path):
    code = "import signal\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n" + WAIT
    run, _, returned = signalled(tmp_path, signal.SIGTERM, code)
    assert (run.info.status, returned) == ("FINISHED", 0)


def test_after_sigkill_a_sync_says_what_is_known_and_brings_the_console(tmp_path):
    store = str(tmp_path / "store")
    with start_script(BEGIN + WAIT, tmp_path / "a", store) as process:
        run_id = process.stdout.readline().strip()
        wait_until(lambda: "waiting" in kept_console(tmp_path / "a", run_id))
        process.kill()
    assert assay.Client(store).get_run(run_id).info.status == "RUNNING"

    assay.sync(tmp_path / "a", to=store)

    run, recording = found(store, run_id)
    assert run.info.status == "FAILED"
    assert "SIGKILL" in run.data.tags["assay.end_reason"]
    assert recording.console == f"{run_id}\nwaiting\n"


def test_after_sigkill_the_next_process_says_it_too(tmp_path):
    store = str(tmp_path / "store")
    with start_script(BEGIN + WAIT, tmp_path / "a", store) as process:
        run_id = process.stdout.readline().strip()
        wait_until(lambda: "waiting" in kept_console(tmp_path / "a", run_id))
        process.kill()

    with start_script(BEGIN + WAIT, tmp_path / "a", store) as process:
        wait_until(lambda: found(store, run_id)[1].console)
        process.kill()

    run, recording = found(store, run_id)
    assert run.info.status == "FAILED"
    assert "SIGKILL" in run.data.tags["assay.end_reason"]
    assert recording.console == f"{run_id}\nwaiting\n"


def kept_console(folder, run_id):
    return "".join(path.read_text() for path in folder.glob(f"spool/{run_id}/*.content"))


def test_a_process_that_hangs_falls_silent_and_is_heard_again(tmp_path):
    with server_process(tmp_path / "server") as server:
        beat = "import assay.client.sender\nassay.client.sender.HEARTBEAT_S = 0.1\n"
        with start_script(beat + BEGIN + WAIT, tmp_path / "a", server.url) as process:
            run_id = process.stdout.readline().strip()
            process.stdout.readline()
            wait_until(lambda: last_seen(server, run_id) > started(server, run_id))
            process.send_signal(signal.SIGSTOP)
            wait_until(lambda: is_stopped(process.pid))
            silent_since_ms = last_seen(server, run_id)
            process.send_signal(signal.SIGCONT)
            wait_until(lambda: last_seen(server, run_id) > silent_since_ms)
            process.kill()
        forget_everything()


def is_stopped(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def last_seen(server, run_id):
    answer = server.get("/api/assay/v1/runs/ending", run_id=run_id)
    return json.loads(answer.body)["last_seen_ms"]


def started(server, run_id):
    return json.loads(server.get("runs/get", run_id=run_id).body)["run"]["info"]["start_time"]
