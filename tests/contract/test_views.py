"""Saved views and kept states, on either database."""

import json

import pytest

from servers import RunningServer

ASSAY = "/api/assay/v1/"


def save(server: RunningServer, name: str = "mine", state: object = None, **fields):
    body = {"name": name, "state": json.dumps({"q": "a"} if state is None else state), **fields}
    answer = server.post(f"{ASSAY}views/create", body)
    assert answer.status == 200, answer.text
    return answer.json["view"]


def names(server: RunningServer, **asked) -> list[str]:
    return [view["name"] for view in server.get(f"{ASSAY}views/list", **asked).json["views"]]


def test_a_view_is_what_was_saved(server: RunningServer) -> None:
    experiment = server.new_experiment("vision")
    view = save(
        server, "  best ones ", {"q": "metrics.a > 1", "cols": "x,y"}, experiment_id=experiment
    )
    assert (view["name"], view["version"], view["experiment_id"]) == ("best ones", 1, experiment)
    found = server.get(f"{ASSAY}views/get", view_id=view["view_id"]).json["view"]
    assert found == view
    assert json.loads(found["state"]) == {"q": "metrics.a > 1", "cols": "x,y"}


def test_views_of_one_experiment_and_of_all_are_listed_apart(server: RunningServer) -> None:
    experiment = server.new_experiment("vision")
    save(server, "own", experiment_id=experiment)
    save(server, "everywhere")
    assert names(server, experiment_id=experiment) == ["own"]
    assert names(server) == ["everywhere"]


def test_saving_anew_keeps_the_older_versions(server: RunningServer) -> None:
    view = save(server)
    body = {"view_id": view["view_id"], "based_on": 1, "state": '{"q": "b"}', "name": "ours"}
    newer = server.post(f"{ASSAY}views/update", body).json["view"]
    assert (newer["version"], newer["name"], json.loads(newer["state"])) == (2, "ours", {"q": "b"})
    versions = server.get(f"{ASSAY}views/versions", view_id=view["view_id"]).json["versions"]
    assert [(one["version"], json.loads(one["state"])["q"]) for one in versions] == [
        (2, "b"),
        (1, "a"),
    ]


def test_who_saved_second_is_told_and_loses_nothing(server: RunningServer) -> None:
    view = save(server)
    body = {"view_id": view["view_id"], "based_on": 1, "state": '{"q": "b"}'}
    assert server.post(f"{ASSAY}views/update", body).status == 200
    refused = server.post(f"{ASSAY}views/update", {**body, "state": '{"q": "c"}'})
    assert refused.status == 409
    assert "at version 2, not 1" in refused.json["message"]
    kept = server.get(f"{ASSAY}views/get", view_id=view["view_id"]).json["view"]
    assert json.loads(kept["state"]) == {"q": "b"}


def test_a_deleted_view_can_be_restored(server: RunningServer) -> None:
    view = save(server)
    named = {"view_id": view["view_id"]}
    assert server.post(f"{ASSAY}views/delete", named).status == 200
    assert names(server) == []
    assert server.get(f"{ASSAY}views/get", **named).status == 404
    assert server.post(f"{ASSAY}views/restore", named).status == 200
    assert names(server) == ["mine"]


def test_views_go_with_their_experiment(server: RunningServer) -> None:
    experiment = server.new_experiment("left")
    view = save(server, experiment_id=experiment)
    server.post("experiments/delete", {"experiment_id": experiment})
    body = {"force": True, "experiment_ids": [experiment]}
    outcome = server.post(f"{ASSAY}trash/purge", body)
    assert outcome.json["outcomes"][0]["state"] == "purged"
    assert server.get(f"{ASSAY}views/get", view_id=view["view_id"]).status == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": " "}, 400),
        ({"name": "a" * 251}, 400),
        ({"state": "[]"}, 400),
        ({"state": "{"}, 400),
        ({"state": json.dumps({"a": "x" * 70_000})}, 400),
        ({"experiment_id": "999"}, 404),
        ({"experiment_id": "nonsense"}, 400),
    ],
)
def test_what_is_no_view_is_refused(server: RunningServer, fields, status: int) -> None:
    answer = server.post(f"{ASSAY}views/create", {"name": "a", "state": "{}", **fields})
    assert answer.status == status, answer.text


def test_equal_states_have_one_digest_and_come_back_as_they_are(server: RunningServer) -> None:
    def keep(state: str) -> str:
        return str(server.post(f"{ASSAY}states/keep", {"state": state}).json["state_id"])

    first = keep('{"b": 1, "a": "größe"}')
    assert keep('{ "a": "größe", "b": 1 }') == first != keep('{"a": 2}')
    assert json.loads(server.get(f"{ASSAY}states/get", state_id=first).json["state"]) == {
        "a": "größe",
        "b": 1,
    }
    assert server.get(f"{ASSAY}states/get", state_id="unknown").status == 404
