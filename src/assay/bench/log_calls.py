"""A loop that logs and times each call: `python -m assay.bench.log_calls TRACKING_URI CALLS`."""

import json
import sys
import time

import assay


def main() -> None:
    """Log, wait until all is readable, and print the times as one line of JSON."""
    uri, n_calls = sys.argv[1], int(sys.argv[2])
    assay.set_tracking_uri(uri)
    run = assay.start_run()
    assay.log_metric("warm-up", 0.0, step=0)
    clock = time.perf_counter_ns
    took = [0] * n_calls
    began = clock()
    for step in range(n_calls):
        value = 1.0 / (step + 1)
        before = clock()
        assay.log_metric("loss", value, step=step)
        took[step] = clock() - before
    assay.end_run()
    found = assay.get_run(run.info.run_id)
    readable = clock()
    last = next(metric for metric in found.data.metric_list if metric.key == "loss")
    if last.step != n_calls - 1:
        sys.exit(f"Of {n_calls} points the last one that can be read is {last.step}.")
    took.sort()
    answer = {
        "run_id": run.info.run_id,
        "median_us": took[n_calls // 2] / 1e3,
        "p99_us": took[int((n_calls - 1) * 0.99)] / 1e3,
        "points_per_s": n_calls / ((readable - began) / 1e9),
    }
    sys.stdout.write("\n" + json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
