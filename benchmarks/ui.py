"""What the web UI costs: bytes, requests, and milliseconds until something can be read.

The pages are those of a real server with the built UI, in the system's Chromium without a GPU. Each
figure is a median of fresh visits; cold means a browser with an empty cache.
"""

import argparse
import contextlib
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from rich.console import Console

from assay.store.connections import Database
from benchmarks import search
from benchmarks.asking import curves_database, wide_database
from benchmarks.environments import ROOT
from benchmarks.peers import ASSAY_COMMAND, quiet_environment
from benchmarks.processes import free_port, running
from benchmarks.report import Row
from benchmarks.workspace import DATA

ARGUMENTS: Final = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZE: Final = {"width": 1440, "height": 900}
REPEATS: Final = 5
N_SMALL: Final = 60
FIRST_ROW: Final = """
() => { const row = document.querySelector('[role=grid] [aria-rowindex="2"] a'); return row !== null; }
"""
LONG_TASKS: Final = """
window.longTasks = [];
new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.longTasks.push(entry.duration); })
  .observe({ type: "longtask", buffered: true });
"""
SCROLL: Final = """
(pixels) => new Promise((resolve) => {
  const grid = document.querySelector("[role=grid]"); const frames = []; let last = performance.now(); let n = 0;
  const step = () => { const now = performance.now(); frames.push(now - last); last = now;
    grid.scrollTop += pixels; n += 1; if (n < 120) requestAnimationFrame(step); else resolve(frames.slice(2)); };
  requestAnimationFrame(step);
})
"""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="a tenth of the sizes")
    options = parser.parse_args()
    rows = measure(quick=options.quick)
    if options.json:
        sys.stdout.write(msgspec.json.encode(rows).decode() + "\n")
        return
    for row in rows:
        Console().print(" ".join(row.cells()[:3]))


def measure(*, quick: bool) -> list[Row]:
    """Measure what the browser loads, tables of few and many runs, and long curves."""
    subprocess.run([sys.executable, str(ROOT / "ui" / "build.py")], check=True, timeout=900)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        try:
            return [*_small(browser, quick), *_wide(browser, quick), *_long(browser, quick)]
        finally:
            browser.close()


