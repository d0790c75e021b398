"""Training scripts in processes of their own, for tests that kill them or cut them off."""

import os
import subprocess
import sys
from pathlib import Path


def environment(folder: Path, uri: str, **extra: str) -> dict[str, str]:
    """Return the environment of a script that logs to `uri`."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASSAY_", "MLFLOW_"))
    }
    return {
        **inherited,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "PYTHONWARNINGS": "error",
        "ASSAY_TRACKING_URI": uri,
        "ASSAY_JOURNAL_DIR": str(folder / "journal"),
        **extra,
    }


def start_script(code: str, folder: Path, uri: str, **extra: str) -> subprocess.Popen[str]:
    """Start a script; its output can be read line by line."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment(folder, uri, **extra),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_script(
    code: str, folder: Path, uri: str, *, timeout_s: float = 120.0, **extra: str
) -> subprocess.CompletedProcess[str]:
    """Run a script to its end."""
    folder.mkdir(parents=True, exist_ok=True)
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=environment(folder, uri, **extra),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
