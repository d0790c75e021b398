"""Contract tests run on every database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from databases import PostgresqlServer
from servers import RunningServer, server_on_thread


@pytest.fixture(params=["sqlite", "postgresql"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningServer]:
    """A running server on a fresh store, on either engine."""
    if request.param == "sqlite":
        with server_on_thread(tmp_path) as running:
            yield running
        return
    databases: PostgresqlServer = request.getfixturevalue("postgresql_server")
    uri = databases.fresh_uri()
    with server_on_thread(tmp_path, database_uri=uri) as running:
        yield running
    databases.drop(uri)
