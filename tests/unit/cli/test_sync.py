"""`assay sync` and `assay verify`."""

import json
import subprocess
import sys

import pytest

SCRIPT = """
import assay
with assay.start_run(run_name="far away"):
    assay.log_param("depth", 8)
    for step in range(50):
        assay.log_metric("loss", 1 / (step + 1), step=step)
"""


@pytest.fixture
def journals(place):
    """Journals of a run that was recorded offline by another process."""
    subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env={"ASSAY_TRACKING_URI": f"offline:{place}/away", "PATH": "/usr/bin", "HOME": str(place)},
        check=True,
        timeout=60,
    )
    return place / "away"


def test_sync_delivers_and_verify_proves_it(run, journals):
    assert run("verify", str(journals), ok=False).exit_code == 1
    assert "1 runs" in run("sync", str(journals)).stdout
    assert run("verify", str(journals)).stdout.rstrip().endswith("no gaps")
    found = json.loads(run("runs", "search", "--json").stdout)
    assert [item["info"]["run_name"] for item in found] == ["far away"]
    assert found[0]["data"]["metrics"] == {"loss": 1 / 50}


def test_sync_again_changes_nothing(run, journals):
    first = json.loads(run("sync", str(journals), "--json").stdout)
    second = json.loads(run("sync", str(journals), "--json").stdout)
    assert first["n_sent"] == first["n_records"] > 50
    assert second["n_sent"] == 0
    assert second["is_complete"]


def test_sync_goes_where_it_is_told(run, journals, place):
    receipt = json.loads(run("sync", str(journals), "--to", str(place / "there"), "--json").stdout)
    assert receipt["target"] == str(place / "there")
    assert (place / "there" / "assay.db").exists()


def test_sync_of_a_folder_that_is_not_there_is_a_failure(run):
    assert "nowhere" in run("sync", "nowhere", ok=False).stderr
