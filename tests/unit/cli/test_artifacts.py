"""`assay artifacts`."""

import json
from pathlib import Path

import pytest

import assay


@pytest.fixture
def run_id(place):
    with assay.start_run(experiment_id="0") as run:
        pass
    return run.info.run_id


def test_what_was_logged_is_listed_and_downloaded(run, run_id, place):
    (place / "a.txt").write_text("hello")
    run("artifacts", "log-artifact", "-l", "a.txt", "-r", run_id, "-a", "notes")
    listed = json.loads(run("artifacts", "list", "-r", run_id, "-a", "notes").stdout)
    assert listed == [{"path": "notes/a.txt", "is_dir": False, "file_size": 5}]
    words = ["-r", run_id, "-a", "notes/a.txt", "-d", "out"]
    (place / "out").mkdir()
    local = run("artifacts", "download", *words).stdout.strip()
    assert Path(local).read_text() == "hello"


def test_a_folder_is_logged_without_its_own_name(run, run_id, place):
    (place / "folder" / "inner").mkdir(parents=True)
    (place / "folder" / "inner" / "b.txt").write_text("b")
    run("artifacts", "log-artifacts", "-l", "folder", "-r", run_id)
    listed = json.loads(run("artifacts", "list", "-r", run_id).stdout)
    assert [item["path"] for item in listed] == ["inner"]
    assert listed[0]["is_dir"]


def test_messages_stay_off_stdout(run, run_id, place):
    (place / "a.txt").write_text("hello")
    result = run("artifacts", "log-artifact", "-l", "a.txt", "-r", run_id)
    assert result.stdout == ""
    assert run_id in result.stderr


def test_download_needs_to_know_what(run):
    assert run("artifacts", "download", ok=False).exit_code == 1


def test_a_file_that_is_not_there_is_a_wrong_call(run, run_id):
    words = ["-l", "nowhere.txt", "-r", run_id]
    assert run("artifacts", "log-artifact", *words, ok=False).exit_code == 2