def _small(browser: Browser, quick: bool) -> list[Row]:
    """Measure the first visit to an experiment with few runs."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "small.db"
        source = search._database(search.N_QUICK)  # noqa: SLF001  its data is ours as well
        _copy_few(source, database)
        with served(database) as address, _visits(browser, address) as context:
            table = f"/e/{search.EXPERIMENT}?view=table"
            charts = f"/e/{search.EXPERIMENT}"
            size, n_requests, javascript = _weigh(context, table)
            chart = _weigh(context, charts)[2]
            list_page = _weigh(context, "/experiments")[2]
            again = _weigh_again(context, table)
            cold = _median(lambda: _until_rows(browser, context, table, cold=True)[0])
            warm = _median(lambda: _until_rows(browser, context, table, cold=False)[0])
    return [
        _row("B1 JavaScript of the first visit, gz: table of runs", javascript / 1000, "kB", 230),
        _row("B1 … with the first chart", chart / 1000, "kB", 265),
        _row("B1 … list of experiments", list_page / 1000, "kB", 200),
        _row("B2 first visit, all files", size / 1000, "kB", 400),
        _row("B2 … requests", n_requests, "requests", 12),
        _row("B2 second visit, files", again / 1000, "kB", 60),
        _row(f"B3 {N_SMALL} runs: navigation to first rows, cold", cold, "ms", 700),
        _row(f"B3 {N_SMALL} runs: navigation to first rows, warm", warm, "ms", 350),
    ]


def _wide(browser: Browser, quick: bool) -> list[Row]:
    """Measure a table of many runs with many columns."""
    n_runs = search.N_QUICK if quick else search.N_RUNS
    database = wide_database(n_runs)
    path = Path(str(database.uri.database))
    database.close()
    what = f"{n_runs:,} runs x 200 columns"
    with served(path) as address, _visits(browser, address) as context:
        page_address = f"/e/{search.EXPERIMENT}?view=table"
        _until_rows(browser, context, page_address, cold=True)
        visits = [_until_rows(browser, context, page_address, cold=True) for _ in range(REPEATS)]
        warm = _median(lambda: _until_rows(browser, context, page_address, cold=False)[0])
        page = context.new_page()
        page.goto(page_address)
        page.wait_for_function(FIRST_ROW)
        page.wait_for_timeout(1500)
        changes = sorted(_sort_ms(page, place) for place in range(4, 9))
        frames = sorted(page.evaluate(SCROLL, 28 * 3))
        jump = _median(lambda: _jump_ms(page))
        heap = _heap_mb(page)
        page.close()
    tasks = [tasks for _ms, tasks in visits]
    return [
        _row(
            f"B4 {what}: navigation to first rows, cold",
            statistics.median(ms for ms, _ in visits),
            "ms",
            900,
        ),
        _row(f"B4 {what}: navigation to first rows, warm", warm, "ms", 500),
        _row(f"B5 {what}: other sort to new rows, slowest of 5", changes[-1], "ms", 250),
        _row(f"B6 {what}: frame while scrolling, p50", frames[len(frames) // 2], "ms", 17),
        _row(f"B6 {what}: frame while scrolling, p95", frames[int(len(frames) * 0.95)], "ms", 34),
        _row(f"B6 {what}: jump anywhere to rows", jump, "ms", 150),
        _row(
            "B14 long tasks of that visit, in all",
            statistics.median(sum(one) for one in tasks),
            "ms",
            300,
        ),
        _row(
            "B14 … the longest",
            statistics.median(max(one, default=0.0) for one in tasks),
            "ms",
            100,
        ),
        _row("B15 heap after it", heap, "MB", 80),
    ]


def _long(browser: Browser, quick: bool) -> list[Row]:
    """Measure a chart of long curves."""
    n_points = 100_000 if quick else 1_000_000
    database = curves_database(50, n_points)
    path = Path(str(database.uri.database))
    database.close()
    what = f"50 curves of {n_points:,} points"
    with served(path) as address, _visits(browser, address) as context:
        page = context.new_page()
        answers: list[int] = []
        page.on(
            "response",
            lambda answer: (
                answers.append(len(answer.body())) if "series/query" in answer.url else None
            ),
        )
        chart_address = "/e/0?view=charts&top=50"
        times = []
        for _ in range(3):
            page.goto(chart_address)
            times.append(_figure_ms(page))
        page.wait_for_timeout(500)
        zoom = _zoom_ms(page)
        heap = _heap_mb(page)
        page.close()
    return [
        _row(f"B8 {what}: request to answer in the browser, warm", min(times), "ms", 500),
        _row(f"B8 {what}: zoom to exact picture", zoom, "ms", 250),
        _row(f"B15 heap after {what}", heap, "MB", 120),
        _row(f"B16 answer for {what}", max(answers) / 1e6, "MB", 1.5),
    ]


def _copy_few(source: Database, path: Path) -> None:
    """Write a database with the first few runs of another."""
    content = Path(str(source.uri.database)).read_bytes()
    source.close()
    path.write_bytes(content)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        most = connection.execute(
            "SELECT run_number FROM runs ORDER BY run_number LIMIT 1 OFFSET ?", (N_SMALL,)
        ).fetchone()[0]
        for table in ("params", "tags", "series", "runs"):
            connection.execute(f"DELETE FROM {table} WHERE run_number >= ?", (most,))
        connection.commit()


@contextlib.contextmanager
def served(database: Path) -> Iterator[str]:
    """Serve a database on a free port and give its address."""
    port = free_port()
    command = [*ASSAY_COMMAND, "server", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--backend-store-uri",
        f"sqlite:///{database}",
        "--artifacts-destination",
        "./files",
    ]
    environment = {"PYTHONPATH": str(ROOT / "src"), **quiet_environment()}
    with (
        tempfile.TemporaryDirectory(dir=DATA) as folder,
        running(
            "assay", command, port=port, folder=Path(folder), environment=environment
        ) as server,
    ):
        yield server.url


@contextlib.contextmanager
def _visits(browser: Browser, address: str) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=SIZE, base_url=address, reduced_motion="reduce")
    yield context
    context.close()


def _weigh(context: BrowserContext, address: str) -> tuple[int, int, int]:
    """Return bytes, requests and bytes of JavaScript of a first visit; events of the live stream apart."""
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.clearBrowserCache")
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    session.on(
        "Network.responseReceived",
        lambda said: kinds.update({said["requestId"]: said["response"]["mimeType"]}),
    )
    session.on(
        "Network.loadingFinished",
        lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]}),
    )
    page.goto(address)
    page.wait_for_timeout(2000)
    page.close()
    javascript = sum(size for one, size in sizes.items() if "javascript" in kinds.get(one, ""))
    return sum(sizes.values()), len(sizes), javascript


def _weigh_again(context: BrowserContext, address: str) -> int:
    """Return the bytes of files, answers of the API apart, of a visit with a full cache."""
    for _ in range(2):
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        names: dict[str, str] = {}
        sizes: dict[str, int] = {}
        session.on(
            "Network.responseReceived",
            lambda said, names=names: names.update({said["requestId"]: said["response"]["url"]}),
        )
        session.on(
            "Network.loadingFinished",
            lambda said, sizes=sizes: sizes.update({said["requestId"]: said["encodedDataLength"]}),
        )
        page.goto(address)
        page.wait_for_timeout(1500)
        page.close()
    return sum(size for one, size in sizes.items() if "/api/" not in names.get(one, "/api/"))


def _until_rows(
    browser: Browser, context: BrowserContext, address: str, *, cold: bool
) -> tuple[float, list[float]]:
    """Return milliseconds from navigation to the first row that can be read, and the long tasks meanwhile."""
    page = context.new_page()
    page.add_init_script(LONG_TASKS)
    if cold:
        session = context.new_cdp_session(page)
        session.send("Network.clearBrowserCache")
    page.goto(address, wait_until="commit")
    page.wait_for_function(FIRST_ROW, polling=5)
    took = float(page.evaluate("performance.now()"))
    tasks = list(page.evaluate("window.longTasks"))
    page.close()
    return took, tasks


def _sort_ms(page: Page, column: int) -> float:
    head = page.get_by_role("columnheader").nth(column).get_by_role("button").first
    before = page.evaluate("document.querySelector('[aria-rowindex=\"2\"]').textContent")
    started = time.perf_counter()
    head.click()
    page.wait_for_function(
        "(before) => document.querySelector('[aria-rowindex=\"2\"]')?.textContent !== before",
        arg=before,
        polling=5,
    )
    return (time.perf_counter() - started) * 1000


def _jump_ms(page: Page) -> float:
    return float(
        page.evaluate(
            """() => new Promise((resolve) => {
              const grid = document.querySelector("[role=grid]"); const started = performance.now();
              grid.scrollTop = Math.random() * grid.scrollHeight;
              const look = () => { const rows = [...grid.querySelectorAll("[role=row] a")];
                const inView = rows.filter((row) => { const box = row.getBoundingClientRect(); return box.top > 100 && box.top < 800; });
                if (inView.length > 10 && performance.now() - started > 16) resolve(performance.now() - started); else requestAnimationFrame(look); };
              requestAnimationFrame(look); })"""
        )
    )


def _figure_ms(page: Page) -> float:
    """Return milliseconds from the request for the curves until its answer is there."""
    page.wait_for_function(
        "() => document.querySelector('[role=figure] canvas') !== null", polling=5
    )
    page.wait_for_timeout(300)
    entry = page.evaluate(
        "(() => { const found = performance.getEntriesByType('resource').filter((one) => one.name.includes('series/query')); return found[0].startTime; })()"
    )
    painted = page.evaluate(
        "performance.getEntriesByType('resource').filter((one) => one.name.includes('series/query'))[0].responseEnd"
    )
    return float(painted) - float(entry)


def _zoom_ms(page: Page) -> float:
    box = page.get_by_role("figure").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.4, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 60, steps=3)
    started = time.perf_counter()
    with page.expect_response(lambda answer: "series/query" in answer.url):
        page.mouse.up()
    return (time.perf_counter() - started) * 1000


def _heap_mb(page: Page) -> float:
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    used: dict[str, Any] = session.send("Runtime.getHeapUsage")
    return float(used["usedSize"]) / 1e6


def _median(action: Callable[[], float]) -> float:
    return statistics.median(action() for _ in range(REPEATS))


def _row(what: str, value: float, unit: str, most: float) -> Row:
    return Row(what=what, target=f"≤ {most:g} {unit}", value=value, unit=unit, is_met=value <= most)


if __name__ == "__main__":
    main()
