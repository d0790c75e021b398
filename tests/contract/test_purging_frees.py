"""A purge frees at least 99 % of the rows and bytes of what it purges, on either database."""

import psycopg
import pytest

from assay.store.owned_rows import OF_EXPERIMENTS, OF_MODELS, OF_RUNS, ROOTS
from assay.store.reclaiming import database_bytes, reclaim
from assay.store.runs import create_run
from assay.store.tables import metadata
from purges import add_full_run, purge_runs, services_of

N_RUNS = 300
N_KEYS = 110
# So much that the half megabyte which empty tables take on PostgreSQL weighs little.
VALUE_BYTES = 1800


def rows_in_all(database):
    """Count all rows but those of the log of changes, which trims itself."""
    with database.read() as conn:
        return sum(
            conn.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar()
            for name in metadata.tables.keys() - {"changes"}
        )


def test_purging_frees_rows_and_bytes(database, tmp_path):
    services = services_of(database, tmp_path)
    empty = rows_in_all(database), reclaim(services.database).bytes_after
    run_ids = [
        add_full_run(services, is_deleted=True, n_keys=N_KEYS, n_points=10, value_bytes=VALUE_BYTES)
        for _ in range(N_RUNS)
    ]
    full = rows_in_all(database), database_bytes(services.database)
    for start in range(0, N_RUNS, 100):
        assert set(purge_runs(services, run_ids[start : start + 100])) == {"purged"}
    left = rows_in_all(database), reclaim(services.database).bytes_after
    services.close()
    for before, most, after in zip(empty, full, left, strict=True):
        assert (most - after) / (most - before) >= 0.99
    assert not any((services.artifacts.root / "0").iterdir())


def test_a_file_that_cannot_shrink_is_rewritten_when_asked(sqlite_database):
    with sqlite_database.maintain() as driver:
        driver.executescript("PRAGMA auto_vacuum = NONE; VACUUM;")
    assert not reclaim(sqlite_database).is_whole
    assert reclaim(sqlite_database, rewrite=True).is_whole
    assert reclaim(sqlite_database).is_whole


def test_a_reclaimed_database_works_on(database):
    reclaim(database)
    names = {table.name for table in (*OF_RUNS, *OF_MODELS, *OF_EXPERIMENTS, *ROOTS)}
    with database.write() as conn:
        for name in names:
            conn.exec_driver_sql(f"SELECT count(*) FROM {name}")


def test_indexes_that_a_dead_process_left_half_built_are_removed(postgresql_database):
    build = "CREATE UNIQUE INDEX CONCURRENTLY tags_pkey_ccnew ON tags (value)"
    with postgresql_database.write() as conn:
        run_ids = [create_run(conn, experiment_id="0", run_name="same").info.run_id for _ in "ab"]
    assert len(set(run_ids)) == 2
    with postgresql_database.maintain() as driver, pytest.raises(psycopg.errors.UniqueViolation):
        driver.execute(build)
    reclaim(postgresql_database)
    with postgresql_database.read() as conn:
        found = conn.exec_driver_sql("SELECT indexname FROM pg_indexes WHERE tablename = 'tags'")
        assert "tags_pkey_ccnew" not in found.scalars().all()
