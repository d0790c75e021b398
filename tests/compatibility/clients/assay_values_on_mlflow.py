"""What our client records beyond numbers, on a real MLflow server: prints what it saw as JSON."""

import json
import os
import sys
import uuid

import numpy as np
import pandas as pd

import assay
from assay.client.media_files import load_media


def main():
    uri = os.environ["MLFLOW_TRACKING_URI"]
    assay.set_tracking_uri(uri)
    assay.set_experiment(f"values-{uuid.uuid4().hex[:8]}")
    pixels = np.zeros((4, 5, 3), dtype=np.uint8)
    points = assay.data.from_pandas(pd.DataFrame({"x": [1, 2]}), source="/x.csv", name="points")
    with assay.start_run() as run:
        assay.log({"loss": 0.5, "in": {"image": pixels, "text": "hello"}}, step=3)
        assay.log_params({"optimizer": {"rate": 0.1}})
        assay.amend_param("optimizer.rate", 0.2)
        assay.log_input(points, context="train")
    client = assay.MlflowClient(uri)
    found = client.list_media(run.info.run_id)
    (text,) = (file for file in found if file.kind == "text")
    stored = client.get_run(run.info.run_id)
    used = stored.inputs.dataset_inputs[0]
    facts = {
        "status": stored.info.status,
        "media": [[file.key, file.step, file.kind] for file in found],
        "text": load_media(client.connection, run.info.run_id, text).decode(),
        "params": client.get_params(run.info.run_id),
        "amendments": len(client.get_param_amendments(run.info.run_id)),
        "digest": [used.dataset.digest, points.digest],
        "tags": sorted(tag.key for tag in used.tags),
    }
    sys.stdout.write("\n" + json.dumps(facts) + "\n")


main()
