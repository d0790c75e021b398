"""How much a fold writes, and that its statements use their indexes."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from assay.store.folding import apply_fold, fold_run, plan_fold, runs_to_fold
from assay.store.histories import append_metrics, read_history
from assay.store.keys import key_ids
from histories import expected, new_run, seen
from statements import counted_statements, scanned_tables
from strategies import columns_of_points


def log(conn, run_number, points, key="m"):
    append_metrics(conn, [(run_number, 0, columns_of_points(points, key), None)])


def count(conn, table):
    return conn.execute(text(f"SELECT COUNT(*) FROM {table}")).scalar_one()


def test_a_small_run_ends_up_as_one_row(database):
    with database.write() as conn:
        run_number = new_run(conn)
        for number in range(20):
            log(conn, run_number, [(step, step, 1.0) for step in range(5)], f"k{number}")
        fold_run(conn, run_number)

        assert [count(conn, table) for table in ("packs", "chunks", "inbox")] == [1, 0, 0]


def test_a_run_of_many_series_keeps_its_pack_light(database):
    with database.write() as conn:
        run_number = new_run(conn)
        for start in range(0, 3000, 1000):
            for number in range(40):
                points = [(step, step, number + step) for step in range(start, start + 1000)]
                log(conn, run_number, points, f"k{number}")
            fold_run(conn, run_number)
        packed = conn.execute(text("SELECT n_points FROM packs")).scalar_one()
        histories = [
            len(read_history(conn, run_number, key_id))
            for key_id in key_ids(conn, [f"k{number}" for number in range(40)]).values()
        ]

        assert packed <= 65_536
        assert count(conn, "chunks") <= 40
        assert histories == [3000] * 40


def test_a_late_point_changes_one_chunk_only(database):
    with database.write() as conn:
        run_number = new_run(conn)
        points = [(2 * step, step, 1.0) for step in range(5 * 4096)]
        log(conn, run_number, points)
        fold_run(conn, run_number)
        before = set(conn.execute(text("SELECT chunk_id FROM chunks")).scalars())
        log(conn, run_number, [(10_001, 0, 2.0)])
        fold_run(conn, run_number)
        after = set(conn.execute(text("SELECT chunk_id FROM chunks")).scalars())
        key_id = key_ids(conn, ["m"])["m"]

        assert len(before - after) == 1
        assert seen(read_history(conn, run_number, key_id)) == expected([*points, (10_001, 0, 2.0)])


def test_statements_of_reads_and_folds_scan_no_table(database):
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, [(step, step, 1.0) for step in range(5000)])
        fold_run(conn, run_number)
        log(conn, run_number, [(step, step, 2.0) for step in range(5000)])
        with counted_statements(conn) as ran:
            read_history(conn, run_number, key_ids(conn, ["m"])["m"])
            plan = plan_fold(conn, run_number)
            assert plan is not None
            apply_fold(conn, plan)
        checked = [
            scanned_tables(conn, statement, values)
            for statement, values in zip(ran, ran.values, strict=True)
            if not statement.startswith("INSERT")
        ]

    assert checked
    assert all(not tables for tables in checked)


def test_two_threads_that_fold_one_run_lose_and_repeat_nothing(database):
    points = [(step, step, float(step)) for step in range(30_000)]
    with database.write() as conn:
        run_number = new_run(conn)
        for start in range(0, 30_000, 300):
            log(conn, run_number, points[start : start + 300])

    def work():
        while True:
            with database.read() as conn:
                plan = plan_fold(conn, run_number)
            if plan is None:
                return
            with database.write() as conn:
                apply_fold(conn, plan)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(work) for _ in range(2)]:
            done.result(120)

    with database.read() as conn:
        found = read_history(conn, run_number, key_ids(conn, ["m"])["m"])
        total = conn.execute(text("SELECT n_points FROM series")).scalar_one()
    assert total == 30_000
    assert seen(found) == expected(points)


@pytest.mark.parametrize("limit", [1, 2])
def test_the_longest_inboxes_are_folded_first(database, limit):
    with database.write() as conn:
        runs = [new_run(conn) for _ in range(3)]
        for number, run_number in enumerate(runs):
            log(conn, run_number, [(step, 0, 1.0) for step in range(20_000 + number)])
        found = runs_to_fold(conn, limit)

    assert found == [runs[2], runs[1]][:limit]
