"""How a run stands: ended with a reason, alive, or silent for too long."""

import pytest

from assay.entities.runs import RunStatus
from assay.errors import RunNotFound
from assay.store import runs
from assay.store.endings import LOST_AFTER_MS, get_ending


@pytest.fixture
def run_id(database):
    with database.write() as conn:
        run = runs.create_run(
            conn, experiment_id="0", user_id="", run_name="a", start_time=1000, tags=[]
        )
    return run.info.run_id


def ending(database, run_id, now_ms):
    with database.read() as conn:
        return get_ending(conn, run_id, now_ms=now_ms)


def test_a_run_that_is_silent_for_a_minute_has_lost_contact(database, run_id):
    assert not ending(database, run_id, 1000 + LOST_AFTER_MS).has_lost_contact
    assert ending(database, run_id, 1001 + LOST_AFTER_MS).has_lost_contact


def test_a_sign_of_life_brings_it_back(database, run_id):
    with database.write() as conn:
        runs.heartbeat(conn, run_id, now_ms=90_000)
    found = ending(database, run_id, 90_000 + LOST_AFTER_MS)
    assert (found.last_seen_ms, found.has_lost_contact) == (90_000, False)


def test_a_run_that_ended_is_not_missed(database, run_id):
    with database.write() as conn:
        runs.update_run(conn, run_id, status=RunStatus.FAILED, end_time=5000, run_name=None)
    found = ending(database, run_id, 10**9)
    assert (found.status, found.last_seen_ms, found.has_lost_contact) == ("FAILED", 5000, False)


def test_an_unknown_run_is_not_found(database):
    with pytest.raises(RunNotFound):
        ending(database, "f" * 32, 0)
