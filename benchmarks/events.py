"""How long it takes until a subscriber is told of a log call, while 50 runs log.

Each run logs 20 values a second all the time; now and then one of them sets a tag, and the event that
tells of that run's tags ends the measurement. Calls, delivery, commit, event and its way back are in it.
"""

import http.client
import json
import random
import sys
import threading
import time
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import assay
from benchmarks.processes import free_port, running
from benchmarks.report import Row
from benchmarks.workspace import scratch

N_RUNS: Final = 50
VALUES_PER_S: Final = 20
SECONDS: Final = 30.0
PROBE_EVERY_S: Final = 0.1
TARGET_S: Final = 1.0


class _Probes:
    """Tags that were set and not told of yet, by run, and how long others took."""

    def __init__(self) -> None:
        self.waiting: dict[str, float] = {}
        self.took_s: list[float] = []
        self.n_told = 0

    def told(self, run_id: str, changed: list[str]) -> None:
        self.n_told += 1
        began = self.waiting.pop(run_id, None) if "tags" in changed else None
        if began is not None:
            self.took_s.append(time.perf_counter() - began)


def measure(*, quick: bool) -> list[Row]:
    """Measure through a server of its own."""
    with scratch() as folder:
        port = free_port()
        command = [sys.executable, "-m", "assay", "server", "--port", str(port)]
        environment = {"ASSAY_TRACKING_URI": "", "ASSAY_CAPTURE": "none"}
        with running("assay", command, port=port, folder=folder, environment=environment) as server:
            probes = _follow_and_log(server.url, folder, SECONDS / 5 if quick else SECONDS)
    took_s = sorted(probes.took_s)
    lost = len(probes.waiting)
    note = f"{len(took_s)} of {len(took_s) + lost} told, {probes.n_told} events in all"
    middle, high = (took_s[int(len(took_s) * part)] for part in (0.5, 0.95))
    what = f"from a log call to a subscriber, {N_RUNS} runs x {VALUES_PER_S} values/s"
    return [
        Row(what=f"{what}: median", target="", value=middle, unit="s", note=note),
        Row(
            what=f"{what}: p95",
            target=f"≤ {TARGET_S:g} s",
            value=high,
            unit="s",
            is_met=high <= TARGET_S and not lost,
        ),
    ]


def _follow_and_log(url: str, folder: Path, seconds: float) -> _Probes:
    probes = _Probes()
    is_ready = threading.Event()
    follower = threading.Thread(target=_follow, args=(url, probes, is_ready), daemon=True)
    follower.start()
    is_ready.wait(10)
    client = assay.Client(url)
    run_ids = [client.create_run("0").info.run_id for _ in range(N_RUNS)]
    end_s = time.perf_counter() + seconds
    next_probe_s = step = 0
    while (now_s := time.perf_counter()) < end_s:
        for run_id in run_ids:
            client.log_metric(run_id, "loss", 1.0, step=step)
        if now_s >= next_probe_s:
            next_probe_s = now_s + PROBE_EVERY_S
            chosen = random.choice([one for one in run_ids if one not in probes.waiting])
            probes.waiting[chosen] = time.perf_counter()
            client.set_tag(chosen, "probe", str(step))
        step += 1
        time.sleep(max(0.0, now_s + 1 / VALUES_PER_S - time.perf_counter()))
    time.sleep(3.0)
    client.connection.close()
    return probes


def _follow(url: str, probes: _Probes, is_ready: threading.Event) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
    connection.request("GET", "/api/assay/v1/events")
    for line in connection.getresponse():
        if line.startswith(b"id: "):
            is_ready.set()
        if line.startswith(b"data: "):
            event = json.loads(line[6:])
            probes.told(event["run_id"], event["changed"])
