"""The trash over HTTP, on either database: what goes, what stays, and what is told of it."""

import threading

import pytest

from servers import API, wait_until
from trash_items import (
    ASSAY,
    FILES,
    add_model,
    add_run,
    all_files,
    delete_runs,
    purge,
    put_file,
    trash,
)


def test_a_purged_run_is_gone_with_its_files_and_others_are_untouched(server):
    gone, kept = add_run(server), add_run(server)
    before = server.get("runs/get", run_id=kept).json
    delete_runs(server, gone)
    outcome = purge(server, run_ids=[gone])[gone]
    assert (outcome["state"], outcome["n_files"], outcome["file_bytes"]) == ("purged", 2, 2000)
    assert server.get("runs/get", run_id=gone).status == 404
    assert server.get("runs/get", run_id=kept).json == before
    assert all_files(server) == [
        f"0/{kept}/artifacts/model/weights.bin",
        f"0/{kept}/artifacts/notes.txt",
    ]
    assert not (server.root / "artifacts" / "0" / gone).exists()
    assert trash(server) == []


def test_purging_twice_is_purging_once(server):
    run_id = add_run(server)
    delete_runs(server, run_id)
    purge(server, run_ids=[run_id])
    again = purge(server, run_ids=[run_id])[run_id]
    assert (again["state"], again["n_rows"], again["n_files"]) == ("purged", 0, 0)


def test_what_the_list_tells_is_what_the_purge_frees(server):
    run_ids = [add_run(server) for _ in range(3)]
    model = add_model(server, run_ids[0])
    server.ask("DELETE", f"{API}logged-models/{model}")
    delete_runs(server, *run_ids)
    figures = ("n_rows", "size_bytes", "n_files", "file_bytes")
    told = {item["id"]: [item[name] for name in figures] for item in trash(server)}
    outcomes = purge(server, run_ids=run_ids, model_ids=[model])
    freed = {one["id"]: [one[name] for name in figures] for one in outcomes.values()}
    assert freed == told
    assert told[run_ids[1]][0] > 60


def test_listing_changes_nothing(server):
    run_id = add_run(server)
    delete_runs(server, run_id)
    before = server.get("runs/get", run_id=run_id).json, all_files(server)
    assert trash(server) == trash(server)
    assert (server.get("runs/get", run_id=run_id).json, all_files(server)) == before


def test_an_active_run_is_never_purged(server):
    run_id = add_run(server)
    outcome = purge(server, run_ids=[run_id])[run_id]
    assert (outcome["state"], outcome["reason"]) == ("kept", "It is not deleted.")
    assert len(all_files(server)) == 2
    assert len(server.get("runs/get", run_id=run_id).json["run"]["data"]["params"]) == 25


def test_what_can_still_be_restored_stays_but_by_force(server):
    run_id = add_run(server)
    delete_runs(server, run_id)
    outcome = purge(server, run_ids=[run_id], force=False)[run_id]
    assert outcome["state"] == "kept"
    assert "too recently" in outcome["reason"]
    item = trash(server)[0]
    assert item["restorable_until"] - item["deleted_time"] == 30 * 86_400_000
    outcome = purge(server, run_ids=[run_id], deleted_before_ms=item["deleted_time"] - 1)[run_id]
    assert outcome["state"] == "kept"
    assert purge(server, run_ids=[run_id])[run_id]["state"] == "purged"


def test_a_restored_run_has_all_it_had(server):
    run_id = add_run(server)
    before = server.get("runs/get", run_id=run_id).json
    delete_runs(server, run_id)
    assert server.post(f"{ASSAY}trash/restore", {"run_ids": [run_id]}).status == 200
    assert server.get("runs/get", run_id=run_id).json == before
    assert trash(server) == []
    assert purge(server, run_ids=[run_id])[run_id]["state"] == "kept"


def test_nothing_is_restored_when_one_of_several_does_not_exist(server):
    run_id = add_run(server)
    delete_runs(server, run_id)
    answer = server.post(f"{ASSAY}trash/restore", {"run_ids": [run_id, "0" * 32]})
    assert answer.status == 404
    assert [item["id"] for item in trash(server)] == [run_id]


