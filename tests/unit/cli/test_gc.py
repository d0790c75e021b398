"""`assay gc`."""

import json

import pytest

import assay


@pytest.fixture
def run_ids(place):
    """Two runs with files in the trash, and one that is active."""
    made = []
    for number in range(3):
        with assay.start_run(run_name=f"r{number}") as started:
            assay.log_params({"a": 1, "b": 2})
            assay.log_metric("loss", 0.5)
            assay.log_text("words", "notes.txt")
        made.append(started.info.run_id)
    client = assay.Client()
    client.flush()
    for run_id in made[:2]:
        client.delete_run(run_id)
    return made


def figures(result):
    return json.loads(result.stdout)["freed"]


def test_nothing_goes_while_it_can_be_restored(run, run_ids):
    assert figures(run("gc", "--dry-run", "--json"))["n_runs"] == 0
    assert "Purged 0 runs" in run("gc", "--yes").stdout
    assert len(json.loads(run("trash", "list", "--json").stdout)["items"]) == 2


def test_a_dry_run_tells_what_the_real_one_frees_and_removes_nothing(run, run_ids, place):
    told = figures(run("gc", "--dry-run", "--force", "--json"))
    assert told == figures(run("gc", "--dry-run", "--force", "--json"))
    assert (told["n_runs"], told["n_files"], told["file_bytes"]) == (2, 2, 10)
    assert figures(run("gc", "--force", "--yes", "--json")) == told
    left = [path for path in (place / ".assay" / "artifacts").rglob("*") if path.is_file()]
    assert [run_ids[2] in str(path) for path in left] == [True]
    assert figures(run("gc", "--force", "--yes", "--json"))["n_rows"] == 0


def test_a_window_of_the_environment_counts(run, run_ids, monkeypatch):
    monkeypatch.setenv("ASSAY_TRASH_DAYS", "0")
    assert "Would purge 2 runs" in run("gc", "--dry-run").stdout
    assert "Would purge 0 runs" in run("gc", "--dry-run", "--older-than", "1d2h3m4s").stdout


def test_an_age_below_the_window_needs_force(run, run_ids):
    result = run("gc", "--older-than", "1s", "--yes", ok=False)
    assert "30 days" in result.stderr
    assert run("gc", "--older-than", "soon", ok=False).exit_code == 2


def test_without_somebody_to_ask_nothing_happens(run, run_ids):
    assert "--yes" in run("gc", "--force", ok=False).stderr
    assert figures(run("gc", "--dry-run", "--force", "--json"))["n_runs"] == 2


def test_an_experiment_limits_what_goes(run, run_ids):
    run("experiments", "create", "-n", "vision")
    assert figures(run("gc", "-x", "1", "--dry-run", "--force", "--json"))["n_runs"] == 0
    assert figures(run("gc", "-x", "0", "--dry-run", "--force", "--json"))["n_runs"] == 2
    assert run("gc", "-x", "typo", "--force", "--yes", ok=False).exit_code == 1


def test_named_runs_alone_go(run, run_ids):
    assert run_ids[2] in run("gc", "--run-ids", run_ids[2], "--force", "--yes", ok=False).stderr
    assert figures(run("gc", "--run-ids", run_ids[0], "--force", "--yes", "--json"))["n_runs"] == 1
    items = json.loads(run("trash", "list", "--json").stdout)["items"]
    assert [item["id"] for item in items] == [run_ids[1]]


def test_named_experiments_go_with_all_in_them(run, place):
    run("experiments", "create", "-n", "vision")
    run("runs", "create", "--experiment-id", "1", "--run-name", "one")
    run("experiments", "delete", "-x", "1")
    freed = figures(run("gc", "--experiment-ids", "1", "--force", "--yes", "--json"))
    assert (freed["n_experiments"], freed["n_runs"]) == (1, 1)


def test_named_runs_that_are_too_young_are_a_failure(run, run_ids):
    result = run("gc", "--run-ids", run_ids[0], "--yes", ok=False)
    assert "too recently" in result.stderr


def test_a_yes_at_the_terminal_is_enough(place, run_ids, monkeypatch):
    monkeypatch.setattr("assay.cli.purging.sys.stdin", Terminal("y\n"))
    with pytest.raises(SystemExit) as stopped:
        assay_command("gc", "--force")
    assert stopped.value.code == 0
    assert len(assay.Client().list_trash().items) == 0


class Terminal:
    """A terminal at which somebody has typed."""

    def __init__(self, typed):
        self._typed = typed

    def isatty(self):
        return True

    def readline(self, *_limit):
        return self._typed


def assay_command(*words):
    from assay.cli.main import assay as command

    command(list(words), prog_name="assay")
