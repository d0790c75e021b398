"""Artifacts through the server's proxy, as a reference client sees them."""

import os
import tempfile
import time
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
from facts import collect, fresh


def record(facts, client):
    experiment_id = client.create_experiment(fresh("artifacts"))
    with tempfile.TemporaryDirectory() as folder:
        record_files(facts, client, client.create_run(experiment_id).info.run_id, Path(folder))
    record_content(facts, client, client.create_run(experiment_id).info.run_id)
    record_tables(facts, client, experiment_id)
    record_fluent(facts, experiment_id)


def listed(client, run_id, path=None):
    return [
        [file.path, file.is_dir, file.file_size] for file in client.list_artifacts(run_id, path)
    ]


def record_files(facts, client, run_id, folder):
    payload = os.urandom(3_000_000)
    (folder / "tree" / "deep").mkdir(parents=True)
    (folder / "tree" / "big.bin").write_bytes(payload)
    (folder / "tree" / "deep" / "some text.txt").write_text("text")
    (folder / "tree" / "empty.txt").touch()
    facts["nothing_yet"] = listed(client, run_id)
    client.log_artifacts(run_id, str(folder / "tree"), "sub")
    client.log_artifact(run_id, str(folder / "tree" / "big.bin"))
    facts["root"] = listed(client, run_id)
    facts["sub"] = listed(client, run_id, "sub")
    facts["deep"] = listed(client, run_id, "sub/deep")
    facts["missing_folder"] = listed(client, run_id, "nobody")
    facts["a_file"] = listed(client, run_id, "big.bin")
    target = folder / "down"
    target.mkdir()
    down = Path(client.download_artifacts(run_id, "sub", str(target)))
    facts["same_bytes"] = (down / "big.bin").read_bytes() == payload
    facts["same_text"] = (down / "deep" / "some text.txt").read_text()
    facts["empty_file"] = (down / "empty.txt").stat().st_size
    facts["one_file"] = Path(client.download_artifacts(run_id, "big.bin")).read_bytes() == payload
    began = time.monotonic()
    try:
        client.download_artifacts(run_id, "nobody.txt", str(target))
        facts["missing_file"] = "found"
    except Exception as error:  # noqa: BLE001 versions raise different classes here
        facts["missing_file"] = type(error).__name__
    facts["missing_is_quick"] = time.monotonic() - began < 5
    client.log_text(run_id, "first", "again.txt")
    client.log_text(run_id, "second", "again.txt")
    client.log_text(run_id, "text", "ünï 你.txt")
    facts["unicode_listed"] = "ünï 你.txt" in [path for path, _, _ in listed(client, run_id)]
    facts["overwritten"] = Path(client.download_artifacts(run_id, "again.txt")).read_text()


def record_content(facts, client, run_id):
    client.log_text(run_id, "a\nb", "notes/a.txt")
    client.log_dict(run_id, {"a": [1, 2]}, "d.json")
    client.log_dict(run_id, {"a": [1, 2]}, "d.yaml")
    client.log_image(run_id, np.zeros((4, 4, 3), dtype=np.uint8), "image.png")
    facts["content"] = sorted(path for path, _, _ in listed(client, run_id))
    uri = client.get_run(run_id).info.artifact_uri
    facts["load_text"] = mlflow.artifacts.load_text(f"{uri}/notes/a.txt")
    facts["load_dict"] = mlflow.artifacts.load_dict(f"runs:/{run_id}/d.json")
    if hasattr(client, "log_image"):
        image = np.zeros((8, 8), dtype=np.uint8)
        client.log_image(run_id, image, key="dog", step=3, timestamp=5, synchronous=True)
        facts["images"] = sorted(Path(p).suffix for p, _, _ in listed(client, run_id, "images"))
        facts["image_tag"] = client.get_run(run_id).data.tags.get("mlflow.loggedImages")


def record_tables(facts, client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    client.log_table(run_id, {"a": [1], "b": ["x"]}, "t.json")
    client.log_table(run_id, pd.DataFrame({"a": [2], "b": ["y"]}), "t.json")
    table = client.load_table(experiment_id, "t.json", run_ids=[run_id])
    facts["table"] = table.to_dict("list")
    facts["table_tag"] = client.get_run(run_id).data.tags.get("mlflow.loggedArtifacts")


def record_fluent(facts, experiment_id):
    mlflow.set_experiment(experiment_id=experiment_id)
    with mlflow.start_run() as run:
        mlflow.log_text("hello", "hello.txt")
        facts["artifact_uri"] = mlflow.get_artifact_uri("hello.txt").endswith("/hello.txt")
    down = mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="hello.txt")
    facts["fluent"] = Path(down).read_text()
    files = mlflow.artifacts.list_artifacts(run_id=run.info.run_id)
    facts["fluent_list"] = [file.path for file in files]


collect(record)
