"""Log metrics with trackio: `log_trackio.py CALLS FOLDER`."""

import os
import sys

os.environ["TRACKIO_DIR"] = sys.argv[2]

import trackio
from calls import print_result, time_calls


def main() -> None:
    """Time the calls of one run; leave without waiting for the delivery."""
    n_calls = int(sys.argv[1])
    trackio.init(project="bench", name="loop", embed=False)
    trackio.log({"warm-up": 0.0}, step=0)
    result = time_calls(lambda step, value: trackio.log({"loss": value}, step=step), n_calls)
    print_result(result)
    os._exit(0)


if __name__ == "__main__":
    main()
