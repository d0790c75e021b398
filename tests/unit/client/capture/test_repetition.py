"""An equal earlier run is told of once, and never stands in the way."""

import logging
import threading

import pytest

import assay
from assay.client.capture import recording
from assay.client.capture.command import Called
from assay.client.capture.fingerprint import fingerprint_tags
from fluent_places import forget_everything
from repositories import new_repository

DIGESTS = {"commit": "c", "diff": "d", "command": "m", "packages": "p"}


@pytest.fixture
def run_once(tmp_path, monkeypatch, caplog):
    monkeypatch.setenv("ASSAY_CAPTURE", "git,command,packages")
    monkeypatch.chdir(tmp_path)
    script = new_repository(tmp_path / "code")
    monkeypatch.setattr(recording._State, "called", Called(["test"], script))
    assay.set_tracking_uri(str(tmp_path / "store"))
    tell = recording.Recording._tell_of_equal_run
    has_told = threading.Event()

    def tell_and_note(recorder):
        tell(recorder)
        has_told.set()

    monkeypatch.setattr(recording.Recording, "_tell_of_equal_run", tell_and_note)

    def call():
        monkeypatch.setattr(recording._State, "has_compared", False)
        has_told.clear()
        caplog.clear()
        with caplog.at_level(logging.WARNING, logger="assay"), assay.start_run() as run:
            assert has_told.wait(60)
        return run, caplog.text

    yield call
    forget_everything()


def test_the_second_run_hears_of_the_first(run_once):
    first, told_first = run_once()
    _, told_second = run_once()
    assert "before" not in told_first
    assert first.info.run_id in told_second


def test_each_part_changes_the_fingerprint_of_the_run():
    prints = {fingerprint_tags(DIGESTS)["assay.fingerprint.run"]}
    for key in DIGESTS:
        prints.add(fingerprint_tags(DIGESTS | {key: "other"})["assay.fingerprint.run"])
    assert len(prints) == len(DIGESTS) + 1


def test_the_command_is_no_part_of_code_and_environment():
    first, second = fingerprint_tags(DIGESTS), fingerprint_tags(DIGESTS | {"command": "other"})
    for key in ("assay.fingerprint.code", "assay.fingerprint.environment"):
        assert first[key] == second[key]


def test_without_the_command_no_run_counts_as_equal():
    assert "assay.fingerprint.run" not in fingerprint_tags({"commit": "c", "packages": "p"})
