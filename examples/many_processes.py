"""Several processes that log to one run; each writes a journal of its own."""

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import assay

N_WORKERS = 4


def work(run_id: str, rank: int) -> int:
    """Log a curve of this worker to the common run."""
    client = assay.Client()
    for step in range(100):
        client.log_metric(run_id, f"worker_{rank}/loss", 1 / (1 + step + rank), step=step)
    return rank


if __name__ == "__main__":
    assay.set_experiment("example-many-processes")
    with (
        assay.start_run(run_name="four workers") as run,
        ProcessPoolExecutor(N_WORKERS, mp_context=get_context("spawn")) as pool,
    ):
        list(pool.map(work, [run.info.run_id] * N_WORKERS, range(N_WORKERS)))

    for key, value in sorted(assay.get_run(run.info.run_id).data.metrics.items()):
        n_points = len(assay.Client().get_metric_history(run.info.run_id, key))
        print(f"{key}: {n_points} points, last {value:.4f}")
