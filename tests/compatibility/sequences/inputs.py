"""Dataset inputs."""

from compatibility.exchanges import Call
from compatibility.sequences.openings import GET_RUN, INVALID, NEW_EXPERIMENT, NEW_RUN, ODD_RUN

INPUTS = [
    NEW_EXPERIMENT,
    NEW_RUN,
    ODD_RUN,
    Call(
        "POST",
        "runs/log-inputs",
        {
            "run_id": "{r}",
            "datasets": [
                {
                    "dataset": {
                        "name": "{topic}-d",
                        "digest": "1",
                        "source_type": "local",
                        "source": "s",
                        "schema": "{}",
                        "profile": "{}",
                    },
                    "tags": [{"key": "mlflow.data.context", "value": "train"}],
                }
            ],
        },
    ),
    Call("POST", "runs/log-inputs", {"run_id": "{r}"}),
    Call("POST", "runs/log-inputs", {}),
    Call("POST", "runs/log-inputs", {"run_id": "nobody"}),
    Call(
        "POST",
        "runs/log-inputs",
        {
            "run_id": "{r}",
            "datasets": [
                {
                    "dataset": {
                        "name": "n" * 501,
                        "digest": "1",
                        "source_type": "local",
                        "source": "s",
                    }
                }
            ],
        },
    ),
    Call("POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": ["{e}"]}),
    Call("POST", "/ajax-api/2.0/mlflow/experiments/search-datasets", {"experiment_ids": []}),
    GET_RUN,
    Call(
        "POST",
        "runs/log-inputs",
        {"run_id": "{odd}", "datasets": [{"tags": []}]},
        differs="an input without a dataset is a mistake",
        assay=(400, INVALID),
    ),
]
