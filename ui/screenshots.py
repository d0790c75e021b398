"""Take pictures of the pages for the documentation, in both themes, on the demo's data.

Run as `make screenshots`. Needs Chromium (Debian's package `chromium`) and the extra `test`.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "images" / "ui"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
SIZE = {"width": 1280, "height": 800}
PORT = 5987
SETTLED_MS = 1800

PAGES = {
    "home": "/",
    "experiments": "/experiments",
    "split": "/e/1",
    "table": "/e/1?view=table",
    "charts": "/e/1?view=charts&sm=half_life%3A3",
    "explore": "/e/2?view=explore&target=metrics.validation_accuracy",
}


def main() -> None:
    """Record the demo's study, serve it, and take the pictures."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, _served(Path(folder)) as address:
        _shoot(address)


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    assay = Path(sys.executable).with_name("assay")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("ASSAY_")
    }
    demo = [str(assay), "demo", "--no-serve"]
    subprocess.run(demo, cwd=folder, env=environment, check=True, timeout=600)
    serve = [str(assay), "server", "--port", str(PORT)]
    server = subprocess.Popen(serve, cwd=folder, env=environment, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{PORT}"
    try:
        _wait_for(f"{address}/health")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=2).close()  # noqa: S310 our own server
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


def _shoot(address: str) -> None:
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE, base_url=address, reduced_motion="reduce")
        pages = {**PAGES, **_pages_of_runs(page)}
        for theme in ("light", "dark"):
            for name, path in pages.items():
                page.goto(f"{path}{'&' if '?' in path else '?'}theme={theme}")
                page.wait_for_timeout(SETTLED_MS)
                _save(page, PICTURES / f"{name}-{theme}.png")
        browser.close()


def _pages_of_runs(page: Page) -> dict[str, str]:
    """Return the pages of the best runs, by their names."""
    page.goto("/e/1?view=table")
    links = page.get_by_role("grid", name="Runs").get_by_role("link")
    links.first.wait_for()
    runs = [str(links.nth(place).get_attribute("href")).rpartition("/")[2] for place in range(3)]
    return {
        "run": f"/r/{runs[0]}",
        "file": f"/r/{runs[0]}/artifacts/confusion_matrix.png",
        "compare": f"/compare?runs={','.join(runs)}",
    }


def _save(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=128).save(path, optimize=True)
    sys.stdout.write(f"{path.relative_to(ROOT)}  {path.stat().st_size // 1000} kB\n")


if __name__ == "__main__":
    main()