def test_a_run_that_a_logged_model_needs_stays_until_the_model_goes(server):
    run_id = add_run(server)
    model = add_model(server, run_id)
    delete_runs(server, run_id)
    assert trash(server)[0]["needed_by"] == [model]
    outcome = purge(server, run_ids=[run_id])[run_id]
    assert outcome["state"] == "kept"
    assert model in outcome["reason"]
    assert len(all_files(server)) == 3
    server.ask("DELETE", f"{API}logged-models/{model}")
    outcomes = purge(server, run_ids=[run_id], model_ids=[model])
    assert {one["state"] for one in outcomes.values()} == {"purged"}
    assert all_files(server) == []


def test_a_run_with_metrics_of_another_runs_model_stays(server):
    source, measured = add_run(server), add_run(server)
    model = add_model(server, source)
    body = {"run_id": measured, "key": "auc", "value": 1, "timestamp": 1, "model_id": model}
    assert server.post("runs/log-metric", body).status == 200
    delete_runs(server, measured)
    assert purge(server, run_ids=[measured])[measured]["state"] == "kept"


def test_a_purged_model_leaves_the_run_it_came_from_as_it_is(server):
    run_id = add_run(server)
    model = add_model(server, run_id)
    before = server.get("runs/get", run_id=run_id).json
    server.ask("DELETE", f"{API}logged-models/{model}")
    assert purge(server, model_ids=[model])[model]["state"] == "purged"
    assert server.get("runs/get", run_id=run_id).json == before
    assert len(all_files(server)) == 2
    assert server.get(f"{API}logged-models/{model}").status == 404


def test_an_active_model_in_an_active_experiment_is_never_purged(server):
    model = add_model(server, add_run(server))
    assert purge(server, model_ids=[model])[model]["reason"] == "It is not deleted."
    assert server.get(f"{API}logged-models/{model}").status == 200


def test_a_deleted_model_can_be_restored(server):
    model = add_model(server, add_run(server))
    server.ask("DELETE", f"{API}logged-models/{model}")
    assert server.get(f"{API}logged-models/{model}").status == 404
    assert server.post(f"{ASSAY}trash/restore", {"model_ids": [model]}).status == 200
    assert server.get(f"{API}logged-models/{model}").status == 200


def test_a_model_that_was_deleted_with_its_experiment_comes_back_with_it(server):
    experiment = server.new_experiment("vision")
    model = add_model(server, add_run(server, experiment), experiment)
    server.post("experiments/delete", {"experiment_id": experiment})
    answer = server.post(f"{ASSAY}trash/restore", {"model_ids": [model]})
    assert (answer.status, experiment in answer.json["message"]) == (400, True)
    both = {"model_ids": [model], "experiment_ids": [experiment]}
    assert server.post(f"{ASSAY}trash/restore", both).status == 200
    assert trash(server) == []


def test_an_experiment_goes_after_all_that_is_in_it(server):
    experiment = server.new_experiment("vision")
    run_id = add_run(server, experiment)
    model = add_model(server, run_id, experiment)
    server.post("experiments/delete", {"experiment_id": experiment})
    assert {(item["kind"], item["id"]) for item in trash(server)} == {
        ("run", run_id),
        ("model", model),
        ("experiment", experiment),
    }
    assert purge(server, experiment_ids=[experiment])[experiment]["state"] == "kept"
    outcomes = purge(server, run_ids=[run_id], model_ids=[model], experiment_ids=[experiment])
    assert [one["state"] for one in outcomes.values()] == ["purged"] * 3
    assert all_files(server) == []
    assert server.get("experiments/get", experiment_id=experiment).status == 404
    assert server.new_experiment("vision") != experiment


