"""A fresh place for commands: an empty folder, no server, nothing from the environment."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from assay.cli.main import assay
from assay.client import connection, fluent

Run = Callable[..., Result]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder where the runs of a test go."""
    for name in os.environ:
        if name.startswith(("ASSAY_", "MLFLOW_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ASSAY_TRACKING_URI", str(tmp_path / ".assay"))
    monkeypatch.setenv("ASSAY_SUPPRESS_PRINTING_URL", "true")
    monkeypatch.setenv("ASSAY_CAPTURE", "none")
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    fluent.forget_experiment()
    connection.close_all()


@pytest.fixture
def run(place: Path) -> Run:
    """Run a command and return its result; `ok=False` for one that should fail."""

    def invoke(*words: str, ok: bool = True) -> Result:
        result = CliRunner().invoke(assay, words)
        assert (result.exit_code == 0) is ok, result.output
        return result

    return invoke
