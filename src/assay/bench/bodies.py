"""Bodies of the compatible API's requests, encoded beforehand: the same for every server."""

import random
from typing import Final

import msgspec

API: Final = "/api/2.0/mlflow"
N_PARAMS: Final = 20
N_METRICS: Final = 20
N_POINTS: Final = 5
N_TAGS: Final = 5
_RANDOM: Final = random.Random(7)  # noqa: S311 values to log


def create_body(experiment_id: str) -> bytes:
    """Return the body of a request for a new run."""
    return msgspec.json.encode(
        {"experiment_id": experiment_id, "user_id": "bench", "start_time": 1_760_000_000_000}
    )


def batch_template(n_metrics: int) -> bytes:
    """Return a log-batch body of `n_metrics` points of up to 20 series.

    `@RUN@` stands for the run's id and seven `@` for the changing digits of each step.
    """
    points = ",".join(
        f'{{"key":"metric-{index % N_METRICS}","value":{_RANDOM.random()!r},'
        f'"timestamp":1760000000000,"step":1@@@@@@@{index // N_METRICS:02}}}'
        for index in range(n_metrics)
    )
    return f'{{"run_id":"@RUN@","metrics":[{points}]}}'.encode()


def run_body(run_id: str) -> bytes:
    """Return a log-batch body with the content of one typical run."""
    return msgspec.json.encode(
        {
            "run_id": run_id,
            "params": [
                {"key": f"param-{index}", "value": f"{_RANDOM.random():.6f}"}
                for index in range(N_PARAMS)
            ],
            "metrics": [
                {
                    "key": f"metric-{index}",
                    "value": _RANDOM.random(),
                    "timestamp": 1_760_000_000_000 + 1000 * step,
                    "step": step,
                }
                for index in range(N_METRICS)
                for step in range(N_POINTS)
            ],
            "tags": [
                {"key": f"tag-{index}", "value": f"value-{_RANDOM.randrange(100)}"}
                for index in range(N_TAGS)
            ],
        }
    )
