"""`assay server`: from its options to a server that answers and stops."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from assay.cli.serving import ServerOptions
from assay.errors import InvalidParameter


@pytest.fixture
def served(place):
    """A server started as people start one, at a free port, and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "assay", "server", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "HOME": str(place)},
        cwd=place,
        text=True,
    )
    with process:
        text = ""
        while not text.endswith("}\n"):
            line = process.stdout.readline()
            assert line, "the server ended before it listened"
            text += line
        yield process, json.loads(text)["address"]
        process.kill()


def test_it_answers_and_sigterm_stops_it(served, place):
    process, address = served
    with urllib.request.urlopen(f"{address}/health", timeout=5) as answer:
        assert answer.read() == b"OK"
    assert (place / ".assay" / "assay.db").exists()
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)


def test_ctrl_c_stops_it_as_a_success(served):
    process, _ = served
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=10) == 0


def test_a_port_that_is_taken_is_explained_in_one_line(served, run):
    port = served[1].rpartition(":")[2]
    result = run("server", "--port", port, ok=False)
    assert result.exit_code == 1
    assert f"127.0.0.1:{port}" in result.stderr
    assert result.stderr.count("\n") == 1


def test_without_options_the_nearest_folder_is_served(place):
    settled = ServerOptions().settle()
    assert settled.database_uri == f"sqlite:///{place}/.assay/assay.db"
    assert settled.artifact_root == f"{place}/.assay/artifacts"


@pytest.mark.parametrize("uri", ["{place}/store", "sqlite:///{place}/store/assay.db"])
def test_artifacts_lie_beside_the_database(place, uri):
    settled = ServerOptions(backend_store_uri=uri.format(place=place)).settle()
    assert settled.database_uri == f"sqlite:///{place}/store/assay.db"
    assert settled.artifact_root == f"{place}/store/artifacts"


def test_a_bucket_holds_the_artifacts_when_named(place):
    assert ServerOptions(artifacts_destination="s3://bucket/x").settle().artifact_root == (
        "s3://bucket/x"
    )


def test_a_setting_says_whether_long_values_are_cut(place, monkeypatch):
    assert ServerOptions().settle().truncates
    monkeypatch.setenv("MLFLOW_TRUNCATE_LONG_VALUES", "false")
    assert not ServerOptions().settle().truncates


def test_lists_are_split_at_commas(place):
    settled = ServerOptions(allowed_hosts="a.example, b.example:8080,").settle()
    assert settled.allowed_hosts == ("a.example", "b.example:8080")


@pytest.mark.parametrize("prefix", ["assay", "/assay/", "/"])
def test_a_static_prefix_of_another_form_is_refused(place, prefix):
    with pytest.raises(InvalidParameter, match="static-prefix"):
        ServerOptions(static_prefix=prefix).settle()


def test_the_password_of_the_database_is_not_shown(place):
    from assay.cli.serving import _without_password

    assert _without_password("postgresql://me:secret@host/db") == "postgresql://me@host/db"
    assert _without_password("sqlite:////data/a@b.db") == "sqlite:////data/a@b.db"


def test_without_serving_files_it_does_not_start(run):
    result = run("server", "--no-serve-artifacts", ok=False)
    assert result.exit_code == 1
    assert "--artifacts-destination" in result.stderr


def test_serving_files_may_be_asked_for(place):
    assert not ServerOptions(serve_artifacts=True).settle().is_artifacts_only
