"""Which place this process logs to: what was set in code, else in the environment, else nearby."""

import os
from pathlib import Path
from typing import Final

from assay import settings
from assay.client.connection import Connection, connection_to
from assay.client.location import Target, find_target


class _Chosen:
    """What `set_tracking_uri` and `set_registry_uri` were called with, for all threads."""

    tracking_uri: str = ""
    registry_uri: str = ""


_chosen: Final = _Chosen()
_targets: dict[tuple[str, str, str], Target] = {}


def set_tracking_uri(uri: str | os.PathLike[str]) -> None:
    """Log to `uri` from now on: a server, a folder, `offline:FOLDER`; "" for the default.

    An active run goes on where it was started.
    """
    text = os.fspath(uri)
    find_target(text)
    _chosen.tracking_uri = text


def get_tracking_uri() -> str:
    """Return where runs are logged."""
    return current_target().uri


def is_tracking_uri_set() -> bool:
    """Return whether code or the environment says where runs are logged."""
    return bool(_chosen.tracking_uri) or settings.TRACKING_URI.is_set()


def set_registry_uri(uri: str) -> None:
    """Use the registered models of `uri` from now on; "" for those of the tracking URI."""
    _chosen.registry_uri = uri


def get_registry_uri() -> str:
    """Return where registered models live."""
    return _chosen.registry_uri or settings.REGISTRY_URI.get() or get_tracking_uri()


def current_target() -> Target:
    """Return the place that this process logs to."""
    return target_of(_chosen.tracking_uri or settings.TRACKING_URI.get())


def target_of(uri: str) -> Target:
    """Return the place that `uri` names, seen from the present folder; "" for the nearest."""
    seen_from = (uri, str(Path.cwd()), settings.JOURNAL_DIR.get())
    target = _targets.get(seen_from)
    if target is None:
        target = _targets[seen_from] = find_target(uri)
    return target


def current_connection() -> Connection:
    """Return the connection to the place that this process logs to."""
    return connection_to(current_target())
