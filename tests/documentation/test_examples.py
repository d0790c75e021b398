"""The documentation is true: the examples of each page run, and so do the files in `examples`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
PAGES = [
    path
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if PYTHON.search(path.read_text())
]


def short(path: Path) -> str:
    return str(path.relative_to(ROOT))


def clean_environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASSAY_", "MLFLOW_", "COV_"))
    }
    return kept | {"HOME": str(folder), "PYTHONPATH": str(ROOT / "src"), "MPLBACKEND": "agg"}


def run_script(script: Path, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=folder,
        env=clean_environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("path", PAGES, ids=short)
def test_the_examples_of_a_page_run_from_top_to_bottom(path, tmp_path):
    script = tmp_path / "page.py"
    script.write_text("\n\n".join(PYTHON.findall(path.read_text())))
    run_script(script, tmp_path)


@pytest.mark.parametrize("path", sorted((ROOT / "examples").glob("*.py")), ids=short)
def test_an_example_runs_and_prints_what_it_found(path, tmp_path):
    assert run_script(path, tmp_path)


def test_the_site_builds_without_warnings_and_asks_nothing_of_other_hosts(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "true"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    foreign = re.compile(
        r"<(?:script|img|iframe)[^>]*src=\"https?:|<link[^>]*stylesheet[^>]*https?:"
    )
    for page in tmp_path.rglob("*.html"):
        assert foreign.search(page.read_text()) is None, page
