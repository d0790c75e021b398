"""Processes that are measured: a server of our own, and a loop that logs. Both end with us."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from assay.errors import Unavailable

START_TIMEOUT_S: Final = 60.0
STOP_TIMEOUT_S: Final = 10.0
LOOP_TIMEOUT_S: Final = 300.0
_OTHERS: Final = ("ASSAY_", "MLFLOW_")


@contextmanager
def own_server(folder: Path) -> Iterator[str]:
    """Serve a new SQLite store in `folder` until the block ends; give the server's address.

    Raises:
        Unavailable: It did not start.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "assay", "server", "--json", "--host", "127.0.0.1"]
    command += ["--port", "0", "--backend-store-uri", str(folder)]
    process = subprocess.Popen(  # noqa: S603 our own command
        command,
        cwd=folder,
        env=_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield _address(process)
    finally:
        _stop(process)


def run_loop(module: str, folder: Path, *arguments: str) -> dict[str, Any]:
    """Run a module of this package in a process of its own and return the JSON that it prints.

    Raises:
        Unavailable: It failed.
    """
    done = subprocess.run(  # noqa: S603 our own command
        [sys.executable, "-m", module, *arguments],
        cwd=folder,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=LOOP_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise Unavailable(f"{module} failed: {done.stderr.strip()[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def _environment() -> dict[str, str]:
    """Return the environment without settings: what is measured is what is shipped."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OTHERS)}
    path = os.pathsep.join(entry for entry in sys.path if entry)
    return {**kept, "PYTHONPATH": path, "ASSAY_CAPTURE": "none"}


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout is not None  # noqa: S101 it was asked for
    alarm = threading.Timer(START_TIMEOUT_S, process.kill)
    alarm.start()
    try:
        text = ""
        for line in process.stdout:
            text += line
            if line.startswith("}"):
                return str(json.loads(text)["address"])
    finally:
        alarm.cancel()
    raise Unavailable("The server to measure did not start; `assay server` tells why.")


def _stop(process: "subprocess.Popen[str]") -> None:
    process.terminate()
    try:
        process.wait(STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(STOP_TIMEOUT_S)
    if process.stdout is not None:
        process.stdout.close()
