"""Experiments over HTTP, as compatible clients use them."""

import pytest

from servers import RunningServer

IPV = "INVALID_PARAMETER_VALUE"


def names(server: RunningServer, **search: object) -> list[str]:
    answer = server.post("experiments/search", {"max_results": 100, **search})
    return [experiment["name"] for experiment in answer.json.get("experiments", [])]


def test_the_default_experiment_is_there_from_the_start(server: RunningServer) -> None:
    found = server.get("experiments/get", experiment_id="0").json["experiment"]
    assert found["name"] == "Default"
    assert found["artifact_location"] == "mlflow-artifacts:/0"
    assert found["lifecycle_stage"] == "active"
    assert isinstance(found["creation_time"], int)


def test_ids_grow_by_one_from_one(server: RunningServer) -> None:
    assert [server.new_experiment(name) for name in ("a", "b", "c")] == ["1", "2", "3"]


def test_a_new_experiment_has_its_tags_and_its_place(server: RunningServer) -> None:
    created = server.post(
        "experiments/create", {"name": "a", "tags": [{"key": "k", "value": "line\nbreak"}]}
    ).json
    found = server.get("experiments/get", experiment_id=created["experiment_id"]).json["experiment"]
    assert found["tags"] == [{"key": "k", "value": "line\nbreak"}]
    assert found["artifact_location"] == f"mlflow-artifacts:/{created['experiment_id']}"


def test_a_location_may_be_chosen(server: RunningServer) -> None:
    created = server.post("experiments/create", {"name": "a", "artifact_location": "s3://b/p"}).json
    found = server.get("experiments/get", experiment_id=created["experiment_id"]).json["experiment"]
    assert found["artifact_location"] == "s3://b/p"


@pytest.mark.parametrize(
    "location", ["s3://b/p#x", "s3://b/p?q=../x", "runs:/a/b", "s3://" + "x" * 2049]
)
def test_a_doubtful_location_is_refused(server: RunningServer, location: str) -> None:
    answer = server.post("experiments/create", {"name": "a", "artifact_location": location})
    assert (answer.status, answer.json["error_code"]) == (400, IPV)


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 501, 31])
def test_a_wrong_name_is_refused(server: RunningServer, name: object) -> None:
    answer = server.post("experiments/create", {"name": name})
    assert (answer.status, answer.json["error_code"]) == (400, IPV)


