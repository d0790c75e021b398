"""`assay db`."""

import json


def test_upgrade_makes_an_empty_database_ready(run, place):
    url = f"sqlite:///{place}/new.db"
    assert run("db", "check", url, ok=False).exit_code == 1
    assert "was empty" in run("db", "upgrade", url).stdout
    assert run("db", "check", url).exit_code == 0


def test_upgrade_again_changes_nothing(run, place):
    url = f"sqlite:///{place}/new.db"
    run("db", "upgrade", url)
    assert "is up to date" in run("db", "upgrade", url).stdout


def test_check_as_json_says_both_schemas(run, place):
    result = run("db", "check", f"sqlite:///{place}/new.db", "--json", ok=False)
    state = json.loads(result.stdout)
    assert state["revision"] is None
    assert state["is_current"] is False
    assert state["head"]


def test_check_leaves_no_file_behind(run, place):
    run("db", "check", f"sqlite:///{place}/new.db", ok=False)
    assert not (place / "new.db").exists()


def test_an_unknown_kind_of_database_is_a_failure(run):
    assert "mysql" in run("db", "check", "mysql://localhost/x", ok=False).stderr
