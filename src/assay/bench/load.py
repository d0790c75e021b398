"""Load on a tracking server through the compatible REST API, in an experiment that is deleted after."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import msgspec

from assay.bench.bodies import API, batch_template, create_body, run_body
from assay.bench.connections import Address, Flow, Outcome, address_of, drive
from assay.errors import ServerUnreachable

N_CLIENTS: Final = 8
SEARCH: Final = "metrics.`metric-3` > 0.2 and params.`param-1` != 'none'"
ORDER: Final = "metrics.`metric-5` DESC"


class Load:
    """Requests to one server, all to one experiment."""

    def __init__(self, url: str, experiment_id: str) -> None:
        self._url = url
        self._address = address_of(url)
        self._experiment_id = experiment_id

    def record_runs(self, n_runs: int) -> Outcome:
        """Record whole runs, three requests each, from all clients at once."""
        numbers = iter(range(n_runs))
        return drive(self._url, [self._whole_runs(numbers) for _ in range(min(N_CLIENTS, n_runs))])

    def log_batches(self, seconds: float, n_metrics: int) -> Outcome:
        """Log batches of points to one run for each client."""
        until = time.perf_counter() + seconds
        return drive(self._url, [self._batches(until, n_metrics) for _ in range(N_CLIENTS)])

    def search(self, n_times: int) -> Outcome:
        """Search the runs by metric and param, one request after another."""
        return drive(self._url, [self._searches(n_times)])

    def _whole_runs(self, numbers: Iterator[int]) -> Flow:
        for _ in numbers:
            run_id = _run_id((yield self._post("runs/create", create_body(self._experiment_id))))
            yield self._post("runs/log-batch", run_body(run_id))
            ended = {"run_id": run_id, "status": "FINISHED", "end_time": 1_760_000_900_000}
            yield self._post("runs/update", msgspec.json.encode(ended))

    def _batches(self, until: float, n_metrics: int) -> Flow:
        run_id = _run_id((yield self._post("runs/create", create_body(self._experiment_id))))
        template = batch_template(n_metrics).replace(b"@RUN@", run_id.encode())
        count = 0
        while time.perf_counter() < until:
            body = template.replace(b"@@@@@@@", b"%07d" % count)
            yield self._post("runs/log-batch", body)
            count += 1

    def _searches(self, n_times: int) -> Flow:
        asked = {
            "experiment_ids": [self._experiment_id],
            "filter": SEARCH,
            "order_by": [ORDER],
            "max_results": 100,
        }
        for _ in range(n_times):
            yield self._post("runs/search", msgspec.json.encode(asked))

    def _post(self, path: str, body: bytes) -> bytes:
        return self._address.post(f"{API}/{path}", body)


@contextmanager
def own_experiment(url: str) -> Iterator[Load]:
    """Make an experiment at a server and delete it when the block ends, however it ends.

    Raises:
        ServerUnreachable: Nobody listens there.
    """
    address = address_of(url)
    name = f"assay-bench-{os.urandom(6).hex()}"
    try:
        made = _ask(url, address, "experiments/create", {"name": name})
    except OSError as error:
        raise ServerUnreachable(f"The server at {url} gave no answer: {error}") from error
    experiment_id = str(made["experiment_id"])
    try:
        yield Load(url, experiment_id)
    finally:
        _ask(url, address, "experiments/delete", {"experiment_id": experiment_id})


def _ask(url: str, address: Address, path: str, message: dict[str, Any]) -> dict[str, Any]:
    answers: list[bytes] = []

    def flow() -> Flow:
        answers.append((yield address.post(f"{API}/{path}", msgspec.json.encode(message))))

    drive(url, [flow()])
    return msgspec.json.decode(answers[0], type=dict[str, Any])


def _run_id(answer: bytes) -> str:
    return str(msgspec.json.decode(answer)["run"]["info"]["run_id"])
