"""Load on a tracking server from a process of its own: `python -m benchmarks.load KIND URL ...`.

Prints one JSON line. `log-batch` repeats batches for a while; `bulk` records whole runs.
"""

import argparse
import sys
import time

import msgspec

from assay.bench.bodies import API, batch_template, create_body, run_body
from assay.bench.connections import Flow, Outcome, drive, post

N_CLIENTS = 8


def batches(experiment_id: str, *, n_metrics: int, until: list[float], seconds: float) -> Flow:
    """Create a run, then log batches of new points to it for `seconds`."""
    run_id = msgspec.json.decode((yield post(f"{API}/runs/create", create_body(experiment_id))))
    template = batch_template(n_metrics).replace(b"@RUN@", run_id["run"]["info"]["run_id"].encode())
    if not until:
        until.append(time.perf_counter() + seconds)
    count = 0
    while time.perf_counter() < until[0]:
        body = template.replace(b"@@@@@@@", b"%07d" % count)
        yield post(f"{API}/runs/log-batch", body)
        count += 1


def whole_runs(experiment_id: str, counter: list[int]) -> Flow:
    """Record runs with params, metrics and tags until `counter` is used up."""
    while counter[0] > 0:
        counter[0] -= 1
        created = yield post(f"{API}/runs/create", create_body(experiment_id))
        run_id = msgspec.json.decode(created)["run"]["info"]["run_id"]
        yield post(f"{API}/runs/log-batch", run_body(run_id))
        finished = {"run_id": run_id, "status": "FINISHED", "end_time": 1_760_000_900_000}
        yield post(f"{API}/runs/update", msgspec.json.encode(finished))


def log_batches(url: str, *, experiment_id: str, n_metrics: int, seconds: float) -> Outcome:
    """Log batches from all clients at once; the answer counts these requests."""
    until: list[float] = []
    flows = [
        batches(experiment_id, n_metrics=n_metrics, until=until, seconds=seconds)
        for _ in range(N_CLIENTS)
    ]
    return drive(url, flows)


def record_runs(url: str, *, experiment_id: str, n_runs: int) -> Outcome:
    """Record `n_runs` runs, three requests each, from all clients at once."""
    counter = [n_runs]
    return drive(url, [whole_runs(experiment_id, counter) for _ in range(N_CLIENTS)])


def main() -> None:
    """Run the load that the command line names and print its outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=("log-batch", "bulk"))
    parser.add_argument("url")
    parser.add_argument("--experiment", default="0")
    parser.add_argument("--metrics", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--runs", type=int, default=100)
    options = parser.parse_args()
    if options.kind == "log-batch":
        outcome = log_batches(
            options.url,
            experiment_id=options.experiment,
            n_metrics=options.metrics,
            seconds=options.seconds,
        )
    else:
        outcome = record_runs(options.url, experiment_id=options.experiment, n_runs=options.runs)
    sys.stdout.write(msgspec.json.encode(outcome).decode() + "\n")


if __name__ == "__main__":
    main()
