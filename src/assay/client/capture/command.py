"""How a run was called: command line, working folder, entry script or notebook."""

import hashlib
import os
import sys
from pathlib import Path
from typing import Final

import msgspec

from assay import settings
from assay.client.capture.pieces import Captured
from assay.client.capture.secrets import redact, redact_arguments

_NOTEBOOK_VARIABLES: Final = ("JPY_SESSION_NAME",)


class Command(msgspec.Struct, omit_defaults=True):
    """How the process was called, as in `source.json`."""

    arguments: list[str]
    working_folder: str
    executable: str = ""
    entry: str = ""
    module: str = ""
    is_notebook: bool = False


class Called(msgspec.Struct, frozen=True):
    """A command line, and the file that it runs."""

    arguments: list[str]
    entry: Path | None


def capture_command(called: Called) -> tuple[Command, Captured]:
    """Return how a program was called, and its entry file."""
    captured = Captured()
    entry = called.entry
    shown, found = redact_arguments(called.arguments)
    captured.withheld += [f"command: {kind}" for kind in found]
    captured.digests["command"] = hashlib.sha256("\0".join(called.arguments).encode()).hexdigest()
    command = Command(
        arguments=shown,
        working_folder=str(Path.cwd()),
        executable=sys.executable,
        module=_module(),
        is_notebook="ipykernel" in sys.modules,
    )
    if entry is not None:
        command.entry = str(entry)
        _keep(entry, captured)
    return command, captured


def entry_file() -> Path | None:
    """Return the script or notebook that runs, when it is a file; known only until it has ended."""
    if "ipykernel" in sys.modules:
        return _notebook()
    main = sys.modules.get("__main__")
    name = getattr(main, "__file__", None)
    path = Path(name).absolute() if isinstance(name, str) else None
    return path if path is not None and path.is_file() else None


def _notebook() -> Path | None:
    main = sys.modules.get("__main__")
    names = [getattr(main, "__vsc_ipynb_file__", None)]
    names += [os.environ.get(variable) for variable in _NOTEBOOK_VARIABLES]
    for name in names:
        if isinstance(name, str) and name and Path(name).is_file():
            return Path(name).absolute()
    return None


def _module() -> str:
    """Return the module that `python -m` runs."""
    spec = getattr(sys.modules.get("__main__"), "__spec__", None)
    return str(getattr(spec, "name", "") or "")


def _keep(entry: Path, captured: Captured) -> None:
    try:
        size = entry.stat().st_size
        if size > settings.CAPTURE_FILE_BYTES.get():
            captured.missing.append(f"command: {entry.name} has {size} bytes")
            return
        content, found = redact(entry.read_bytes())
    except OSError as error:
        captured.missing.append(f"command: {error}")
        return
    captured.files[f"entry/{entry.name}"] = content
    captured.digests["entry"] = hashlib.sha256(content).hexdigest()
    captured.withheld += [f"entry/{entry.name}: {kind}" for kind in found]
