"""Params and tags as a reference client sees them."""

import mlflow
from facts import collect, fresh
from mlflow.entities import Param, RunTag


def record(facts, client):
    experiment_id = client.create_experiment(fresh("params"))
    record_params(facts, client, client.create_run(experiment_id).info.run_id)
    record_tags(facts, client, client.create_run(experiment_id).info.run_id)
    record_batches(facts, client, client.create_run(experiment_id).info.run_id)
    record_fluent(facts, client, experiment_id)


def record_params(facts, client, run_id):
    client.log_param(run_id, "p", 1)
    client.log_param(run_id, "p", "1")
    facts.error("changed", lambda: client.log_param(run_id, "p", 2))
    client.log_param(run_id, "empty", "")
    client.log_param(run_id, "text", "zwölf\n你好 '\"\\")
    client.log_param(run_id, "none", None)
    client.log_param(run_id, "long", "x" * 6000)
    facts.error("key", lambda: client.log_param(run_id, "a?b", 1))
    facts.error("long_key", lambda: client.log_param(run_id, "k" * 251, 1))
    facts.error("unknown_run", lambda: client.log_param("0" * 32, "p", 1))
    params = client.get_run(run_id).data.params
    facts["long"] = len(params.pop("long"))
    facts["params"] = params


def record_tags(facts, client, run_id):
    client.set_tag(run_id, "t", "1")
    client.set_tag(run_id, "t", "2")
    client.set_tag(run_id, "empty", "")
    client.set_tag(run_id, "long", "x" * 8000)
    tags = client.get_run(run_id).data.tags
    facts["tags"] = {key: tags[key] for key in ("t", "empty")}
    facts["long_tag"] = len(tags["long"])
    client.delete_tag(run_id, "t")
    facts["tag_is_deleted"] = "t" not in client.get_run(run_id).data.tags
    facts.error("missing_tag", lambda: client.delete_tag(run_id, "t"))
    facts.error("tag_key", lambda: client.set_tag(run_id, "a?b", 1))


def record_batches(facts, client, run_id):
    params = [Param(f"p{index}", str(index)) for index in range(250)]
    tags = [RunTag(f"t{index}", str(index)) for index in range(250)]
    client.log_batch(run_id, params=params, tags=tags)
    client.log_batch(run_id, params=params)
    data = client.get_run(run_id).data
    facts["batch_params"] = data.params == {param.key: param.value for param in params}
    facts["batch_tags"] = all(data.tags[tag.key] == tag.value for tag in tags)
    conflict = [Param("fresh", "1"), Param("p1", "other")]
    facts.error("conflict", lambda: client.log_batch(run_id, params=conflict))
    facts["no_trace"] = "fresh" not in client.get_run(run_id).data.params
    twice = [Param("q", "1"), Param("q", "1")]
    facts.error("param_twice", lambda: client.log_batch(run_id, params=twice))
    client.log_batch(run_id, tags=[RunTag("twice", "1"), RunTag("twice", "2")])
    facts["tag_twice"] = client.get_run(run_id).data.tags["twice"]


def record_fluent(facts, client, experiment_id):
    mlflow.set_experiment(experiment_id=experiment_id)
    with mlflow.start_run() as run:
        mlflow.log_params({"lr": 0.1, "layers": [1, 2]})
        mlflow.set_tags({"a": 1, "b": None})
        mlflow.set_tag("c", "x")
        mlflow.delete_tag("c")
    data = client.get_run(run.info.run_id).data
    facts["fluent_params"] = data.params
    facts["fluent_tags"] = {key: data.tags.get(key) for key in ("a", "b", "c")}


collect(record)
