"""Logged models as a reference client since 3.0 sees them."""

import mlflow
from facts import collect, fresh
from mlflow.entities import LoggedModelOutput, LoggedModelStatus, Metric


def record(facts, client):
    experiment_id = client.create_experiment(fresh("models"))
    record_life(facts, client, experiment_id)
    record_metrics(facts, client, experiment_id)
    record_search(facts, client)


def record_life(facts, client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    model = client.create_logged_model(
        experiment_id, name="m", source_run_id=run_id, tags={"t": "1"}, params={"p": "1"}
    )
    model_id = model.model_id
    facts["id"] = model_id[:2] == "m-" and len(model_id) == 34
    facts["created"] = [model.name, str(model.status), model.params, model.tags]
    facts["source"] = model.source_run_id == run_id
    location = model.artifact_location.replace(model_id, "MODEL").replace(experiment_id, "ID")
    facts["location"] = location
    facts["unnamed"] = bool(client.create_logged_model(experiment_id).name)
    facts.error("bad_name", lambda: client.create_logged_model(experiment_id, name="a/b"))
    facts.error("unknown", lambda: client.get_logged_model("m-" + "0" * 32))
    facts["ready"] = str(client.finalize_logged_model(model_id, LoggedModelStatus.READY).status)
    facts["failed"] = str(client.finalize_logged_model(model_id, "FAILED").status)
    client.set_logged_model_tags(model_id, {"t": "2", "u": "3"})
    facts["tags"] = client.get_logged_model(model_id).tags
    client.delete_logged_model_tag(model_id, "u")
    facts["tag_deleted"] = client.get_logged_model(model_id).tags
    facts.error("missing_tag", lambda: client.delete_logged_model_tag(model_id, "u"))
    client.log_model_params(model_id, {f"q{index}": str(index) for index in range(150)})
    facts["n_params"] = len(client.get_logged_model(model_id).params)
    client.log_outputs(run_id, [LoggedModelOutput(model_id, 3)])
    outputs = client.get_run(run_id).outputs.model_outputs
    facts["outputs"] = [[output.model_id == model_id, output.step] for output in outputs]
    client.delete_logged_model(model_id)
    facts.error("deleted", lambda: client.get_logged_model(model_id))


def record_metrics(facts, client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    model_id = client.create_logged_model(experiment_id, name="scored").model_id
    client.log_metric(run_id, "acc", 0.5, timestamp=1, step=1, model_id=model_id)
    client.log_batch(run_id, metrics=[Metric("acc", 0.75, 2, 2, model_id=model_id)])
    client.log_batch(run_id, metrics=[Metric("plain", 1.0, 1, 0)])
    client.log_batch(run_id, metrics=[Metric("plain", 1.0, 1, 0, model_id=model_id)])
    metrics = client.get_logged_model(model_id).metrics
    facts["metrics"] = sorted(
        [point.key, point.value, point.step, point.run_id == run_id] for point in metrics
    )
    facts["run_metrics"] = client.get_run(run_id).data.metrics
    facts["not_doubled"] = len(client.get_metric_history(run_id, "plain"))


def record_search(facts, client):
    experiment_id = client.create_experiment(fresh("found"))
    run_id = client.create_run(experiment_id).info.run_id
    names = {}
    for name, accuracy in (("a", 0.1), ("b", 0.9), ("c", 0.5)):
        model_id = client.create_logged_model(
            experiment_id, name=name, params={"kind": name}, tags={"team": name.upper()}
        ).model_id
        names[model_id] = name
        client.log_metric(run_id, "acc", accuracy, model_id=model_id)

    def found(filter_string=None, order_by=None):
        models = client.search_logged_models(
            [experiment_id], filter_string=filter_string, order_by=order_by
        )
        return [names[model.model_id] for model in models]

    facts["newest_first"] = found()
    best = [{"field_name": "metrics.acc", "ascending": False}]
    facts["by_metric"] = found(order_by=best)
    facts["by_name"] = found(order_by=[{"field_name": "name"}])
    facts["filter_metric"] = found("metrics.acc > 0.3", best)
    facts["filter_param"] = found("params.kind = 'a'")
    facts["filter_tag"] = found("tags.team = 'C'")
    facts["filter_in"] = found("name IN ('a', 'c')", [{"field_name": "name"}])
    facts.error("bad_filter", lambda: found("name ~~ 'a'"))
    page = client.search_logged_models([experiment_id], max_results=2)
    rest = client.search_logged_models([experiment_id], max_results=2, page_token=page.token)
    facts["pages"] = [names[model.model_id] for model in [*page, *rest]]
    mlflow.set_experiment(experiment_id=experiment_id)
    with mlflow.start_run():
        fluent = mlflow.initialize_logged_model(name="fluent")
        mlflow.log_metric("f", 1.0, model_id=fluent.model_id)
        mlflow.finalize_logged_model(fluent.model_id, "READY")
    facts["fluent"] = len(mlflow.get_logged_model(fluent.model_id).metrics)


collect(record)
