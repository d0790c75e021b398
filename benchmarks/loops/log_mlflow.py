"""Log metrics with MLflow, synchronously as by default: `log_mlflow.py CALLS TRACKING_URI`."""

import sys

import mlflow
from calls import print_result, time_calls


def main() -> None:
    """Time the calls within one run."""
    n_calls, uri = int(sys.argv[1]), sys.argv[2]
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run():
        mlflow.log_metric("warm-up", 0.0, step=0)
        result = time_calls(
            lambda step, value: mlflow.log_metric("loss", value, step=step), n_calls
        )
    print_result(result)


if __name__ == "__main__":
    main()
