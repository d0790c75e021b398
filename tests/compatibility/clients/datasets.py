"""Dataset inputs as a reference client sees them."""

import mlflow
import pandas as pd
from facts import collect, fresh
from mlflow.entities import Dataset, DatasetInput, InputTag


def record(facts, client):
    experiment_id = client.create_experiment(fresh("datasets"))
    record_inputs(facts, client, experiment_id)
    record_fluent(facts, client, experiment_id)


def described(run):
    return [
        {
            "name": item.dataset.name,
            "digest": item.dataset.digest,
            "source": item.dataset.source,
            "profile": item.dataset.profile,
            "tags": [[tag.key, tag.value] for tag in item.tags],
        }
        for item in run.inputs.dataset_inputs
    ]


def record_inputs(facts, client, experiment_id):
    run_id = client.create_run(experiment_id).info.run_id
    first = Dataset("d", "1", "local", "s1", schema="{}", profile="p1")
    again = Dataset("d", "1", "local", "s2", schema="{}", profile="p2")
    tags = [InputTag("z", "1"), InputTag("a", "2")]
    client.log_inputs(run_id, [DatasetInput(first, tags)])
    facts["inputs"] = described(client.get_run(run_id))
    client.log_inputs(run_id, [DatasetInput(again, [InputTag("z", "changed")])])
    facts["first_wins"] = described(client.get_run(run_id))
    other = client.create_run(experiment_id).info.run_id
    client.log_inputs(other, [DatasetInput(again, [])])
    facts["other_run"] = described(client.get_run(other))
    found = {run.info.run_id: described(run) for run in client.search_runs([experiment_id])}
    facts["search_has_inputs"] = found[run_id] == facts["inputs"]
    long_name = Dataset("n" * 501, "1", "local", "s")
    facts.error("long_name", lambda: client.log_inputs(run_id, [DatasetInput(long_name, [])]))
    facts.error("unknown_run", lambda: client.log_inputs("0" * 32, [DatasetInput(first, [])]))


def record_fluent(facts, client, experiment_id):
    mlflow.set_experiment(experiment_id=experiment_id)
    frame = pd.DataFrame({"x": [1, 2], "y": [0.5, 0.25]})
    with mlflow.start_run() as run:
        dataset = mlflow.data.from_pandas(frame, name="frame", targets="y")
        mlflow.log_input(dataset, context="train", tags={"split": "a"})
    inputs = client.get_run(run.info.run_id).inputs.dataset_inputs
    facts["fluent"] = [inputs[0].dataset.name, inputs[0].dataset.digest == dataset.digest]
    facts["context"] = {tag.key: tag.value for tag in inputs[0].tags}
    facts["rows"] = "num_rows" in inputs[0].dataset.profile


collect(record)
