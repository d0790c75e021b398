"""What drawing costs in the browser: first paint, scripts of a zoom and of a moving cursor, live points.

All is measured on the real pages of a real server that was filled through its API, in the system's
Chromium without a GPU. Paint is when the frame after that of the
canvas begins, so that its picture is on the screen; script is the time that the main thread spent in scripts, as the browser counts it.
"""

import contextlib
import http.client
import json
import math
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from benchmarks import search
from benchmarks.asking import wide_database
from benchmarks.peers import ASSAY, serving
from benchmarks.report import Row
from benchmarks.ui import ARGUMENTS, SIZE, served

PAINTS: Final = """
window.paints = [];
// Two frames on, the picture of the first one is on the screen.
const painted = () => requestAnimationFrame(() => requestAnimationFrame(() => window.paints.push(performance.now())));
new MutationObserver((records) => { for (const record of records) for (const node of record.addedNodes) {
  if (node instanceof Element && (node.matches("canvas") || node.querySelector("canvas"))) painted(); } })
  .observe(document, { childList: true, subtree: true });
"""
LAST_ANSWER: Final = (
    "(part) => Math.max(0, ...performance.getEntriesByType('resource')"
    ".filter((one) => one.name.includes(part)).map((one) => one.responseEnd))"
)


def measure(*, quick: bool) -> list[Row]:
    """Measure charts of some and of many panels, the explore view, and live points."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("Chromium is missing: apt-get install chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(ASSAY, Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        api = Api(server.url)
        try:
            return [
                *_one_chart(browser, api, quick),
                *_nine_panels(browser, api, quick),
                *_many_metrics(browser, api),
                *_explored(browser, api, 1000, most_ms=80, most_brush_ms=50),
                *([] if quick else _explored(browser, api, 10_000, most_ms=350, most_brush_ms=200)),
                *_scatter(browser, quick),
                *_live(browser, api, quick),
            ]
        finally:
            browser.close()


class Api:
    """Fills a server, over one connection that stays open."""

    def __init__(self, address: str) -> None:
        self.address = address
        self._connection = http.client.HTTPConnection(address.removeprefix("http://"))

    def post(self, path: str, message: dict[str, Any]) -> Any:
        """Send a message to the compatible API; raise RuntimeError when it is refused."""
        body = json.dumps(message)
        headers = {"Content-Type": "application/json"}
        self._connection.request("POST", f"/api/2.0/mlflow/{path}", body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {content[:300]!r}")
        return json.loads(content)

    def experiment(self, name: str) -> str:
        """Create an experiment and return its id."""
        return str(self.post("experiments/create", {"name": name})["experiment_id"])

    def run(self, experiment: str, name: str) -> str:
        """Create a run and return its id."""
        message = {"experiment_id": experiment, "run_name": name, "start_time": _now_ms()}
        return str(self.post("runs/create", message)["run"]["info"]["run_id"])

    def log(self, run_id: str, points: Sequence[tuple[str, float, int]]) -> None:
        """Log points: metric, value, step."""
        for start in range(0, len(points), 1000):
            metrics = [
                {"key": key, "value": value, "step": step, "timestamp": _now_ms()}
                for key, value, step in points[start : start + 1000]
            ]
            self.post("runs/log-batch", {"run_id": run_id, "metrics": metrics})


def _falling(step: int, n_steps: int, draw: random.Random) -> float:
    """A loss that falls, with noise, as in the benchmark of long curves."""
    return math.exp(-step / n_steps * 4) + draw.gauss(0, 0.05)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _one_chart(browser: Browser, api: Api, quick: bool) -> list[Row]:
    n_points = 1000 if quick else 10_000
    experiment = api.experiment("one chart")
    draw = random.Random(1)
    for number in range(50):
        run_id = api.run(experiment, f"run-{number}")
        api.log(
            run_id, [("loss", _falling(step, n_points, draw), step) for step in range(n_points)]
        )
    what = f"50 curves of {n_points:,} points"
    with _page(browser, api) as page:
        page.goto(f"/e/{experiment}?view=charts&top=50")
        paint = _paint_ms(page, "series/query", 1)
        steps = [_zoom_script_ms(page, place) for place in range(6)]
    return [
        _row(f"B7 {what}: answer to first paint", paint, "ms", 100),
        _row(f"B7 {what}: script of a zoom step, p50", statistics.median(steps), "ms", 6),
        _row(f"B7 {what}: script of a zoom step, slowest of 6", max(steps), "ms", 20),
    ]


def _nine_panels(browser: Browser, api: Api, quick: bool) -> list[Row]:
    experiment = api.experiment("nine panels")
    n_points = 100 if quick else 500
    draw = random.Random(2)
    for number in range(50):
        run_id = api.run(experiment, f"run-{number}")
        api.log(
            run_id,
            [
                (f"metric_{key}", _falling(s, n_points, draw), s)
                for key in range(9)
                for s in range(n_points)
            ],
        )
    with _page(browser, api, height=1200) as page:
        page.goto(f"/e/{experiment}?view=charts&top=50&grid=3&tall=low")
        paint = _paint_ms(page, "series/query", 9)
        page.wait_for_timeout(500)
        box = page.get_by_role("figure").first.bounding_box()
        assert box is not None
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        before = _script_s(session)
        n_steps = 60
        for step in range(n_steps):
            page.mouse.move(box["x"] + 60 + step * 3, box["y"] + 60)
        hover = (_script_s(session) - before) * 1000 / n_steps
    what = f"9 panels of 50 curves of {n_points} points"
    return [
        _row(f"B9 {what}: last answer to last paint", paint, "ms", 200),
        _row(f"B9 {what}: script of a step of the linked cursor", hover, "ms", 2),
    ]


def _many_metrics(browser: Browser, api: Api) -> list[Row]:
    experiment = api.experiment("many metrics")
    for number in range(3):
        run_id = api.run(experiment, f"run-{number}")
        api.log(
            run_id,
            [(f"layer_{key // 20}/m{key % 20}", key + s, s) for key in range(2000) for s in (0, 1)],
        )
    with _page(browser, api) as page:
        started = time.perf_counter()
        page.goto(f"/e/{experiment}?view=charts", wait_until="commit")
        page.wait_for_function("() => document.querySelector('[role=figure] canvas')", polling=5)
        first = (time.perf_counter() - started) * 1000
        page.wait_for_timeout(1500)
        nodes = page.evaluate("document.getElementsByTagName('*').length")
        hidden = page.evaluate(
            "[...document.querySelectorAll('[role=figure]')].filter((one) =>"
            " one.getBoundingClientRect().top > innerHeight + 250).length"
        )
    return [
        _row("B10 2,000 metrics: navigation to first panel", first, "ms", 1200),
        _row("B10 2,000 metrics: elements of the page", nodes, "elements", 4000),
        _row("B10 2,000 metrics: panels off the screen", hidden, "panels", 0),
    ]


def _explored(
    browser: Browser, api: Api, n_runs: int, *, most_ms: float, most_brush_ms: float
) -> list[Row]:
    experiment = api.experiment(f"explored {n_runs}")
    draw = random.Random(3)
    for number in range(n_runs):
        run_id = api.run(experiment, f"run-{number}")
        params = [{"key": f"p{key}", "value": repr(draw.random())} for key in range(7)]
        metrics = [{"key": "val_acc", "value": draw.random(), "timestamp": 1, "step": 0}]
        api.post("runs/log-batch", {"run_id": run_id, "params": params, "metrics": metrics})
    what = f"{n_runs:,} runs x 8"
    with _page(browser, api) as page:
        page.goto(f"/e/{experiment}?view=explore")
        paint = _paint_ms(page, "runs/columns", 1)
        page.wait_for_timeout(2500)
        figure = page.get_by_role("region", name="Parallel coordinates").locator("canvas").first
        box = figure.bounding_box()
        assert box is not None
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        x = _axis_x(page)
        page.mouse.move(x, box["y"] + 90)
        page.mouse.down()
        n_steps = 20
        before = _task_s(session)
        for step in range(n_steps):
            page.mouse.move(x, box["y"] + 95 + step * 4)
        brush = (_task_s(session) - before) * 1000 / n_steps
        before = _task_s(session)
        page.mouse.up()
        page.wait_for_timeout(1000)
        release = (_task_s(session) - before) * 1000
    return [
        _row(f"B11 {what}: answer to the first picture of the explore view", paint, "ms", most_ms),
        _row(f"B11 {what}: main thread for a step of a brush", brush, "ms", most_brush_ms),
        _row(f"B11 {what}: … for its release, all lines drawn anew", release, "ms", most_brush_ms),
    ]


def _axis_x(page: Page) -> float:
    box = page.get_by_role("region", name="Parallel coordinates").get_by_role("button").first
    place = box.bounding_box()
    assert place is not None
    return float(place["x"] + place["width"] / 2)


def _scatter(browser: Browser, quick: bool) -> list[Row]:
    n_runs = search.N_QUICK if quick else search.N_RUNS
    database = wide_database(n_runs)
    path = Path(str(database.uri.database))
    database.close()
    with served(path) as address:
        context = browser.new_context(viewport=SIZE, base_url=address, reduced_motion="reduce")
        page = context.new_page()
        page.add_init_script(PAINTS)
        page.goto(f"/e/{search.EXPERIMENT}?view=explore", wait_until="commit")
        page.get_by_role("region", name="Scatter").locator("canvas").wait_for(timeout=120_000)
        answered = float(page.evaluate(LAST_ANSWER, "runs/columns"))
        page.wait_for_timeout(4000)
        painted = float(page.evaluate("Math.max(0, ...window.paints)"))
        context.close()
    return [
        _row(
            f"B12 {n_runs:,} points: answer to the explore view with scatter and all else",
            painted - answered,
            "ms",
            250,
        )
    ]


def _live(browser: Browser, api: Api, quick: bool) -> list[Row]:
    experiment = api.experiment("live")
    runs = [api.run(experiment, f"run-{number}") for number in range(50)]
    for number, run_id in enumerate(runs):
        api.log(run_id, [("loss", number, 0), ("loss", number, 1)])
    waits: list[float] = []
    with _page(browser, api) as page:
        page.goto(f"/e/{experiment}?view=charts&top=50")
        page.wait_for_function("() => document.querySelector('[role=figure] canvas')")
        page.wait_for_timeout(2500)
        picture = "document.querySelector('[role=figure] canvas').toDataURL()"
        for step in range(2, 7 if quick else 22):
            before = page.evaluate(picture)
            started = time.perf_counter()
            api.log(runs[0], [("loss", 100.0 + step, step)])
            page.wait_for_function(f"(before) => {picture} !== before", arg=before, polling=10)
            waits.append((time.perf_counter() - started) * 1000)
            page.wait_for_timeout(700)
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable")
        seconds = 3 if quick else 8
        before_s, started = _task_s(session), time.perf_counter()
        step = 100
        while time.perf_counter() - started < seconds:
            for run_id in runs:
                api.log(run_id, [("loss", float(s % 7), s) for s in range(step, step + 20)])
            step += 20
            page.wait_for_timeout(max(0, (step - 100) / 20 * 1000 - _ms_since(started)))
        share = (_task_s(session) - before_s) / (time.perf_counter() - started) * 100
    waits.sort()
    p95 = waits[min(len(waits) - 1, int(len(waits) * 0.95))]
    return [
        _row("B13 point logged to pixel, p95", p95, "ms", 1000),
        _row("B13 50 runs x 20 points/s: main thread busy", share, "%", 30),
    ]


def _ms_since(started: float) -> float:
    return (time.perf_counter() - started) * 1000


@contextlib.contextmanager
def _page(browser: Browser, api: Api, *, height: int = 900) -> Iterator[Page]:
    size = {**SIZE, "height": height}
    context = browser.new_context(viewport=size, base_url=api.address, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(PAINTS)
    yield page
    context.close()


def _paint_ms(page: Page, part: str, n_canvases: int) -> float:
    """Return milliseconds from the last answer until the canvases that wait for it stand in the page."""
    page.wait_for_function(
        "(n) => document.querySelectorAll('figure canvas, [role=figure] canvas').length >= n",
        arg=n_canvases,
        polling=5,
    )
    answered = float(page.evaluate(LAST_ANSWER, part))
    page.wait_for_timeout(1500)
    painted = float(page.evaluate("Math.max(0, ...window.paints)"))
    return max(0.0, painted - answered)


def _zoom_script_ms(page: Page, place: int) -> float:
    """Return the script that a zoom by dragging takes, its answer included."""
    box = page.get_by_role("figure").first.bounding_box()
    assert box is not None
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    left = box["x"] + box["width"] * (0.2 + 0.05 * place)
    page.mouse.move(left, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(left + box["width"] * 0.4, box["y"] + 60)
    before = _script_s(session)
    with page.expect_response(lambda answer: "series/query" in answer.url):
        page.mouse.up()
    page.wait_for_timeout(300)
    took = (_script_s(session) - before) * 1000
    page.mouse.dblclick(left, box["y"] + 60)
    page.wait_for_timeout(600)
    return took


def _script_s(session: CDPSession) -> float:
    return _metric(session, "ScriptDuration")


def _task_s(session: CDPSession) -> float:
    return _metric(session, "TaskDuration")


def _metric(session: CDPSession, name: str) -> float:
    said = session.send("Performance.getMetrics")["metrics"]
    return float(next(one["value"] for one in said if one["name"] == name))


def _row(what: str, value: float, unit: str, most: float) -> Row:
    return Row(what=what, target=f"≤ {most:g} {unit}", value=value, unit=unit, is_met=value <= most)
