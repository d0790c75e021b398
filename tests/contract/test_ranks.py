"""Many processes that a launcher starts together log to exactly one run, and no value is lost."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import assay as command
from assay.client import launchers
from assay.entities.runs import RunStatus
from fluent_places import Place, places

N_RANKS = 64
N_STEPS = 50

# Forked rather than started one by one: 64 interpreters would only test how fast those start.
JOB = """
import os, sys
import assay
import assay.server.in_process
import assay.client.curves

uri, n_ranks, n_steps, restart = sys.argv[1], *map(int, sys.argv[2:5])
children = []
for rank in range(n_ranks):
    child = os.fork()
    if not child:
        os.environ |= {
            "ASSAY_LAUNCH_ID": "a job", "ASSAY_RANK": str(rank), "ASSAY_WORLD_SIZE": str(n_ranks),
            "ASSAY_RESTART": str(restart),
        }
        assay.set_tracking_uri(uri)
        with assay.start_run(tags={"team": "a"}) as run:
            assay.log_param("lr", 0.1)
            for step in range(n_steps):
                assay.log_metric("loss", rank + step / 1000, step=step)
            assay.log_metric("same", 1.0, step=7)
        sys.exit(0)
    children.append(child)
codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
sys.exit(any(codes))
"""


def run_job(place: Place, folder: Path, n_ranks: int, *, restart: int = 0) -> None:
    script = folder / "job.py"
    script.write_text(JOB)
    arguments = [place.uri, str(n_ranks), str(N_STEPS), str(restart)]
    done = subprocess.run(
        [sys.executable, str(script), *arguments],
        cwd=folder,
        env=dict(os.environ),
        capture_output=True,
        timeout=300,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(params=["embedded", "server", "offline"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    launchers.forget()
    with places(request.param, tmp_path) as made:
        yield made
    launchers.forget()


def the_run(place: Place) -> assay.entities.Run:
    (run,) = place.client().search_runs(["0"])
    return run


def test_64_processes_are_one_run_without_a_lost_value(place: Place, tmp_path: Path) -> None:
    run_job(place, tmp_path, N_RANKS)
    run = the_run(place)
    client = place.client()
    assert run.info.status == "FINISHED"
    assert (run.data.params, run.data.tags["team"]) == ({"lr": "0.1"}, "a")
    whole = client.get_metric_history(run.info.run_id, "loss")
    assert sorted((point.step, point.value) for point in whole) == sorted(
        (step, rank + step / 1000) for rank in range(N_RANKS) for step in range(N_STEPS)
    )
    assay.set_tracking_uri(place.read_uri)
    frame = assay.history_frame(run.info.run_id, by_rank=True)
    found = {
        key: own["value"].tolist()
        for key, own in frame.sort_values("step").groupby(["key", "rank"])
    }
    assert found == {
        **{
            ("loss", rank): [rank + step / 1000 for step in range(N_STEPS)]
            for rank in range(N_RANKS)
        },
        **{("same", rank): [1.0] for rank in range(N_RANKS)},
    }
    ranks = client.list_ranks(run.info.run_id)
    assert [(one.attempt, one.rank, one.status) for one in ranks] == [
        (1, rank, RunStatus.FINISHED) for rank in range(N_RANKS)
    ]
    assert len(client.list_attempts(run.info.run_id)) == 1


def test_the_least_mean_and_greatest_of_the_ranks_can_be_asked_for(
    place: Place, tmp_path: Path
) -> None:
    run_job(place, tmp_path, 5)
    run_id = the_run(place).info.run_id
    client = place.client()
    each = client.query_series([run_id], ["loss"], ranks="each").curves
    assert [one.rank for one in each] == list(range(5))
    (over,) = client.query_series(
        [run_id], ["loss", "absent"], ranks="over", center="mean", band="minmax"
    ).groups
    table = np.stack([one.arrays["value"] for one in each])
    assert (over.values, over.key, over.n_runs) == ({"run_id": run_id}, "loss", 5)
    np.testing.assert_allclose(over.arrays["center"], table.mean(axis=0), rtol=1e-6)
    np.testing.assert_allclose(over.arrays["min"], table.min(axis=0), rtol=1e-6)
    np.testing.assert_allclose(over.arrays["max"], table.max(axis=0), rtol=1e-6)
    (own,) = client.query_series([run_id], ["loss"]).curves
    assert own.rank is None
    assert len(own.arrays["value"]) == 5 * N_STEPS


def test_a_restart_of_the_job_is_another_attempt_of_the_run(place: Place, tmp_path: Path) -> None:
    run_job(place, tmp_path, 3)
    place.settle()
    run_job(place, tmp_path, 3, restart=1)
    run = the_run(place)
    client = place.client()
    assert run.info.status == "FINISHED"
    assert [one.number for one in client.list_attempts(run.info.run_id)] == [1, 2]
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 3 * N_STEPS
    assert len(client.list_ranks(run.info.run_id)) == 6


def test_the_command_lists_them(place: Place, tmp_path: Path) -> None:
    run_job(place, tmp_path, 2)
    run_id = the_run(place).info.run_id
    assay.set_tracking_uri(place.read_uri)
    told = CliRunner().invoke(command, ["runs", "ranks", run_id, "--json"])
    assert [row["rank"] for row in json.loads(told.stdout)] == [0, 1]
    shown = CliRunner().invoke(command, ["runs", "show", run_id])
    assert "2 ranks" in shown.stdout


KILLED = """
import os, signal
import assay

assay.start_run()
assay.log_metric("loss", float(os.environ["ASSAY_RANK"]), step=0)
assay.flush_async_logging()
if os.environ["ASSAY_RANK"] == "1":
    os.kill(os.getpid(), signal.SIGKILL)
assay.end_run()
"""


def test_a_rank_that_was_killed_is_told_of_and_the_run_is_not_failed(
    place: Place, tmp_path: Path
) -> None:
    environment = {**os.environ, "ASSAY_LAUNCH_ID": "b", "ASSAY_WORLD_SIZE": "2"}
    environment["ASSAY_TRACKING_URI"] = place.uri
    for rank, code in ((1, -signal.SIGKILL), (0, 0)):
        done = subprocess.run(
            [sys.executable, "-c", KILLED],
            env={**environment, "ASSAY_RANK": str(rank)},
            cwd=tmp_path,
            capture_output=True,
            timeout=60,
            check=False,
            text=True,
        )
        assert done.returncode == code, done.stderr
    place.settle()
    assay.sync(tmp_path, to=place.read_uri)
    run = the_run(place)
    assert run.info.status == "FINISHED"
    first, second = place.client().list_ranks(run.info.run_id)
    assert (first.status, second.status) == (RunStatus.FINISHED, RunStatus.FAILED)
    assert second.reason


def test_a_request_for_ranks_that_makes_no_sense_is_refused(place: Place, tmp_path: Path) -> None:
    run_job(place, tmp_path, 2)
    run_id = the_run(place).info.run_id
    for asked in ({"ranks": "all"}, {"ranks": "each", "group_by": ["params.lr"]}):
        with pytest.raises(assay.errors.InvalidParameter, match="rank"):
            place.client().query_series([run_id], ["loss"], **asked)
