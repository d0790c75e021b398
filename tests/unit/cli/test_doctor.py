"""`assay doctor`."""

import json

import assay


def findings(result):
    return {finding["subject"]: finding for finding in json.loads(result.stdout)}


def test_a_healthy_place_has_no_advice(run):
    found = findings(run("doctor", "--json"))
    assert found["store"]["found"].startswith("none yet")
    assert all(not finding["advice"] for finding in found.values())


def test_it_counts_what_the_store_has(run):
    with assay.start_run(experiment_id="0"):
        pass
    assert "1 runs in 1 experiments" in findings(run("doctor", "--json"))["store"]["found"]


def test_a_server_that_is_away_is_a_failure_with_advice(run, monkeypatch):
    monkeypatch.setenv("ASSAY_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("ASSAY_HTTP_REQUEST_MAX_RETRIES", "0")
    result = run("doctor", ok=False)
    assert result.exit_code == 1
    assert "store" in result.stderr


def test_secrets_are_never_shown(run, monkeypatch):
    monkeypatch.setenv("ASSAY_TRACKING_PASSWORD", "hunter2")
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", "hunter3")
    monkeypatch.setenv("ASSAY_BACKEND_STORE_URI", "postgresql://me:hunter4@host/db")
    assert "hunter" not in run("doctor").output


def test_every_value_can_be_hidden(run, place):
    assert findings(run("doctor", "--mask-envs", "--json"))["ASSAY_TRACKING_URI"]["found"] == "***"
