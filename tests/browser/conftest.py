"""A browser, a server with the built UI, and a study to look at.

The browser is the system's Chromium. Where there is none the tests are skipped, unless
ASSAY_BROWSER_TESTS=required says that they must run.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from browser.study import Study, record_study
from servers import RunningServer, server_process

ROOT = Path(__file__).parents[2]
AXE = ROOT / "ui" / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}

# What is seen is tested, not how soon: a busy machine may stand still for seconds.
expect.set_options(timeout=30_000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        reason = "These tests need Chromium: apt-get install chromium"
        if os.environ.get("ASSAY_BROWSER_TESTS") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def built_ui() -> None:
    """Build the UI as `make ui` does; nothing is done when it is built."""
    built = subprocess.run(
        [sys.executable, str(ROOT / "ui" / "build.py")],
        check=False,
        capture_output=True,
        text=True,
        timeout=600,
    )
    if built.returncode and os.environ.get("ASSAY_BROWSER_TESTS") != "required":
        pytest.skip(built.stderr)
    assert built.returncode == 0, built.stderr


@pytest.fixture(scope="session")
def study_server(
    tmp_path_factory: pytest.TempPathFactory, built_ui: None
) -> Iterator[tuple[RunningServer, Study]]:
    root = tmp_path_factory.mktemp("browser")
    with server_process(root, synchronous="NORMAL") as server:
        yield server, record_study(server)


@pytest.fixture
def study(study_server: tuple[RunningServer, Study]) -> Study:
    return study_server[1]


@pytest.fixture
def server(study_server: tuple[RunningServer, Study]) -> RunningServer:
    return study_server[0]


class Faults:
    """What a page did that it must not: errors, refused content, requests to other hosts."""

    def __init__(self, page: Page, own: str) -> None:
        self.found: list[str] = []
        self.allowed: list[str] = []
        page.on("console", lambda said: self._note(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._note(f"uncaught {error}"))
        page.on("request", lambda asked: self._check_host(asked.url, own))

    def _check_host(self, url: str, own: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https"} and parts.netloc != own:
            self._note(f"a request to {url}")

    def _note(self, words: str) -> None:
        self.found.append(words)

    def check(self) -> None:
        left = [one for one in self.found if not any(part in one for part in self.allowed)]
        assert not left, left


def _context(browser: Browser, server: RunningServer, viewport: dict[str, int]) -> BrowserContext:
    context = browser.new_context(
        viewport=viewport, base_url=server.url, reduced_motion="reduce", color_scheme="light"
    )
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server.url)
    context.set_default_timeout(30_000)
    return context


@pytest.fixture
def context(browser: Browser, server: RunningServer) -> Iterator[BrowserContext]:
    opened = _context(browser, server, WIDE)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext, server: RunningServer) -> Iterator[Page]:
    opened = context.new_page()
    faults = opened.faults = Faults(opened, urlsplit(server.url).netloc)  # type: ignore[attr-defined]
    yield opened
    faults.check()


@pytest.fixture
def phone(browser: Browser, server: RunningServer) -> Iterator[Page]:
    context = _context(browser, server, PHONE)
    opened = context.new_page()
    faults = Faults(opened, urlsplit(server.url).netloc)
    faults.allowed.append("404")  # what a run did not record is asked for and not there
    yield opened
    faults.check()
    context.close()


def accessibility_problems(page: Page) -> list[str]:
    """Return what axe finds wrong with the page as it is shown."""
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return [
        f"{one['id']}: {one['help']} at {node['target']} {node['failureSummary'][:200]}"
        for one in result["violations"]
        for node in one["nodes"][:3]
    ]