def test_a_name_can_be_taken_only_once_even_by_a_deleted_experiment(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    for _ in range(2):
        answer = server.post("experiments/create", {"name": "a"})
        assert (answer.status, answer.json["error_code"]) == (400, "RESOURCE_ALREADY_EXISTS")
        assert "Experiment(name=a) already exists" in answer.json["message"]
        server.post("experiments/delete", {"experiment_id": experiment_id})


def test_experiments_are_found_by_id_and_name_also_when_deleted(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    server.post("experiments/delete", {"experiment_id": experiment_id})
    by_id = server.get("experiments/get", experiment_id=experiment_id).json
    by_name = server.get("experiments/get-by-name", experiment_name="a").json
    assert by_id == by_name
    assert by_id["experiment"]["lifecycle_stage"] == "deleted"


@pytest.mark.parametrize("experiment_id", ["77", "abc", "-1", "9" * 30])
def test_an_unknown_id_is_never_a_server_error(server: RunningServer, experiment_id: str) -> None:
    assert server.get("experiments/get", experiment_id=experiment_id).status in {400, 404}


def test_an_unknown_experiment_is_404_with_the_known_words(server: RunningServer) -> None:
    by_id = server.get("experiments/get", experiment_id="77")
    by_name = server.get("experiments/get-by-name", experiment_name="x")
    assert by_id.status == by_name.status == 404
    assert by_id.json["message"] == "No Experiment with id=77 exists"
    assert by_name.json["error_code"] == "RESOURCE_DOES_NOT_EXIST"
    assert by_name.json["message"] == "Could not find experiment with name 'x'"


def test_renaming_changes_name_and_time(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    before = server.get("experiments/get", experiment_id=experiment_id).json["experiment"]
    assert (
        server.post("experiments/update", {"experiment_id": experiment_id, "new_name": "b"}).json
        == {}
    )
    after = server.get("experiments/get", experiment_id=experiment_id).json["experiment"]
    assert after["name"] == "b"
    assert after["last_update_time"] >= before["last_update_time"]


def test_a_deleted_experiment_cannot_be_renamed_and_it_is_no_server_error(
    server: RunningServer,
) -> None:
    experiment_id = server.new_experiment("a")
    server.post("experiments/delete", {"experiment_id": experiment_id})
    answer = server.post("experiments/update", {"experiment_id": experiment_id, "new_name": "b"})
    assert answer.status == 400


def test_renaming_to_a_taken_name_is_refused(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    answer = server.post(
        "experiments/update", {"experiment_id": experiment_id, "new_name": "Default"}
    )
    assert (answer.status, answer.json["error_code"]) == (400, "RESOURCE_ALREADY_EXISTS")


def test_deleting_and_restoring_takes_the_runs_along(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    run_ids = [server.new_run(experiment_id) for _ in range(2)]
    server.post("runs/delete", {"run_id": run_ids[0]})
    server.post("experiments/delete", {"experiment_id": experiment_id})
    stages = [
        server.get("runs/get", run_id=run_id).json["run"]["info"]["lifecycle_stage"]
        for run_id in run_ids
    ]
    server.post("experiments/restore", {"experiment_id": experiment_id})
    restored = [
        server.get("runs/get", run_id=run_id).json["run"]["info"]["lifecycle_stage"]
        for run_id in run_ids
    ]
    assert (stages, restored) == (["deleted"] * 2, ["active"] * 2)


def test_deleting_twice_and_restoring_an_active_one_is_404(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    assert server.post("experiments/restore", {"experiment_id": experiment_id}).status == 404
    assert server.post("experiments/delete", {"experiment_id": experiment_id}).json == {}
    assert server.post("experiments/delete", {"experiment_id": experiment_id}).status == 404


def test_tags_are_set_overwritten_and_deleted(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    for value in ("1", ""):
        tag = {"experiment_id": experiment_id, "key": "k", "value": value}
        assert server.post("experiments/set-experiment-tag", tag).json == {}
        found = server.get("experiments/get", experiment_id=experiment_id).json["experiment"]
        assert found["tags"] == [{"key": "k", "value": value}]
    deleted = {"experiment_id": experiment_id, "key": "k"}
    assert server.post("experiments/delete-experiment-tag", deleted).json == {}
    again = server.post("experiments/delete-experiment-tag", deleted)
    assert (again.status, again.json["error_code"]) == (404, "RESOURCE_DOES_NOT_EXIST")
    assert "No tag with name: k" in again.json["message"]


@pytest.mark.parametrize(
    ("key", "value"), [("k" * 251, "v"), ("", "v"), ("k", "v" * 20_001), ("k", 41), (31, "v")]
)
def test_a_wrong_tag_is_refused(server: RunningServer, key: object, value: object) -> None:
    tag = {"experiment_id": "0", "key": key, "value": value}
    answer = server.post("experiments/set-experiment-tag", tag)
    assert (answer.status, answer.json["error_code"]) == (400, IPV)


def test_a_tag_on_a_deleted_experiment_is_refused(server: RunningServer) -> None:
    experiment_id = server.new_experiment("a")
    server.post("experiments/delete", {"experiment_id": experiment_id})
    tag = {"experiment_id": experiment_id, "key": "k", "value": "v"}
    answer = server.post("experiments/set-experiment-tag", tag)
    assert answer.status == 400
    assert "must be in the 'active' state" in answer.json["message"]


@pytest.mark.parametrize(
    ("max_results", "words"),
    [
        (None, "Invalid value 0 for parameter 'max_results' supplied. It must be a positive"),
        (0, "Invalid value 0 for parameter 'max_results' supplied. It must be a positive"),
        (-1, "It must be a positive integer"),
        (50_001, "It must be at most 50000"),
    ],
)
def test_a_search_needs_a_sensible_number_of_results(
    server: RunningServer, max_results: int | None, words: str
) -> None:
    answer = server.post("experiments/search", {"max_results": max_results})
    assert answer.status == 400
    assert words in answer.json["message"]


def test_the_newest_comes_first_and_default_last(server: RunningServer) -> None:
    for name in ("a", "b", "c"):
        server.new_experiment(name)
    assert names(server) == ["c", "b", "a", "Default"]


def test_names_are_ordered_by_bytes(server: RunningServer) -> None:
    for name in ("ab", "Abc", "a"):
        server.new_experiment(name)
    assert names(server, order_by=["name DESC"]) == ["ab", "a", "Default", "Abc"]


def test_a_search_by_get_answers_the_same(server: RunningServer) -> None:
    server.new_experiment("a")
    by_get = server.get("experiments/search", max_results=5, filter="name = 'a'").json
    by_post = server.post("experiments/search", {"max_results": 5, "filter": "name = 'a'"}).json
    assert by_get == by_post
    assert len(by_get["experiments"]) == 1


def test_pages_joined_are_the_whole_and_the_last_has_no_token(server: RunningServer) -> None:
    for name in "abcd":
        server.new_experiment(name)
    found, token = [], ""
    for _ in range(3):
        page = server.post("experiments/search", {"max_results": 2, "page_token": token}).json
        found += [experiment["name"] for experiment in page["experiments"]]
        token = page.get("next_page_token", "")
    assert (found, token) == (["d", "c", "b", "a", "Default"], "")


def test_a_broken_token_is_refused(server: RunningServer) -> None:
    answer = server.post("experiments/search", {"max_results": 2, "page_token": "!!"})
    assert answer.status == 400
    assert "Invalid page token" in answer.json["message"]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("ACTIVE_ONLY", ["Default"]),
        ("DELETED_ONLY", ["a"]),
        ("ALL", ["a", "Default"]),
        (3, ["a", "Default"]),
    ],
)
def test_a_view_chooses_active_deleted_or_all(
    server: RunningServer, view: object, expected: list[str]
) -> None:
    server.post("experiments/delete", {"experiment_id": server.new_experiment("a")})
    assert names(server, view_type=view) == expected


def test_a_different_tag_needs_the_tag_to_exist(server: RunningServer) -> None:
    for name, value in (("a", "1"), ("b", "2")):
        tag = {"experiment_id": server.new_experiment(name), "key": "k", "value": value}
        server.post("experiments/set-experiment-tag", tag)
    assert names(server, filter="tags.k != '1'") == ["b"]
    assert names(server, filter="tag.k ILIKE '1'") == ["a"]


def test_equality_and_like_know_case_and_ilike_does_not(server: RunningServer) -> None:
    server.new_experiment("Abc")
    assert names(server, filter="name = 'abc'") == []
    assert names(server, filter="name LIKE 'abc%'") == []
    assert names(server, filter="attribute.name ILIKE 'abc%'") == ["Abc"]


def test_data_sets_of_experiments_are_listed(server: RunningServer) -> None:
    run_id = server.new_run()
    dataset = {"name": "d", "digest": "1", "source_type": "local", "source": "x"}
    tags = [{"key": "mlflow.data.context", "value": "train"}]
    server.post(
        "runs/log-inputs", {"run_id": run_id, "datasets": [{"dataset": dataset, "tags": tags}]}
    )
    for address in ("/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"):
        answer = server.post(f"{address}experiments/search-datasets", {"experiment_ids": ["0"]})
        assert answer.json == {
            "dataset_summaries": [
                {"experiment_id": "0", "name": "d", "digest": "1", "context": "train"}
            ]
        }


@pytest.mark.parametrize(
    ("n_ids", "words"), [(0, "at least one experiment_id"), (21, "cannot specify more than 20")]
)
def test_data_sets_of_no_or_too_many_experiments_are_refused(
    server: RunningServer, n_ids: int, words: str
) -> None:
    asked = {"experiment_ids": [str(number) for number in range(n_ids)]}
    answer = server.post("experiments/search-datasets", asked)
    assert answer.status == 400
    assert words in answer.json["message"]


def test_the_activity_of_experiments_is_counted_exactly(server: RunningServer) -> None:
    busy, empty = server.new_experiment("busy"), server.new_experiment("empty")
    runs = [server.new_run(busy, start_time=start) for start in (10, 30, 20)]
    server.post("runs/update", {"run_id": runs[0], "status": "FINISHED", "end_time": 40})
    server.post("runs/delete", {"run_id": runs[1]})
    address = "/api/assay/v1/experiments/activity"
    answer = server.post(address, {"experiment_ids": [busy, empty, "none"]}).json
    assert answer["experiments"] == [
        {"experiment_id": busy, "n_runs": 2, "n_running": 1, "last_start_ms": 20},
        {"experiment_id": empty, "n_runs": 0, "n_running": 0, "last_start_ms": None},
    ]
    refused = server.post(address, {"experiment_ids": [str(number) for number in range(1001)]})
    assert refused.status == 400
