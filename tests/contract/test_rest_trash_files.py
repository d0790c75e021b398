"""Files beside those of something purged: what belongs to a run that stays is never touched."""

import pytest

from trash_items import FILES, add_model, add_run, all_files, delete_runs, purge, put_file

AJAX = "/ajax-api/2.0/mlflow"


@pytest.fixture
def purged(server):
    """The id of a run that was purged."""
    run_id = add_run(server)
    delete_runs(server, run_id)
    purge(server, run_ids=[run_id])
    return run_id


def test_a_living_runs_file_in_a_folder_called_like_a_purged_run_can_be_sent_again(server, purged):
    living = server.new_run("0")
    address = f"{AJAX}/upload-artifact?run_uuid={living}&path={purged}/artifacts/x"
    for content in (b"first", b"second"):
        answer = server.ask("POST", address, content)
        assert answer.status == 200, answer.text
    kept = f"0/{living}/artifacts/{purged}/artifacts/x"
    assert put_file(server, kept, b"third") == 200
    assert server.ask("GET", FILES + kept).body == b"third"
    assert all_files(server) == [kept]


def test_nothing_is_kept_for_a_purged_run_itself(server, purged):
    assert put_file(server, f"0/{purged}/artifacts/x") == 404
    assert all_files(server) == []


def test_runs_of_an_experiment_that_lies_below_a_purged_run_keep_their_files(server, purged):
    location = f"mlflow-artifacts:/0/{purged}/artifacts/inner"
    created = server.post("experiments/create", {"name": "inner", "artifact_location": location})
    run_id = server.new_run(created.json["experiment_id"])
    path = f"0/{purged}/artifacts/inner/{run_id}/artifacts/x"
    assert put_file(server, path, b"kept") == 200
    address = f"{AJAX}/upload-artifact?run_uuid={run_id}&path=y"
    assert server.ask("POST", address, b"kept").status == 200
    assert len(all_files(server)) == 2


def test_a_model_of_a_deleted_experiment_stays_while_a_run_restored_there_has_it_as_an_input(
    server,
):
    created = server.post("experiments/create", {"name": "left"})
    experiment = created.json["experiment_id"]
    source, user = (server.new_run(experiment) for _ in range(2))
    model = add_model(server, source, experiment)
    inputs = {"run_id": user, "models": [{"model_id": model}]}
    assert server.post("runs/log-inputs", inputs).status == 200
    assert server.post("experiments/delete", {"experiment_id": experiment}).status == 200
    assert server.post("runs/restore", {"run_id": user}).status == 200
    outcome = purge(server, model_ids=[model])[model]
    assert outcome["state"] == "kept"
    assert user in outcome["reason"]
    delete_runs(server, user)
    assert purge(server, model_ids=[model])[model]["state"] == "purged"
