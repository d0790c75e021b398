"""Our own client on a real MLflow server, through the fluent functions: prints what it saw as JSON."""

import json
import os
import sys
import tempfile
import uuid
from pathlib import Path

import assay as mlflow


def main():
    uri = os.environ["MLFLOW_TRACKING_URI"]
    mlflow.set_tracking_uri(uri)
    facts = {}
    experiment = mlflow.set_experiment(f"ours-{uuid.uuid4().hex[:8]}")
    record_run(facts)
    record_artifacts(facts)
    record_endings(facts)
    client = mlflow.MlflowClient(uri)
    runs = client.search_runs([experiment.experiment_id], "params.lr = '0.1'")
    facts["found"] = [run.info.run_id == facts["run_id"] for run in runs]
    best = mlflow.search_runs(
        [experiment.experiment_id], order_by=["metrics.loss ASC"], output_format="list"
    )
    facts["best"] = best[0].data.metrics["loss"]
    facts["experiment_tag"] = client.get_experiment(experiment.experiment_id).tags
    sys.stdout.write("\n" + json.dumps(facts) + "\n")


def record_run(facts):
    mlflow.set_experiment_tag("team", "red")
    with mlflow.start_run(run_name="ours", tags={"kind": "test"}, description="why") as run:
        mlflow.log_param("lr", 0.1)
        mlflow.log_params({"layers": 3, "text": "zwölf 你"})
        for step in range(3000):
            mlflow.log_metric("loss", 1.0 / (step + 1), step=step)
        mlflow.log_metrics({"nan": float("nan"), "accuracy": 0.5}, step=7)
        mlflow.set_tags({"a": 1, "b": "2"})
        mlflow.delete_tag("b")
        with mlflow.start_run(nested=True) as child:
            mlflow.log_metric("loss", 9.0)
    found = mlflow.get_run(run.info.run_id)
    facts["run_id"] = run.info.run_id
    facts["status"] = found.info.status
    facts["name"] = found.info.run_name
    facts["params"] = found.data.params
    facts["loss"] = found.data.metrics["loss"]
    facts["nan"] = str(found.data.metrics["nan"])
    facts["tags"] = {
        key: found.data.tags.get(key) for key in ("a", "b", "kind", "mlflow.note.content")
    }
    history = mlflow.MlflowClient().get_metric_history(run.info.run_id, "loss")
    facts["steps"] = [point.step for point in history] == list(range(3000))
    parent = mlflow.get_parent_run(child.info.run_id)
    facts["parent"] = parent.info.run_id == run.info.run_id


def record_artifacts(facts):
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        mlflow.log_metric("loss", 5.0)
        (Path(folder) / "sub").mkdir()
        (Path(folder) / "sub" / "data.bin").write_bytes(bytes(range(256)) * 1000)
        mlflow.log_artifacts(folder, "tree")
        mlflow.log_text("hello", "notes/hello.txt")
        mlflow.log_dict({"a": [1]}, "d.json")
        client = mlflow.MlflowClient()
        facts["root"] = [file.path for file in client.list_artifacts(run.info.run_id)]
        down = client.download_artifacts(run.info.run_id, "tree/sub/data.bin", folder)
        facts["same_bytes"] = Path(down).read_bytes() == bytes(range(256)) * 1000
        facts["text"] = mlflow.artifacts.load_text(mlflow.get_artifact_uri("notes/hello.txt"))


def record_endings(facts):
    try:
        with mlflow.start_run() as failing:
            mlflow.log_metric("loss", 7.0)
            int("not a number")
    except ValueError:
        facts["failed"] = mlflow.get_run(failing.info.run_id).info.status
    with mlflow.start_run(run_id=failing.info.run_id):
        mlflow.log_metric("loss", 6.0, step=1)
    resumed = mlflow.get_run(failing.info.run_id)
    facts["resumed"] = [resumed.info.status, resumed.data.metrics["loss"]]
    try:
        with mlflow.start_run():
            mlflow.log_metric("loss", 8.0)
            mlflow.log_param("p", 1)
            mlflow.log_param("p", 2)
    except mlflow.AssayError as error:
        facts["conflict"] = {"code": error.error_code, "message": str(error)}


if __name__ == "__main__":
    main()
