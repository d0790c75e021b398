"""Python environments for peers and reference clients, each built once by uv and then kept.

The compatibility tests use them too. An environment is whole or absent: it is built beside its
place under a lock and carries the list of what was asked for, so that a changed list builds anew.
"""

import fcntl
import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "environments"
BUILD_TIMEOUT_S = 900

_SERVER_3_6 = ("mlflow==3.6.0", "sqlalchemy<2.1", "Flask-WTF<2")

REQUIREMENTS: dict[str, tuple[str, ...]] = {
    "mlflow-3.6": _SERVER_3_6,
    "fasttrackml": ("fasttrackml",),
    "tensorboardx": ("tensorboardX",),
    "trackio": ("trackio",),
    "client-2.22": ("mlflow-skinny>=2.22,<2.23", "setuptools<81", "pandas<3", "pillow"),
    "client-3.6": ("mlflow-skinny>=3.6,<3.7", "pandas<3", "pillow"),
    "client-newest": ("mlflow-skinny>=3.17", "pandas", "pillow"),
}


def environment_python(name: str) -> Path:
    """Return the interpreter of the environment called `name`, building it if it is missing."""
    requirements = REQUIREMENTS[name]
    digest = hashlib.sha256("\n".join(requirements).encode()).hexdigest()[:12]
    place = FOLDER / f"{name}-{digest}"
    with _locked(FOLDER / f"{name}.lock"):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            build_environment(place, requirements)
            (place / "complete").touch()
    return place / "bin" / "python"


def build_environment(place: Path, requirements: tuple[str, ...]) -> Path:
    """Create an environment at `place` that holds `requirements`; return its interpreter."""
    uv = _uv()
    python = place / "bin" / "python"
    _run([*uv, "venv", "--quiet", "--python", sys.executable, str(place)])
    _run([*uv, "pip", "install", "--quiet", "--python", str(python), *requirements])
    return python


def installed_packages(python: Path) -> list[str]:
    """Return the names of the packages that `python` has, sorted."""
    frozen = _run([*_uv(), "pip", "freeze", "--quiet", "--python", str(python)])
    return sorted(line.split("==")[0].split(" @ ")[0] for line in frozen.splitlines() if line)


def _uv() -> list[str]:
    beside = Path(sys.executable).with_name("uv")
    return [str(beside)] if beside.exists() else ["uv"]


def _run(command: list[str]) -> str:
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=BUILD_TIMEOUT_S, check=False
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stderr.strip()}")
    return done.stdout


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