def test_an_experiment_with_a_restored_run_stays(server):
    experiment = server.new_experiment("vision")
    run_id = add_run(server, experiment)
    server.post("experiments/delete", {"experiment_id": experiment})
    server.post("runs/restore", {"run_id": run_id})
    outcomes = purge(server, run_ids=[run_id], experiment_ids=[experiment])
    assert {one["state"] for one in outcomes.values()} == {"kept"}
    assert server.get("runs/get", run_id=run_id).status == 200


@pytest.mark.parametrize("spelling", ["0", "00"])
def test_the_default_experiment_is_never_purged(server, spelling):
    server.post("experiments/delete", {"experiment_id": "0"})
    outcome = purge(server, experiment_ids=[spelling])[spelling]
    assert outcome["state"] == "kept"
    assert server.get("experiments/get", experiment_id="0").status == 200


def test_a_model_that_a_run_of_another_experiment_uses_outlives_its_experiment(server):
    experiment = server.new_experiment("vision")
    model = add_model(server, add_run(server, experiment), experiment)
    user = add_run(server)
    body = {"run_id": user, "models": [{"model_id": model}]}
    assert server.post("runs/log-inputs", body).status == 200
    server.post("experiments/delete", {"experiment_id": experiment})
    outcome = purge(server, model_ids=[model])[model]
    assert (outcome["state"], user in outcome["reason"]) == ("kept", True)


def test_what_arrives_late_for_a_purged_run_is_refused_and_makes_nothing_anew(server):
    run_id = add_run(server)
    delete_runs(server, run_id)
    purge(server, run_ids=[run_id])
    body = {"run_id": run_id, "key": "loss", "value": 1, "timestamp": 1}
    assert server.post("runs/log-metric", body).status == 404
    assert server.post("runs/restore", {"run_id": run_id}).status == 404
    assert put_file(server, f"0/{run_id}/artifacts/late.txt") == 404
    parts = server.post(
        f"/api/2.0/mlflow-artifacts/mpu/create/0/{run_id}/artifacts",
        {"path": "late.txt", "num_parts": 1},
    )
    assert parts.status == 404
    assert all_files(server) == []


def test_a_file_that_is_on_its_way_while_its_run_is_purged_is_not_kept(server):
    run_id = add_run(server)
    delete_runs(server, run_id)
    size = 3_000_000
    head = f"PUT {FILES}0/{run_id}/artifacts/late.bin HTTP/1.1\r\nHost: localhost\r\n"
    incoming = server.root / "artifacts" / ".assay-incoming"
    with server.connect() as connection:
        connection.sendall(f"{head}Content-Length: {size}\r\n\r\n".encode() + b"x" * 1_500_000)
        wait_until(lambda: any(incoming.glob("file-*")))
        assert purge(server, run_ids=[run_id])[run_id]["state"] == "purged"
        connection.sendall(b"x" * (size - 1_500_000))
        assert b" 404 " in connection.recv(1000).partition(b"\r\n")[0]
    assert all_files(server) == []


def test_shared_folders_are_not_touched(server):
    run_id = add_run(server)
    body = {"name": "inside", "artifact_location": f"mlflow-artifacts:/0/{run_id}/artifacts/deep"}
    experiment = server.post("experiments/create", body).json["experiment_id"]
    inner = server.new_run(experiment)
    put_file(server, f"0/{run_id}/artifacts/deep/{inner}/artifacts/kept.txt")
    delete_runs(server, run_id)
    outcome = purge(server, run_ids=[run_id])[run_id]
    assert (outcome["state"], outcome["n_files"]) == ("purged", 0)
    assert "An experiment keeps its files" in outcome["files_left"]
    assert len(all_files(server)) == 3


def test_a_folder_around_which_others_keep_files_is_not_touched(server):
    run_id = add_run(server)
    body = {"name": "around", "artifact_location": f"mlflow-artifacts:/0/{run_id}"}
    assert server.post("experiments/create", body).status == 200
    delete_runs(server, run_id)
    assert purge(server, run_ids=[run_id])[run_id]["files_left"]
    assert len(all_files(server)) == 2


