"""The same visit in assay's pages and in MLflow's: an experiment with runs, until its first row stands there.

Both servers are filled through the same API with the same runs. A visit has an empty cache; the row is
there when the name of the newest run is in the text of the page. Both count in pages as they open: assay
with its table, MLflow with its list of runs.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, sync_playwright

from benchmarks.peers import ASSAY, MLFLOW_SINGLE, Peer, serving
from benchmarks.report import Row
from benchmarks.ui import ARGUMENTS, SIZE
from benchmarks.ui_charts import Api

N_RUNS: Final = 1000
N_QUICK: Final = 60
REPEATS: Final = 3
PAGES: Final = {ASSAY.name: "/e/{}?view=table", MLFLOW_SINGLE.name: "/#/experiments/{}/runs"}
LIMIT_MS: Final = 120_000
SETTLED_MS: Final = 3000


def measure(*, quick: bool) -> list[Row]:
    """Measure bytes, requests and time to the first row in both."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    n_runs = N_QUICK if quick else N_RUNS
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            found = {peer.name: _visit(browser, peer, n_runs) for peer in (ASSAY, MLFLOW_SINGLE)}
        finally:
            browser.close()
    own, other = found[ASSAY.name], found[MLFLOW_SINGLE.name]
    what = f"first visit to an experiment of {n_runs:,} runs"
    names = (
        (f"{what}: to the first row", "ms"),
        ("… on the wire", "kB"),
        ("… requests", "requests"),
    )
    return [
        Row(
            what=name,
            target="",
            value=own[place],
            unit=unit,
            peers={MLFLOW_SINGLE.name: other[place]},
        )
        for place, (name, unit) in enumerate(names)
    ]


def _visit(browser: Browser, peer: Peer, n_runs: int) -> tuple[float, float, float]:
    with tempfile.TemporaryDirectory() as folder, serving(peer, Path(folder)) as server:
        api = Api(server.url)
        experiment = api.experiment("visited")
        newest = ""
        for number in range(n_runs):
            newest = f"trial-{number:05}"
            run_id = api.run(experiment, newest)
            params = [
                {"key": f"param_{key}", "value": str(number % (key + 2))} for key in range(10)
            ]
            metrics = [
                {"key": f"metric_{key}", "value": number / (key + 1), "timestamp": 1, "step": 0}
                for key in range(6)
            ]
            api.post("runs/log-batch", {"run_id": run_id, "params": params, "metrics": metrics})
        address = server.url + PAGES[peer.name].format(experiment)
        visits = [_once(browser, address, newest) for _ in range(REPEATS)]
    times, sizes, counts = zip(*visits, strict=True)
    return statistics.median(times), statistics.median(sizes) / 1000, statistics.median(counts)


def _once(browser: Browser, address: str, name: str) -> tuple[float, int, int]:
    context = browser.new_context(viewport=SIZE, reduced_motion="reduce")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: dict[str, int] = {}
    session.on(
        "Network.loadingFinished",
        lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]}),
    )
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(
        "(name) => document.body?.innerText.includes(name)", arg=name, polling=10, timeout=LIMIT_MS
    )
    took = (time.perf_counter() - started) * 1000
    page.wait_for_timeout(SETTLED_MS)
    context.close()
    return took, sum(sizes.values()), len(sizes)
