"""Several servers and embedded processes on one SQLite file take turns; nobody is turned away."""

import concurrent.futures
import os
import subprocess
import sys

import pytest

from servers import RunningServer, server_process

N_PROCESSES = 200
N_POINTS = 30

_RECORD = """
import sys
from assay.server.in_process import InProcessTransport
from assay.wire import runs
from pathlib import Path

transport = InProcessTransport(Path(sys.argv[1]))
answer = transport.call(runs.CREATE, runs.CreateRun(experiment_id="0", start_time=1))
run_id = answer.run.info.run_id
for step in range(int(sys.argv[2])):
    transport.call(runs.LOG_METRIC, runs.LogMetric(
        run_id=run_id, key="m", value=float(step), timestamp=1, step=step))
transport.close()
"""
_FORK_AND_RECORD = """
import os, sys, time, traceback
from assay.server.in_process import InProcessTransport
from assay.wire import runs
from pathlib import Path

def record():
    transport = InProcessTransport(Path(sys.argv[1]))
    answer = transport.call(runs.CREATE, runs.CreateRun(experiment_id="0", start_time=1))
    transport.call(runs.LOG_METRIC, runs.LogMetric(
        run_id=answer.run.info.run_id, key="m", value=1.0, timestamp=1))
    transport.close()

start_at = time.time() + 1
children = []
for _ in range(int(sys.argv[2])):
    child = os.fork()
    if child == 0:
        time.sleep(max(0.0, start_at - time.time()))
        try:
            record()
        except BaseException:
            traceback.print_exc()
            sys.stderr.flush()
            os._exit(1)
        os._exit(0)
    children.append(child)
failed = sum(os.waitpid(child, 0)[1] != 0 for child in children)
sys.exit(1 if failed else 0)
"""


def start_python(script: str, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )


def assert_succeeded(process: "subprocess.Popen[str]", timeout_s: float) -> None:
    _, errors = process.communicate(timeout=timeout_s)
    assert process.returncode == 0, errors[-3000:]


def record(server: RunningServer) -> str:
    run_id = server.new_run()
    for step in range(N_POINTS):
        body = {"run_id": run_id, "key": "m", "value": step, "timestamp": 1, "step": step}
        answer = server.post("runs/log-metric", body)
        assert answer.status == 200, answer.text
    return run_id


def n_points(server: RunningServer, run_id: str) -> int:
    found = server.get("metrics/get-history", run_id=run_id, metric_key="m", max_results=1000)
    return len(found.json["metrics"])


def test_servers_and_embedded_processes_share_one_file(tmp_path):
    with (
        server_process(tmp_path) as first,
        server_process(tmp_path) as second,
        concurrent.futures.ThreadPoolExecutor(8) as pool,
    ):
        embedded = [start_python(_RECORD, str(tmp_path), str(N_POINTS)) for _ in range(4)]
        recorded = list(pool.map(record, [first, second] * 4))
        for process in embedded:
            assert_succeeded(process, 60)
        assert [n_points(second, run_id) for run_id in recorded] == [N_POINTS] * 8
        runs = first.post("runs/search", {"experiment_ids": ["0"]}).json["runs"]
        assert len(runs) == 8 + 4
        assert {run["data"]["metrics"][0]["step"] for run in runs} == {N_POINTS - 1}


@pytest.mark.slow
@pytest.mark.timeout(200)
def test_many_processes_start_at_once_on_an_empty_store(tmp_path):
    # Forked from one that has imported everything, so that they truly meet at the empty store.
    parent = start_python(_FORK_AND_RECORD, str(tmp_path), str(N_PROCESSES))
    assert_succeeded(parent, 150)
    with server_process(tmp_path) as server:
        answer = server.post("runs/search", {"experiment_ids": ["0"], "max_results": 1000})
        assert len(answer.json["runs"]) == N_PROCESSES
