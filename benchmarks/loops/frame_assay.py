"""Time assay's `search_runs`: `frame_assay.py N_RUNS TRACKING_URI EXPERIMENT_ID`."""

import sys

from calls import print_result
from frames import time_search

import assay


def main() -> None:
    """Time the search that makes a DataFrame."""
    n_runs, uri, experiment_id = int(sys.argv[1]), sys.argv[2], sys.argv[3]
    assay.set_tracking_uri(uri)
    print_result(time_search(lambda: assay.search_runs([experiment_id]), n_runs))


if __name__ == "__main__":
    main()
