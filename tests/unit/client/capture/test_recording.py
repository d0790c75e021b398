"""A run records itself in the background; whatever goes wrong there, training goes on and hears of it."""

import json
from collections.abc import Iterator

import pytest

import assay
from assay.client.capture import findings, recording
from assay.client.capture.command import Called
from assay.client.connection import connection_to
from assay.client.recordings import read_recording
from assay.client.tracking_uri import target_of
from fluent_places import forget_everything
from repositories import new_repository


@pytest.fixture
def store(tmp_path, monkeypatch) -> Iterator[str]:
    monkeypatch.setenv("ASSAY_CAPTURE", "all")
    monkeypatch.setenv("ASSAY_JOURNAL_DIR", str(tmp_path / "root" / "journal"))
    monkeypatch.chdir(tmp_path)
    # Whatever started the tests, the run is one of a script in a repository.
    script = new_repository(tmp_path / "code")
    monkeypatch.setattr(recording._State, "called", Called(["test"], script))
    uri = str(tmp_path / "store")
    assay.set_tracking_uri(uri)
    yield uri
    forget_everything()


def recorded(uri, run_id):
    return read_recording(connection_to(target_of(uri)), run_id)


def test_a_run_records_what_produced_it(store):
    with assay.start_run() as run:
        print("hello")
    found = recorded(store, run.info.run_id)
    assert found.source["command"]["arguments"]
    assert found.environment["system"]["python"].startswith("3.")
    assert any(line.startswith("msgspec==") for line in found.packages)
    assert "hello\n" in found.console
    assert found.ending["status"] == "FINISHED"
    assert found.report["missing"] == []


def test_equal_code_and_environment_have_equal_fingerprints(store):
    tags = []
    for _ in range(2):
        with assay.start_run() as run:
            pass
        tags.append(assay.get_run(run.info.run_id).data.tags)
    for key in ("assay.fingerprint.code", "assay.fingerprint.environment"):
        assert tags[0][key] == tags[1][key]


def test_nothing_is_recorded_when_it_is_switched_off(store, monkeypatch):
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    with assay.start_run() as run:
        pass
    assert recorded(store, run.info.run_id).files == []


def test_what_is_switched_off_is_said(store, monkeypatch):
    monkeypatch.setenv("ASSAY_CAPTURE", "all,-console,-packages")
    with assay.start_run() as run:
        print("hello")
    found = recorded(store, run.info.run_id)
    assert found.report["switched_off"] == ["console", "packages"]
    assert (found.console, found.packages) == ("", [])


def fail(*_arguments, **_named):
    raise RuntimeError("broken")


def test_a_piece_that_fails_is_named_and_the_rest_is_recorded(store, monkeypatch):
    monkeypatch.setattr(findings, "capture_packages", fail)
    monkeypatch.setattr(findings, "_known", findings._Known())
    with assay.start_run() as run:
        pass
    found = recorded(store, run.info.run_id)
    assert found.report["missing"] == ["packages: RuntimeError: broken"]
    assert found.environment["system"]


@pytest.mark.parametrize("step", ["begin", "capture", "finish"])
def test_training_goes_on_when_recording_fails_altogether(store, monkeypatch, step):
    monkeypatch.setattr(recording.Recording, step, fail)
    monkeypatch.setattr(recording, "PATIENCE_S", 0.1)
    with assay.start_run() as run:
        assay.log_metric("loss", 0.5)
    found = assay.get_run(run.info.run_id)
    assert (found.info.status, found.data.metrics) == ("FINISHED", {"loss": 0.5})


def test_a_wrong_setting_costs_the_recording_and_not_the_run(store, monkeypatch, caplog):
    monkeypatch.setenv("ASSAY_CAPTURE", "weather")
    with assay.start_run() as run:
        pass
    assert assay.get_run(run.info.run_id).info.status == "FINISHED"
    assert "weather" in caplog.text


def test_capturing_that_takes_too_long_is_said(store, monkeypatch):
    monkeypatch.setattr(recording.Recording, "capture", lambda self: None)
    monkeypatch.setattr(recording, "PATIENCE_S", 0.05)
    with assay.start_run() as run:
        pass
    assert "longer than 0.05 s" in recorded(store, run.info.run_id).report["missing"][0]


def test_nested_runs_each_have_their_part_of_the_console(store):
    with assay.start_run() as outer:
        print("outer")
        with assay.start_run(nested=True) as inner:
            print("inner")
    assert recorded(store, inner.info.run_id).console == "inner\n"
    assert recorded(store, outer.info.run_id).console == "outer\ninner\n"


def test_offline_everything_waits_in_the_spool_and_arrives_with_a_sync(tmp_path, store):
    assay.set_tracking_uri(f"offline:{tmp_path / 'root'}")
    with assay.start_run() as run:
        print("far away")
    assay.sync(tmp_path / "root", to=store)
    found = recorded(store, run.info.run_id)
    assert found.console == "far away\n"
    assert found.packages
    assert not list((tmp_path / "root").glob("spool/*/*"))


def test_secrets_on_the_console_and_in_errors_are_withheld(store):
    key = "AKIA" + "IOSFODNN7EXAMPLE"
    run = assay.start_run()
    print("using", key)
    run.__exit__(ValueError, ValueError(key), None)
    found = recorded(store, run.info.run_id)
    assert key not in found.console
    assert key not in json.dumps(dict(found.ending))
    assert key not in assay.get_run(run.info.run_id).data.tags["assay.end_reason"]
    assert "console: AWS key" in found.report["withheld"]
