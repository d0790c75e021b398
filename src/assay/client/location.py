"""Where runs are logged, and where the journals of this process lie."""

import contextlib
import os
import re
import tempfile
from enum import Enum
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import msgspec

from assay import settings
from assay.errors import InvalidParameter

FOLDER_NAME: Final = ".assay"
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Kind(Enum):
    """How a request gets to the store."""

    SERVER = "server"
    EMBEDDED = "embedded"
    OFFLINE = "offline"


class Target(msgspec.Struct, frozen=True):
    """Where runs go.

    Attributes:
        uri: What names it, as `get_tracking_uri` returns it.
        kind: How it is reached.
        address: Base address of a server, or folder of an embedded or offline root.
        journals: Folder of the journals.
        database_uri: Database of an embedded store, when it is not the one in its folder.
    """

    uri: str
    kind: Kind
    address: str
    journals: Path
    database_uri: str = ""


def find_target(tracking_uri: str) -> Target:
    """Return what `tracking_uri` means; empty for the nearest `.assay` folder, else a new one here.

    Raises:
        InvalidParameter: The URI has a scheme that stands for nothing here.
    """
    if not tracking_uri:
        root = nearest_root()
        return Target(str(root), Kind.EMBEDDED, str(root), _journals(root))
    scheme = "" if _WINDOWS_DRIVE.match(tracking_uri) else urlsplit(tracking_uri).scheme.lower()
    if scheme in {"http", "https"}:
        uri = tracking_uri.rstrip("/")
        return Target(uri, Kind.SERVER, uri, _journals(nearest_root()))
    if scheme == "offline":
        root = Path(tracking_uri.partition(":")[2] or ".").expanduser().absolute()
        return Target(tracking_uri, Kind.OFFLINE, str(root), _journals(root))
    if scheme in {"sqlite", "postgresql"}:
        files = _folder_beside(tracking_uri)
        journals = _journals(nearest_root())
        return Target(tracking_uri, Kind.EMBEDDED, str(files), journals, tracking_uri)
    if scheme in {"", "file"}:
        root = folder_of(tracking_uri)
        return Target(tracking_uri, Kind.EMBEDDED, str(root), _journals(root))
    raise InvalidParameter(
        f"The tracking URI {tracking_uri!r} has an unknown scheme. Use http(s)://..., a folder, "
        "sqlite:///..., postgresql://... or offline:FOLDER."
    )


def _folder_beside(database_uri: str) -> Path:
    """Return the folder for the artifacts of a database, as `assay server` chooses it, too."""
    scheme, _, path = database_uri.partition(":///")
    if scheme == "sqlite" and path:
        return Path(path).absolute().parent
    return nearest_root()


def folder_of(uri: str) -> Path:
    """Return the folder that a plain path or a `file:` URI names."""
    if not uri.startswith("file:"):
        return Path(uri).expanduser().absolute()
    parts = urlsplit(uri)
    if parts.netloc not in {"", "localhost"}:
        raise InvalidParameter(f"The tracking URI {uri!r} names a file on another machine.")
    return Path(unquote(parts.path)).absolute()


def nearest_root() -> Path:
    """Return the nearest `.assay` folder upwards from here, else where a new one goes."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        candidate = folder / FOLDER_NAME
        if candidate.is_dir():
            return candidate
    if os.access(here, os.W_OK):
        return here / FOLDER_NAME
    return Path(tempfile.gettempdir()) / f"assay-{os.getuid()}"


def prepare_root(root: Path) -> None:
    """Create `root`; what is ours alone is kept out of version control.

    A folder that was there before may be a project's: its files are not ours to hide.
    """
    is_ours = root.name == FOLDER_NAME or not root.exists()
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not is_ours:
        return
    ignore = root / ".gitignore"
    with contextlib.suppress(FileExistsError), ignore.open("x", encoding="utf-8") as file:
        file.write("*\n")


def _journals(root: Path) -> Path:
    chosen = settings.JOURNAL_DIR.get()
    return Path(chosen).expanduser().absolute() if chosen else root / "journal"
