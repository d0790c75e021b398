"""What routes work with: the database, its writer, the artifact store and the clock."""

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from assay.artifacts.schemes import open_artifact_store
from assay.artifacts.store import ServedStore
from assay.store.database import Database, open_database
from assay.store.writer import Writer


class Services(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a route may touch, opened once for a server or an in-process transport."""

    database: Database
    writer: Writer
    artifacts: ServedStore
    now_ms: Callable[[], int]
    version: str = ""
    truncates: bool = True

    def close(self, timeout_s: float = 5.0) -> None:
        """Write down what is waiting, then close the database."""
        self.writer.close(timeout_s)
        self.database.close()


def clock_ms() -> int:
    """Return milliseconds since the epoch."""
    return time.time_ns() // 1_000_000


def open_services(
    *,
    database_uri: str,
    artifact_root: str | Path,
    synchronous: str = "FULL",
    version: str = "",
    truncates: bool = True,
) -> Services:
    """Open the store and the artifacts, creating or migrating what is needed.

    Args:
        database_uri: `sqlite:///FILE` or `postgresql://...`.
        artifact_root: A folder, or an object store's address.
        synchronous: SQLite's durability, FULL or NORMAL.
        version: What the server calls itself.
        truncates: Cut long param and tag values of compatible clients instead of refusing them.
    """
    database = open_database(database_uri, synchronous=synchronous)
    return Services(
        database=database,
        writer=Writer(database),
        artifacts=open_artifact_store(str(artifact_root)),
        now_ms=clock_ms,
        version=version,
        truncates=truncates,
    )
