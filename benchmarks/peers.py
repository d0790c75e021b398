"""The servers that are measured beside each other, each as its documentation tells to run it."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from benchmarks.environments import ROOT, environment_python
from benchmarks.processes import ServerProcess, free_port, running

ASSAY_COMMAND = (sys.executable, "-m", "assay")


class Peer(msgspec.Struct, frozen=True):
    """A kind of server: its name, and how to start one on a port with its data in a folder."""

    name: str
    command: Callable[[int], list[str]]


def _assay(port: int) -> list[str]:
    return [
        *ASSAY_COMMAND,
        *("server", "--host", "127.0.0.1", "--port", str(port)),
        *("--backend-store-uri", "sqlite:///tracking.db"),
        *("--artifacts-destination", "./files"),
    ]


def _mlflow(port: int) -> list[str]:
    python = environment_python("mlflow-3.6")
    return [
        *(str(python), "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)),
        *("--backend-store-uri", "sqlite:///tracking.db"),
        *("--artifacts-destination", "./files"),
    ]


def _mlflow_single(port: int) -> list[str]:
    return [*_mlflow(port), "--workers", "1"]


def _fasttrackml(port: int) -> list[str]:
    fml = environment_python("fasttrackml").with_name("fml")
    return [
        *(str(fml), "server", "--listen-address", f"127.0.0.1:{port}"),
        *("--database-uri", "sqlite://tracking.db", "--default-artifact-root", "./files"),
        *("--log-level", "error"),
    ]


ASSAY = Peer("assay", _assay)
MLFLOW = Peer("MLflow 3.6", _mlflow)
MLFLOW_SINGLE = Peer("MLflow 3.6, one worker", _mlflow_single)
FASTTRACKML = Peer("FastTrackML", _fasttrackml)
SERVERS = (ASSAY, MLFLOW, FASTTRACKML)


@contextmanager
def serving(peer: Peer, folder: Path) -> Iterator[ServerProcess]:
    """Run one server of this kind on a free port, its data below `folder`."""
    port = free_port()
    environment = {"PYTHONPATH": str(ROOT / "src"), **quiet_environment()}
    with running(
        peer.name, peer.command(port), port=port, folder=folder, environment=environment
    ) as server:
        yield server


def quiet_environment() -> dict[str, str]:
    """Return the variables that keep peers from calling home or printing progress."""
    return {
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "DO_NOT_TRACK": "1",
        "GIT_PYTHON_REFRESH": "quiet",
        "MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT": "true",
        "HOME": os.environ.get("HOME", "/"),
    }
