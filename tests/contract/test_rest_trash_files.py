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


def test_the_very_folder_of_a_run_that_lies_below_a_purged_run_is_no_purged_place(server, purged):
    location = f"mlflow-artifacts:/0/{purged}/artifacts/inner"
    created = server.post("experiments/create", {"name": "inner", "artifact_location": location})
    run_id = server.new_run(created.json["experiment_id"])
    assert put_file(server, f"0/{purged}/artifacts/inner/{run_id}/artifacts") == 200


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


def test_a_file_that_a_living_run_has_in_the_folder_of_a_run_inside_its_own_stays(server):
    living = server.new_run("0")
    location = f"mlflow-artifacts:/0/{living}/artifacts/inner"
    created = server.post("experiments/create", {"name": "inner", "artifact_location": location})
    inner = server.new_run(created.json["experiment_id"])
    own = f"0/{living}/artifacts/inner/{inner}/artifacts/own.txt"
    address = f"{AJAX}/upload-artifact?run_uuid={living}&path=inner/{inner}/artifacts/own.txt"
    assert server.ask("POST", address, b"own").status == 200
    delete_runs(server, inner)
    outcome = purge(server, run_ids=[inner])[inner]
    assert (outcome["state"], outcome["n_files"]) == ("purged", 0)
    assert "in the folder of something that stays" in outcome["files_left"]
    assert all_files(server) == [own]


@pytest.mark.parametrize("place", ["//assay.example:5000", "//127.0.0.1", ""])
def test_an_experiment_inside_a_run_keeps_its_files_however_its_location_names_the_server(
    server, place
):
    run_id = add_run(server)
    location = f"mlflow-artifacts:{place}/0/{run_id}/artifacts/inner"
    created = server.post("experiments/create", {"name": "inner", "artifact_location": location})
    inner = server.new_run(created.json["experiment_id"])
    path = f"0/{run_id}/artifacts/inner/{inner}/artifacts/kept.txt"
    assert put_file(server, path) == 200
    delete_runs(server, run_id)
    outcome = purge(server, run_ids=[run_id])[run_id]
    assert "An experiment keeps its files" in outcome["files_left"]
    assert put_file(server, path, b"again") == 200
    assert server.ask("GET", FILES + path).body == b"again"


@pytest.mark.parametrize("name", ["notes#1.txt", "back\\slash"])
def test_what_the_server_cannot_name_stays_beside_the_files_of_a_purged_run(server, name):
    run_id = add_run(server)
    kept = server.root / "artifacts" / "0" / run_id / name
    kept.write_text("kept")
    delete_runs(server, run_id)
    assert purge(server, run_ids=[run_id])[run_id]["n_files"] == 2
    assert kept.read_text() == "kept"


def test_a_link_beside_the_files_of_a_purged_run_stays(server, tmp_path):
    run_id = add_run(server)
    link = server.root / "artifacts" / "0" / run_id / "data"
    link.symlink_to(tmp_path)
    delete_runs(server, run_id)
    assert purge(server, run_ids=[run_id])[run_id]["state"] == "purged"
    assert link.is_symlink()
