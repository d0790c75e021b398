"""A client that goes away takes the work on its answer with it."""

import json
import threading

import pytest

from assay.errors import Abandoned
from assay.server.routes import run_tables
from assay.store.time_limits import limited_search
from servers import wait_until

ENDLESS = (
    "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) "
    "SELECT count(*) FROM numbers"
)


@pytest.fixture
def endless(monkeypatch):
    """Let every page of runs take for ever; gives what happened: began, then stopped."""
    began, stopped = threading.Event(), threading.Event()

    def run_window(conn, *_arguments, **_options):
        with limited_search(conn):
            began.set()
            try:
                conn.exec_driver_sql("SELECT 1").close()
                with limited_search(conn):
                    conn.exec_driver_sql(ENDLESS).scalar()
            except Abandoned:
                stopped.set()
                raise

    monkeypatch.setattr(run_tables, "run_window", run_window)
    return began, stopped


def test_a_search_stops_when_its_client_has_gone(server, endless):
    began, stopped = endless
    body = json.dumps({"experiment_ids": ["0"]}).encode()
    head = (
        "POST /api/assay/v1/runs/query HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with server.connect() as connection:
        connection.sendall(head.encode() + body)
        assert began.wait(20)
        assert not stopped.is_set()
    wait_until(stopped.is_set)
    # The reader thread and its connection serve the next one.
    assert server.get("experiments/get", experiment_id="0").status == 200
