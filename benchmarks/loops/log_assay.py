"""Log metrics with assay: `log_assay.py CALLS TRACKING_URI`. Also says when delivery was through."""

import sys
import time

from calls import print_result, time_calls

import assay


def main() -> None:
    """Time the calls, then the end of the run, which waits for delivery."""
    n_calls, uri = int(sys.argv[1]), sys.argv[2]
    assay.set_tracking_uri(uri)
    with assay.start_run() as run:
        assay.log_metric("warm-up", 0.0, step=0)
        began_at = time.time()
        result = time_calls(lambda step, value: assay.log_metric("loss", value, step=step), n_calls)
        logged_at = time.time()
    print_result(
        {
            **result,
            "began_at": began_at,
            "logged_at": logged_at,
            "ended_at": time.time(),
            "run_id": run.info.run_id,
        }
    )


if __name__ == "__main__":
    main()
