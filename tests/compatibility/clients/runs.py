"""Runs as a reference client sees them: creation, life, deletion."""

import time

import mlflow
from facts import collect, fresh
from mlflow.tracking.fluent import last_active_run


def record(facts, client):
    experiment_id = client.create_experiment(fresh("runs"))
    record_creation(facts, client, experiment_id)
    record_updates(facts, client, experiment_id)
    record_deletion(facts, client, experiment_id)
    record_fluent(facts, client, experiment_id)


def record_creation(facts, client, experiment_id):
    run = client.create_run(
        experiment_id, start_time=123, tags={"a": "b", "mlflow.user": "eve"}, run_name="first"
    )
    info = run.info
    facts["id_is_32_hex"] = len(info.run_id) == 32 and int(info.run_id, 16) >= 0
    facts["created"] = [info.status, info.start_time, info.end_time, info.lifecycle_stage]
    facts["user"] = client.get_run(info.run_id).info.user_id
    facts["name"] = [info.run_name, run.data.tags["mlflow.runName"]]
    facts["tags"] = {key: run.data.tags[key] for key in ("a", "mlflow.user")}
    where = f"/{experiment_id}/{info.run_id}/artifacts"
    facts["artifact_uri"] = info.artifact_uri.replace(where, "/EXPERIMENT/RUN/artifacts")
    facts["empty_data"] = [run.data.metrics, run.data.params]
    facts["same_when_read"] = dict(client.get_run(info.run_id).info) == dict(info)
    unnamed = client.create_run(experiment_id)
    facts["name_is_made_up"] = unnamed.info.run_name.count("-") == 2
    facts["name_from_tag"] = client.create_run(
        experiment_id, tags={"mlflow.runName": "tagged"}
    ).info.run_name
    facts.error(
        "names_disagree",
        lambda: client.create_run(experiment_id, tags={"mlflow.runName": "x"}, run_name="y"),
    )
    facts.error("unknown_experiment", lambda: client.create_run("987654321"))
    facts.error("unknown_run", lambda: client.get_run("0" * 32))


def record_updates(facts, client, experiment_id):
    run_id = client.create_run(experiment_id, run_name="old").info.run_id
    client.update_run(run_id, name="new")
    renamed = client.get_run(run_id)
    facts["renamed"] = [
        renamed.info.run_name,
        renamed.data.tags["mlflow.runName"],
        renamed.info.status,
    ]
    client.set_tag(run_id, "mlflow.runName", "by-tag")
    facts["renamed_by_tag"] = client.get_run(run_id).info.run_name
    before = int(time.time() * 1000)
    client.set_terminated(run_id)
    ended = client.get_run(run_id).info
    facts["ended"] = [ended.status, ended.end_time >= before]
    client.set_terminated(run_id, status="FAILED", end_time=5)
    ended = client.get_run(run_id).info
    facts["ended_otherwise"] = [ended.status, ended.end_time]
    client.update_run(run_id, status="RUNNING")
    facts["running_again"] = client.get_run(run_id).info.status


def record_deletion(facts, client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    client.delete_run(run_id)
    client.delete_run(run_id)
    facts["deleted"] = client.get_run(run_id).info.lifecycle_stage
    facts.error("param_on_deleted", lambda: client.log_param(run_id, "p", 1))
    facts.error("metric_on_deleted", lambda: client.log_metric(run_id, "m", 1))
    facts.error("tag_on_deleted", lambda: client.set_tag(run_id, "t", 1))
    facts.error("update_deleted", lambda: client.update_run(run_id, name="x"))
    client.restore_run(run_id)
    client.restore_run(run_id)
    facts["restored"] = client.get_run(run_id).info.lifecycle_stage
    facts.error("delete_unknown", lambda: client.delete_run("f" * 32))
    facts.error("restore_unknown", lambda: client.restore_run("f" * 32))


def record_fluent(facts, client, experiment_id):
    mlflow.set_experiment(experiment_id=experiment_id)
    parent = mlflow.start_run(run_name="parent", description="why")
    with mlflow.start_run(nested=True) as child:
        mlflow.log_param("depth", 1)
    mlflow.end_run()
    child_run = client.get_run(child.info.run_id)
    facts["nested"] = child_run.data.tags["mlflow.parentRunId"] == parent.info.run_id
    facts["parent_of"] = client.get_parent_run(child.info.run_id).info.run_id == parent.info.run_id
    facts["description"] = client.get_run(parent.info.run_id).data.tags["mlflow.note.content"]
    facts["finished"] = child_run.info.status
    try:
        with mlflow.start_run() as failing:
            int("not a number")
    except ValueError:
        facts["failed"] = client.get_run(failing.info.run_id).info.status
    with mlflow.start_run(run_id=failing.info.run_id):
        facts["resumed"] = client.get_run(failing.info.run_id).info.status
    facts["resumed_ended"] = client.get_run(failing.info.run_id).info.status
    facts["last_active"] = last_active_run().info.run_id == failing.info.run_id


collect(record)
