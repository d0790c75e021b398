"""A purge that is killed anywhere leaves what stays untouched, and the next one ends it."""

import signal

import pytest

from assay.errors import BeingPurged
from assay.store.owned_rows import OF_RUNS
from assay.store.purged import find_purged
from assay.store.runs import find_run, restore_run
from purges import add_full_run, purge_runs, purge_until_killed, services_of

BEFORE_THE_MARK = [("UPDATE runs SET lifecycle", 1)]
AFTER_THE_MARK = [
    ("os.rename", 1),
    ("shutil.rmtree", 1),
    ("os.remove", 2),
    ("os.rename", 2),
    ("os.rmdir", 3),
    *[(f"DELETE FROM {table.name} ", 1) for table in OF_RUNS],
    ("DELETE FROM params ", 3),
    ("DELETE FROM series ", 2),
    ("DELETE FROM datasets ", 1),
    ("INSERT INTO purged", 1),
    ("DELETE FROM runs ", 1),
]


@pytest.fixture
def services(database, tmp_path):
    opened = services_of(database, tmp_path)
    yield opened
    opened.close()


def rows_by_table(services, run_number):
    with services.database.read() as conn:
        return {
            table.name: conn.exec_driver_sql(
                f"SELECT count(*) FROM {table.name} WHERE run_number = {run_number}"
            ).scalar()
            for table in OF_RUNS
        }


def files_of(services, run_id):
    root = services.artifacts.root / "0" / run_id
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def number_of(services, run_id):
    with services.database.read() as conn:
        return find_run(conn, run_id).run_number


@pytest.mark.parametrize(("at", "time"), BEFORE_THE_MARK + AFTER_THE_MARK)
def test_killed_purge_is_ended_by_the_next_one(services, at, time):
    going = [add_full_run(services, is_deleted=True) for _ in range(2)]
    kept = add_full_run(services, is_deleted=False)
    numbers = [number_of(services, run_id) for run_id in going]
    before = rows_by_table(services, number_of(services, kept))
    assert min(before[name] for name in ("params", "tags", "series", "packs", "media")) > 0
    assert purge_until_killed(services, going, at=at, time=time) == -signal.SIGKILL
    assert rows_by_table(services, number_of(services, kept)) == before
    assert purge_runs(services, going) == ["purged", "purged"]
    for run_id, number in zip(going, numbers, strict=True):
        assert not any(rows_by_table(services, number).values())
        assert not (services.artifacts.root / "0" / run_id).exists()
    assert rows_by_table(services, number_of(services, kept)) == before
    assert files_of(services, kept) == ["notes.txt", "weights.bin"]
    with services.database.read() as conn:
        assert find_purged(conn, [*going, kept]) == set(going)
        names = conn.exec_driver_sql("SELECT name FROM datasets ORDER BY name").scalars().all()
    assert names == ["own", "shared"]


def test_before_the_mark_a_run_can_still_be_restored(services):
    [(at, time)] = BEFORE_THE_MARK
    run_id = add_full_run(services, is_deleted=True)
    purge_until_killed(services, [run_id], at=at, time=time)
    with services.database.write() as conn:
        restore_run(conn, run_id)
    assert purge_runs(services, [run_id]) == ["kept"]
    assert files_of(services, run_id) == ["notes.txt", "weights.bin"]


def test_after_the_mark_restoring_is_refused(services):
    run_id = add_full_run(services, is_deleted=True)
    purge_until_killed(services, [run_id], at="os.rename", time=1)
    with services.database.write() as conn, pytest.raises(BeingPurged, match=run_id):
        restore_run(conn, run_id)
