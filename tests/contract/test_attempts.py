"""A run that was killed and taken up again has two attempts, and the view of the later one."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import assay
from assay.cli.main import assay as command
from assay.entities.runs import RunStatus
from fluent_places import Place, places

KILLED_AT_STEP_9 = """
import os, signal, sys
import assay

assay.set_tracking_uri(sys.argv[1])
with assay.start_run() as run:
    print(run.info.run_id, flush=True)
    for step in range(10):
        assay.log_metric("loss", 1.0, step=step)
    assay.log_metric("only first", 1.0, step=9)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(params=["embedded", "server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    with places(request.param, tmp_path) as made:
        yield made


@pytest.fixture
def killed_run(place: Place, tmp_path: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_STEP_9, place.uri],
        stdout=subprocess.PIPE,
        cwd=tmp_path,
        env=dict(os.environ),
        timeout=60,
        check=False,
        text=True,
    )
    assert done.returncode == -signal.SIGKILL
    return done.stdout.strip()


def test_steps_of_the_second_attempt_supersede_those_of_the_first(
    place: Place, killed_run: str
) -> None:
    with assay.start_run(run_id=killed_run):
        for step in range(5, 12):
            assay.log_metric("loss", 2.0, step=step)
    client = place.client()
    history = client.get_metric_history(killed_run, "loss")
    assert sorted((point.step, point.value) for point in history) == [
        *((step, 1.0) for step in range(5)),
        *((step, 2.0) for step in range(5, 12)),
    ]
    assert client.get_run(killed_run).data.metrics == {"loss": 2.0, "only first": 1.0}
    first, second = client.list_attempts(killed_run)
    assert (first.status, second.status) == (RunStatus.FAILED, RunStatus.FINISHED)
    assert (second.process, second.first_step) == (os.getpid(), 5)


def test_the_command_lists_them(place: Place, killed_run: str) -> None:
    with assay.start_run(run_id=killed_run):
        assay.log_metric("loss", 2.0, step=0)
    environment = {"ASSAY_TRACKING_URI": place.uri}
    shown = CliRunner().invoke(command, ["runs", "attempts", killed_run], env=environment)
    assert [line.split()[:2] for line in shown.stdout.splitlines()[1:]] == [
        ["1", "FAILED"],
        ["2", "FINISHED"],
    ]
    told = CliRunner().invoke(command, ["runs", "attempts", killed_run, "--json"], env=environment)
    assert [row["number"] for row in json.loads(told.stdout)] == [1, 2]


def test_going_on_with_a_finished_run_is_no_new_attempt(place: Place) -> None:
    with assay.start_run() as run:
        assay.log_metric("loss", 1.0, step=3)
    with assay.start_run(run_id=run.info.run_id):
        assay.log_metric("loss", 2.0, step=1)
    client = place.client()
    assert len(client.list_attempts(run.info.run_id)) == 1
    assert len(client.get_metric_history(run.info.run_id, "loss")) == 2
