"""Count the points of a metric that another process logged: `count_points.py TRACKING_URI RUN_ID`."""

import sys
import time

from calls import print_result

import assay


def main() -> None:
    """Read the whole history; print how many points it has and how long reading took."""
    uri, run_id = sys.argv[1:3]
    client = assay.MlflowClient(uri)
    began = time.perf_counter()
    points = client.get_metric_history(run_id, "loss")
    seconds = time.perf_counter() - began
    print_result({"n_points": len({point.step for point in points}), "seconds": seconds})


if __name__ == "__main__":
    main()
