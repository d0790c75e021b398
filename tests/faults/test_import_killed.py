"""An import is killed half-way: done again, every row is there once and whole."""

from collections.abc import Iterator
from pathlib import Path

import pytest

import assay
from client_processes import start_script
from fluent_places import places

N_ROWS = 1500
IMPORT = """
import os
from unittest.mock import patch
import assay
from assay.client.probe import ServerKind

def say(what, n_rows):
    print(what, n_rows, flush=True)

kind = ServerKind.MLFLOW if os.environ["KIND"] == "plain server" else ServerKind.ASSAY
with patch("assay.client.connection.probe", return_value=kind):
    assay.import_runs("rows.csv", experiment_name="e", on_progress=say)
"""


@pytest.fixture(params=["embedded", "server", "plain server"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, str]]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    with places(request.param, tmp_path) as made:
        yield request.param, made.uri


def test_what_was_interrupted_is_completed(place, tmp_path):
    kind, uri = place
    n_rows = N_ROWS if kind != "plain server" else 100
    rows = [f"{number},{number / 7},x" for number in range(n_rows)]
    path = tmp_path / "rows.csv"
    path.write_text("\n".join(["params.number,metrics.m,tags.t", *rows]))
    with start_script(IMPORT, tmp_path, uri, KIND=kind) as process:
        n_imported = 0
        while n_imported < n_rows // 10:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            what, n_done = line.split()
            n_imported += int(n_done) if what == "Importing" else 0
        process.kill()
    report = assay.import_runs(path, experiment_name="e")
    assert report.n_created + report.n_present == n_rows
    assert report.n_present >= n_imported
    runs = assay.search_runs(experiment_names=["e"], output_format="list", max_results=10_000)
    assert sorted(int(run.data.params["number"]) for run in runs) == list(range(n_rows))
    assert all(run.data.metrics["m"] == int(run.data.params["number"]) / 7 for run in runs)
    assert {(run.data.tags["t"], run.info.status) for run in runs} == {("x", "FINISHED")}
