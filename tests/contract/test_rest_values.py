"""The index of media and the typed params of a run, over HTTP on either database."""

import assay
from fluent_places import forget_everything

API = "/api/assay/v1/runs/"


def record(server, log):
    """Log to a run on `server` and return the run's id."""
    assay.set_tracking_uri(server.url)
    try:
        with assay.start_run() as run:
            log()
    finally:
        forget_everything()
    return run.info.run_id


def test_media_are_listed_by_key_and_step(server):
    def log():
        for step in range(5):
            assay.log({"answer": f"at {step}", "other": "x"}, step=step)

    run_id = record(server, log)
    answer = server.get(f"{API}media", run_id=run_id, key="answer", start_step=2, max_results=2)
    assert answer.status == 200
    files = answer.json["files"]
    assert [(file["key"], file["step"], file["kind"]) for file in files] == [
        ("answer", 2, "text"),
        ("answer", 3, "text"),
    ]
    assert files[0]["size_bytes"] == 4
    token = answer.json["next_page_token"]
    rest = server.get(
        f"{API}media", run_id=run_id, key="answer", start_step=2, max_results=2, page_token=token
    ).json
    assert [file["step"] for file in rest["files"]] == [4]
    assert "next_page_token" not in rest


def test_typed_params_and_amendments_are_told(server):
    def log():
        assay.log_params({"rate": 0.1, "name": "a"})
        assay.amend_param("rate", 1, reason="why")

    found = server.get(f"{API}params", run_id=record(server, log)).json
    assert found["params"] == [
        {"key": "name", "value": "a", "type": None},
        {"key": "rate", "value": "1", "type": "int"},
    ]
    (amendment,) = found["amendments"]
    assert amendment.pop("timestamp") > 0
    assert amendment == {
        "key": "rate",
        "old_value": "0.1",
        "old_type": "float",
        "new_value": "1",
        "new_type": "int",
        "reason": "why",
    }


def test_too_large_a_page_and_an_unknown_run_are_refused(server):
    run_id = server.new_run()
    too_many = server.get(f"{API}media", run_id=run_id, max_results=10_001)
    assert (too_many.status, too_many.json["error_code"]) == (400, "INVALID_PARAMETER_VALUE")
    for path in ("media", "params"):
        missing = server.get(f"{API}{path}", run_id="f" * 32)
        assert (missing.status, missing.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")


def test_a_run_without_any_has_empty_lists(server):
    run_id = server.new_run()
    assert server.get(f"{API}media", run_id=run_id).json.get("files", []) == []
    assert server.get(f"{API}params", run_id=run_id).json == {"params": [], "amendments": []}