def test_files_beyond_the_servers_reach_are_left_and_told(server, tmp_path):
    outside = tmp_path / "outside"
    body = {"name": "elsewhere", "artifact_location": str(outside)}
    experiment = server.post("experiments/create", body).json["experiment_id"]
    run_id = server.new_run(experiment)
    precious = outside / run_id / "artifacts" / "precious.txt"
    precious.parent.mkdir(parents=True)
    precious.write_text("x")
    delete_runs(server, run_id)
    item = trash(server)[0]
    assert item["n_files"] is None
    assert "does not reach" in item["files_left"]
    outcome = purge(server, run_ids=[run_id])[run_id]
    assert (outcome["state"], outcome["files_left"]) == ("purged", item["files_left"])
    assert precious.exists()


def test_pages_of_the_trash_joined_are_the_trash(server):
    experiment = server.new_experiment("vision")
    runs = [server.new_run(experiment) for _ in range(5)]
    model = add_model(server, runs[0], experiment)
    server.post("experiments/delete", {"experiment_id": experiment})
    server.post("experiments/delete", {"experiment_id": server.new_experiment("another")})
    whole = trash(server)
    assert len(whole) == 8
    assert trash(server, max_results=1) == trash(server, max_results=3) == whole
    scoped = trash(server, experiment_ids=[experiment])
    assert {item["id"] for item in scoped} == {*runs, model, experiment}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("trash/purge", {}),
        ("trash/purge", {"run_ids": ["x"] * 101}),
        ("trash/purge", {"experiment_ids": ["all"]}),
        ("trash/restore", {}),
        ("trash/list", {"experiment_ids": ["typo"]}),
        ("trash/list", {"page_token": "nonsense"}),
        ("trash/list", {"max_results": 0}),
        ("space", {"by": "colour"}),
        ("space", {"experiment_ids": ["typo"]}),
    ],
)
def test_nonsense_is_refused(server, path, body):
    assert server.post(ASSAY + path, body).status == 400


def test_others_log_on_while_much_is_purged(server):
    run_ids = [add_run(server, n_points=5) for _ in range(8)]
    delete_runs(server, *run_ids)
    other = server.new_run()
    statuses = []

    def log():
        for step in range(60):
            body = {"run_id": other, "key": "loss", "value": 1, "timestamp": 1, "step": step}
            statuses.append(server.post("runs/log-metric", body).status)

    thread = threading.Thread(target=log)
    thread.start()
    outcomes = purge(server, run_ids=run_ids)
    thread.join()
    assert {one["state"] for one in outcomes.values()} == {"purged"}
    assert statuses == [200] * 60
    history = server.get("metrics/get-history", run_id=other, metric_key="loss").json["metrics"]
    assert len(history) == 60


def test_space_says_who_takes_it(server):
    experiment = server.new_experiment("vision")
    small, large = add_run(server, n_points=2), add_run(server, experiment)
    put_file(server, f"{experiment}/{large}/artifacts/big.bin", b"x" * 50_000)
    model = add_model(server, large, experiment)

    def space(**request):
        return server.post(f"{ASSAY}space", request).json

    by_experiment = space()
    assert [one["id"] for one in by_experiment["takers"]] == [experiment, "0"]
    by_run = space(by="run")
    assert [one["id"] for one in by_run["takers"]] == [large, small]
    assert by_run["takers"][0]["n_files"] == 4
    assert by_run["file_bytes"] == by_experiment["file_bytes"] == 2000 + 2000 + 50_000 + 1000
    assert by_run["n_rows"] == by_experiment["n_rows"] > 120
    artifacts = space(by="artifact", max_results=2)["takers"]
    assert [artifacts[0][name] for name in ("id", "owner_id")] == ["big.bin", large]
    assert space(by="artifact")["n_takers"] == 6
    assert model in {one["owner_id"] for one in space(by="artifact")["takers"]}
    metrics = {one["id"]: one for one in space(by="metric", experiment_ids=[experiment])["takers"]}
    assert metrics["m1"]["n_points"] == 40
    assert space(with_files=False)["n_files"] == 0
