from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from assay.entities.metrics import Metric
from assay.entities.runs import RunStatus
from assay.server.background import LEASE, Background, find_due
from assay.server.execution import run_here
from assay.server.route_table import ROUTE_BY_NAME
from assay.server.services import Services, open_services
from assay.store.leases import find_lease_holder, take_lease
from assay.wire import metrics, runs
from servers import wait_until


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    opened = open_services(
        database_uri=f"sqlite:///{tmp_path}/assay.db",
        artifact_root=tmp_path / "artifacts",
        synchronous="NORMAL",
    )
    yield opened
    opened.close()


def call(services: Services, endpoint, request):
    return run_here(services, ROUTE_BY_NAME[endpoint.name], request)


def ended_run(services: Services) -> str:
    run_id = call(services, runs.CREATE, runs.CreateRun()).run.info.run_id
    points = tuple(Metric("m", 1.0, 1, step) for step in range(10))
    call(services, runs.LOG_BATCH, runs.LogBatch(run_id=run_id, metrics=points))
    call(services, runs.UPDATE, runs.UpdateRun(run_id=run_id, status=RunStatus.FINISHED))
    return run_id


def n_waiting(services: Services) -> int:
    with services.database.read() as conn:
        return int(conn.execute(text("SELECT count(*) FROM inbox")).scalar_one())


def test_the_history_of_an_ended_run_is_folded_and_stays_the_same(services: Services) -> None:
    history = metrics.GetHistory(run_id=ended_run(services), metric_key="m")
    before = call(services, metrics.GET_HISTORY, history)
    background = Background(services, pause_s=0.01)
    wait_until(lambda: n_waiting(services) == 0)
    background.close()
    assert call(services, metrics.GET_HISTORY, history) == before
    assert find_due(services) == []


def test_folding_waits_while_another_server_holds_the_lease(services: Services) -> None:
    ended_run(services)
    now_ms = services.now_ms()
    services.writer.submit(
        lambda conn: take_lease(conn, LEASE, holder="other", now_ms=now_ms, for_ms=60_000)
    ).result()
    looks: list[int] = []
    background = Background(services, pause_s=0.01, count_requests=lambda: len(looks))
    wait_until(lambda: looks.append(1) or len(looks) > 20)
    background.close()
    assert n_waiting(services) == 1


def test_folding_waits_while_there_are_many_requests_but_not_for_ever(services: Services) -> None:
    ended_run(services)
    asked: list[int] = []

    def ever_more_requests() -> int:
        asked.append(n_waiting(services))
        return 1000 * len(asked)

    background = Background(services, pause_s=0.01, count_requests=ever_more_requests)
    wait_until(lambda: n_waiting(services) == 0)
    background.close()
    assert asked.count(1) > 10


def test_the_lease_is_given_back(services: Services) -> None:
    ended_run(services)
    background = Background(services, pause_s=0.01)
    wait_until(lambda: n_waiting(services) == 0)
    background.close()
    with services.database.read() as conn:
        assert find_lease_holder(conn, LEASE, now_ms=services.now_ms()) is None
