"""Metrics as a reference client sees them: values, histories, batches."""

import math
from concurrent.futures import ThreadPoolExecutor

import mlflow
from facts import collect, fresh
from mlflow.entities import Metric


def record(facts, client):
    experiment_id = client.create_experiment(fresh("metrics"))
    record_values(facts, client, client.create_run(experiment_id).info.run_id)
    record_latest(facts, client, client.create_run(experiment_id).info.run_id)
    record_batches(facts, client, client.create_run(experiment_id).info.run_id)
    record_pages(facts, client, client.create_run(experiment_id).info.run_id)
    record_threads(facts, client, client.create_run(experiment_id).info.run_id)
    record_fluent(facts, experiment_id, client)


def points(client, run_id, key):
    return [
        ["nan" if math.isnan(point.value) else point.value, point.step, point.timestamp]
        for point in client.get_metric_history(run_id, key)
    ]


def record_values(facts, client, run_id):
    client.log_metric(run_id, "m", 1.5, timestamp=10, step=3)
    client.log_metric(run_id, "m", 1.5, timestamp=10, step=3)
    client.log_metric(run_id, "m", -2.25, timestamp=5, step=-4)
    facts["history"] = points(client, run_id, "m")
    client.log_metric(run_id, "nan", float("nan"), timestamp=1, step=0)
    facts["nan_history"] = points(client, run_id, "nan")
    facts["nan_latest"] = math.isnan(client.get_run(run_id).data.metrics["nan"])
    client.log_metric(run_id, "inf", float("inf"), timestamp=1, step=0)
    client.log_metric(run_id, "inf", float("-inf"), timestamp=2, step=1)
    facts["infinities"] = [value for value, _, _ in points(client, run_id, "inf")]
    exact = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 12345678901234567890.0]
    for step, value in enumerate(exact):
        client.log_metric(run_id, "exact", value, timestamp=step, step=step)
    facts["exact"] = [value for value, _, _ in points(client, run_id, "exact")] == exact
    client.log_metric(run_id, "far", 1, timestamp=2**53, step=2**53)
    facts["far"] = points(client, run_id, "far")
    for key in ("a b", "x/y.z-1_2", "loss:train", "größe"):
        client.log_metric(run_id, key, 1.0)
    facts["keys"] = sorted(client.get_run(run_id).data.metrics)
    facts["unknown_key"] = points(client, run_id, "nobody")
    facts["unknown_run"] = points(client, "0" * 32, "m")
    facts.error("bad_key", lambda: client.log_metric(run_id, "a!b", 1.0))
    facts.error("path_key", lambda: client.log_metric(run_id, "a/../b", 1.0))
    facts.error("long_key", lambda: client.log_metric(run_id, "k" * 251, 1.0))
    facts.error("to_unknown_run", lambda: client.log_metric("0" * 32, "m", 1.0))


def record_latest(facts, client, run_id):
    for value, step, timestamp in [(1, 5, 1), (2, 4, 99), (3, 5, 0), (0.5, 5, 1)]:
        client.log_metric(run_id, "m", value, timestamp=timestamp, step=step)
    facts["latest"] = client.get_run(run_id).data.metrics["m"]
    facts["order"] = points(client, run_id, "m")


def record_batches(facts, client, run_id):
    client.log_batch(run_id)
    metrics = [Metric(f"m{index % 7}", index, 1000 + index, index) for index in range(2500)]
    client.log_batch(run_id, metrics=metrics)
    facts["batch_latest"] = client.get_run(run_id).data.metrics
    facts["batch_count"] = sum(len(points(client, run_id, f"m{index}")) for index in range(7))
    mixed = [Metric("ok", 1.0, 1, 0), Metric("not ok!", 1.0, 1, 0)]
    facts.error("bad_batch", lambda: client.log_batch(run_id, metrics=mixed))
    facts["no_trace"] = "ok" not in client.get_run(run_id).data.metrics


def record_pages(facts, client, run_id):
    for start in range(0, 26000, 1000):
        batch = [Metric("long", step, 1, step) for step in range(start, start + 1000)]
        client.log_batch(run_id, metrics=batch)
    steps = [point.step for point in client.get_metric_history(run_id, "long")]
    facts["long_history"] = steps == list(range(26000))


def record_threads(facts, client, run_id):
    def log(worker):
        for step in range(20):
            client.log_metric(run_id, "shared", worker * 100 + step, timestamp=step, step=step)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(log, range(8)))
    facts["threads"] = len(points(client, run_id, "shared"))
    facts["threads_latest"] = client.get_run(run_id).data.metrics["shared"]


def record_fluent(facts, experiment_id, client):
    mlflow.set_experiment(experiment_id=experiment_id)
    with mlflow.start_run() as run:
        mlflow.log_metric("loss", 0.5, step=1)
        mlflow.log_metrics({"a": 1, "b": True}, step=2)
        mlflow.log_metric("later", 1.0, synchronous=False).wait()
        for step in range(50):
            mlflow.log_metric("queued", step, step=step, synchronous=False)
        mlflow.flush_async_logging()
    data = client.get_run(run.info.run_id).data
    facts["fluent"] = data.metrics
    facts["queued"] = len(client.get_metric_history(run.info.run_id, "queued"))


collect(record)
