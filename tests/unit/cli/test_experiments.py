"""`assay experiments`."""

import json


def test_create_says_the_id(run):
    assert run("experiments", "create", "-n", "vision").stdout == (
        "Created experiment 'vision' with id 1\n"
    )


def test_create_as_json_is_for_machines(run):
    assert json.loads(run("experiments", "create", "-n", "vision", "--json").stdout) == {
        "experiment_id": "1",
        "name": "vision",
    }


def test_a_name_that_is_taken_is_refused_in_one_line(run):
    run("experiments", "create", "-n", "vision")
    result = run("experiments", "create", "-n", "vision", ok=False)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1


def test_search_lists_by_the_text_of_the_id(run):
    for number in range(10):
        run("experiments", "create", "-n", f"e{number}")
    lines = run("experiments", "search").stdout.splitlines()
    assert lines[0].split() == ["Experiment", "Id", "Name", "Artifact", "Location"]
    assert [line.split()[0] for line in lines[1:]] == sorted(str(number) for number in range(11))


def test_deleted_experiments_are_seen_only_when_asked_for(run):
    run("experiments", "create", "-n", "vision")
    assert run("experiments", "delete", "-x", "1").stdout == (
        "Experiment with ID 1 has been deleted.\n"
    )
    assert "vision" not in run("experiments", "search").stdout
    assert "vision" in run("experiments", "search", "--view", "deleted_only").stdout
    assert run("experiments", "restore", "-x", "1").stdout == (
        "Experiment with id 1 has been restored.\n"
    )
    assert "vision" in run("experiments", "search").stdout


def test_rename_gives_a_new_name(run):
    run("experiments", "create", "-n", "vision")
    assert run("experiments", "rename", "-x", "1", "--new-name", "sight").stdout == (
        "Experiment with id 1 has been renamed to 'sight'.\n"
    )
    assert json.loads(run("experiments", "get", "-x", "1", "--json").stdout)["name"] == "sight"


def test_list_takes_a_filter(run):
    for name in ("vision-a", "vision-b", "sound"):
        run("experiments", "create", "-n", name)
    found = json.loads(
        run("experiments", "list", "--filter", "name LIKE 'vision-%'", "--json").stdout
    )
    assert {item["name"] for item in found} == {"vision-a", "vision-b"}


def test_csv_has_one_line_for_each_run(run, place):
    run("runs", "create", "--experiment-id", "0", "--run-name", "one")
    run("runs", "create", "--experiment-id", "0", "--run-name", "two")
    result = run("experiments", "csv", "-x", "0", "-o", "runs.csv")
    lines = (place / "runs.csv").read_text().splitlines()
    assert lines[0].startswith("run_id,experiment_id,status,")
    assert len(lines) == 3
    assert result.stdout == ""


def test_an_unknown_experiment_is_a_failure(run):
    assert "77" in run("experiments", "get", "-x", "77", ok=False).stderr
