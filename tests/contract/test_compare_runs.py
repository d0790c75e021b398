"""Comparing runs from Python: the same from a server and from a folder."""

import math
from pathlib import Path

import pytest

import assay
from assay.client.named_runs import run_id_of
from assay.client.tracking_uri import current_connection
from assay.entities.lifecycle import ViewType
from assay.errors import InvalidParameter, NotFound, RunNotFound
from fluent_places import forget_everything
from servers import server_on_thread


@pytest.fixture(params=["sqlite", "postgresql", "folder"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    monkeypatch.setenv("ASSAY_JOURNAL_DIR", str(tmp_path / "journal"))
    if request.param == "folder":
        assay.set_tracking_uri(str(tmp_path / "runs"))
        yield
        forget_everything()
        return
    uri, databases = None, None
    if request.param == "postgresql":
        databases = request.getfixturevalue("postgresql_server")
        uri = databases.fresh_uri()
    with server_on_thread(tmp_path, database_uri=uri) as running:
        assay.set_tracking_uri(running.url)
        yield
        forget_everything()
    if databases is not None:
        databases.drop(uri)


def new_run(name: str, **logged: float) -> str:
    with assay.start_run(run_name=name, experiment_id="0") as run:
        assay.log_params({"lr": logged["lr"], "layers": [8, 8], "deep": {"on": True}})
        for step, value in enumerate((3.0, logged["loss"], math.nan)):
            assay.log_metric("a/loss", value, step=step)
        assay.set_tag("team", "vision")
    return run.info.run_id


def rows(comparison):
    return {(row.section, row.key): row for row in comparison.rows}


def test_values_are_typed_and_differences_marked(place):
    first, second = new_run("first", lr=0.1, loss=1.0), new_run("second", lr=0.2, loss=2.0)
    found = assay.compare_runs([second, first])
    assert [run.run_id for run in found.runs] == [second, first]
    by_key = rows(found)
    assert by_key["params", "lr"].values == (0.2, 0.1)
    assert by_key["params", "layers"].values == ([8, 8], [8, 8])
    assert by_key["params", "deep.on"].values == (True, True)
    assert by_key["metrics", "a/loss.min"].values == (2.0, 1.0)
    assert by_key["metrics", "a/loss.max"].values == (3.0, 3.0)
    assert not by_key["metrics", "a/loss"].differs
    assert by_key["run", "attempts"].values == (1, 1)
    assert {row.key for row in found.differing} >= {"lr", "a/loss.min"}
    assert "team" not in {row.key for row in found.differing}


def test_what_one_run_lacks_is_none_and_differs(place):
    first = new_run("first", lr=0.1, loss=1.0)
    with assay.start_run(run_name="bare", experiment_id="0") as bare:
        assay.log_metric("only-here", 1.0)
    by_key = rows(assay.compare_runs([first, bare.info.run_id]))
    assert by_key["params", "lr"].values == (0.1, None)
    assert by_key["metrics", "only-here"].values == (None, 1.0)
    assert by_key["metrics", "only-here"].differs


def test_recorded_code_packages_and_commands_are_compared(place):
    ids = []
    for name, package, line in (("first", "numpy==1.0", "+one"), ("second", "numpy==2.0", "+two")):
        run_id = new_run(name, lr=0.1, loss=1.0)
        client = assay.Client()
        client.log_text(
            run_id, f"msgspec==1.0\n{package}\nmine @ file:///x\n", "assay/packages.txt"
        )
        client.log_text(run_id, f"+++ b/x\n{line}\n", "assay/diff.patch")
        source = {"command": {"arguments": ["train.py", name]}, "git": {"commit": "abc"}}
        client.log_dict(run_id, source, "assay/source.json")
        ids.append(run_id)
    assert assay.Client().flush()
    found = assay.compare_runs(ids)
    by_key = rows(found)
    assert by_key["packages", "numpy"].values == ("1.0", "2.0")
    assert not by_key["packages", "msgspec"].differs
    assert by_key["packages", "mine"].values == ("file:///x", "file:///x")
    assert by_key["command", "command line"].values == ("train.py first", "train.py second")
    assert by_key["code", "commit"].values == ("abc", "abc")
    assert found.diffs.keys() == {ids[1]}
    assert "-+one\n++two" in found.diffs[ids[1]]


def test_a_run_is_named_by_the_beginning_of_its_id_or_its_name(place):
    run_id = new_run("it's 100%_here", lr=0.1, loss=1.0)
    connection = current_connection()
    for name in (run_id, run_id.upper(), run_id[:5], "it's 100%_here"):
        assert run_id_of(connection, name) == run_id
    for name in (run_id[1:], "it's", "it's 100__here", "IT'S 100%_HERE"):
        with pytest.raises(NotFound):
            run_id_of(connection, name)
    assay.delete_run(run_id)
    assert run_id_of(connection, "it's 100%_here") == run_id
    with pytest.raises(NotFound):
        run_id_of(connection, run_id[:5], ViewType.ACTIVE_ONLY)


def test_mistakes_are_told(place):
    run_id = new_run("first", lr=0.1, loss=1.0)
    for wrong in ([run_id], [run_id, run_id], run_id):
        with pytest.raises(InvalidParameter):
            assay.compare_runs(wrong)
    with pytest.raises(RunNotFound):
        assay.compare_runs([run_id, "0" * 32])
