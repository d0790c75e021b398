"""Fixtures that all tests share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from assay.store.database import Database, open_database
from assay.store.writer import Writer
from databases import PostgresqlServer, running_postgresql
from servers import RunningServer, server_on_thread

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("assay", deadline=None)
settings.load_profile("assay")


@pytest.fixture(autouse=True)
def _without_capture(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have runs of these processes record nothing by themselves, but where a test says so."""
    monkeypatch.setenv("ASSAY_CAPTURE", "none")


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    with running_postgresql() as server:
        yield server


@pytest.fixture
def sqlite_database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(f"sqlite:///{tmp_path}/assay.db", synchronous="NORMAL")
    yield database
    database.close()


@pytest.fixture
def postgresql_database(postgresql_server: PostgresqlServer) -> Iterator[Database]:
    uri = postgresql_server.fresh_uri()
    database = open_database(uri)
    yield database
    database.close()
    postgresql_server.drop(uri)


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A fresh, empty database with the present schema, on either engine."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    writer = Writer(database)
    yield writer
    writer.close()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RunningServer]:
    """A running HTTP server on a fresh store."""
    with server_on_thread(tmp_path) as running:
        yield running
