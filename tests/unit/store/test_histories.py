"""Taking batches in, reading series, folding in between: the points stay the same."""

from array import array

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from assay.errors import InvalidParameter
from assay.store import chunks, folding
from assay.store.folding import apply_fold, fold_run, plan_fold, runs_to_fold
from assay.store.histories import append_metrics, read_history
from assay.store.keys import key_ids
from assay.wire.chunk import MetricColumns, SeriesKey
from histories import expected, expected_summary, new_run, seen, summary
from statements import counted_statements
from strategies import columns_of_points, histories, metric_columns

slowly = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def small_chunks(monkeypatch):
    """Chunks of 8 points and packs of 20, so that short histories meet all that long ones do."""
    monkeypatch.setattr(chunks, "CHUNK_POINTS", 8)
    monkeypatch.setattr(folding, "CHUNK_POINTS", 8)
    monkeypatch.setattr(folding, "PACK_POINTS", 20)


def log(conn, run_number, points, key="m"):
    append_metrics(conn, [(run_number, 0, columns_of_points(points, key), None)])


def key_id(conn, name="m"):
    return key_ids(conn, [name])[name]


@slowly
@given(batches=st.lists(histories(), min_size=1, max_size=6), folds=st.lists(st.booleans()))
def test_a_history_is_all_that_was_logged_whatever_was_folded(
    database, small_chunks, batches, folds
):
    with database.write() as conn:
        run_number = new_run(conn)
        for number, batch in enumerate(batches):
            log(conn, run_number, batch)
            if number < len(folds) and folds[number]:
                fold_run(conn, run_number)
        found = read_history(conn, run_number, key_id(conn))

    assert seen(found) == expected(point for batch in batches for point in batch)


@slowly
@given(batches=st.lists(histories(), min_size=1, max_size=6))
def test_after_a_fold_the_summary_is_that_of_the_distinct_points(database, small_chunks, batches):
    points = [point for batch in batches for point in batch]
    with database.write() as conn:
        run_number = new_run(conn)
        for batch in batches:
            log(conn, run_number, batch)
            fold_run(conn, run_number)
        if not points:
            return
        found = summary(conn, run_number, key_id(conn))

    assert found == expected_summary(points)


@slowly
@given(history=histories(max_size=200))
def test_many_points_at_once_are_summed_up_like_one_by_one(sqlite_database, history):
    with sqlite_database.write() as conn:
        at_once, by_ones = new_run(conn), new_run(conn)
        log(conn, at_once, history * 3)
        for point in history * 3:
            log(conn, by_ones, [point])
        if not history:
            return
        key = key_id(conn)
        assert summary(conn, at_once, key) == summary(conn, by_ones, key)


@slowly
@given(batches=st.lists(metric_columns(), min_size=1, max_size=4))
def test_each_series_of_a_run_has_its_own_history(database, small_chunks, batches):
    with database.write() as conn:
        run_number = new_run(conn)
        plain = [
            MetricColumns(
                [SeriesKey(str(i)) for i in range(len(batch.keys))],
                batch.key_index,
                batch.step,
                batch.timestamp,
                batch.value,
            )
            for batch in batches
        ]
        append_metrics(conn, [(run_number, 0, batch, None) for batch in plain])
        fold_run(conn, run_number)
        for number in range(5):
            points = [
                (batch.step[i], batch.timestamp[i], batch.value[i])
                for batch in plain
                for i in range(batch.n_points)
                if batch.key_index[i] == number
            ]
            found = read_history(conn, run_number, key_id(conn, str(number)))
            assert seen(found) == expected(points)


@slowly
@given(history=histories(), low=st.integers(-60, 60), high=st.integers(-60, 60))
def test_a_range_of_steps_is_what_the_whole_history_has_there(
    sqlite_database, small_chunks, history, low, high
):
    with sqlite_database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, history)
        fold_run(conn, run_number)
        log(conn, run_number, history[:5])
        found = read_history(conn, run_number, key_id(conn), start_step=low, end_step=high)

    assert seen(found) == expected(point for point in history if low <= point[0] <= high)


def test_values_are_kept_bit_for_bit(database):
    payload = array("d")
    payload.frombytes(0x7FF8_0000_DEAD_BEEF.to_bytes(8, "little"))
    values = [payload[0], -0.0, float("-inf"), 1e60, 5e-324]
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, [(step, 0, value) for step, value in enumerate(values)])
        fold_run(conn, run_number)
        found = read_history(conn, run_number, key_id(conn))

    assert found.values.tobytes() == array("d", values).tobytes()


def test_a_long_history_becomes_chunks_and_a_rest(database):
    points = [(step, 1000 + step, step * 0.5) for step in range(10_000)]
    with database.write() as conn:
        run_number = new_run(conn)
        for start in range(0, 10_000, 1000):
            log(conn, run_number, points[start : start + 1000])
        fold_run(conn, run_number)
        sizes = (
            conn.execute(text("SELECT n_points FROM chunks ORDER BY first_step")).scalars().all()
        )
        packed = conn.execute(text("SELECT n_points FROM packs")).scalar_one()
        waiting = conn.execute(text("SELECT COUNT(*) FROM inbox")).scalar_one()
        found = read_history(conn, run_number, key_id(conn))

    assert list(sizes) == [4096, 4096]
    assert packed == 10_000 - 2 * 4096
    assert waiting == 0
    assert seen(found) == expected(points)


def test_logging_a_history_again_changes_nothing_once_folded(database):
    points = [(step, 1000 + step, float("nan") if step % 7 == 0 else step) for step in range(9000)]
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, points)
        fold_run(conn, run_number)
        key = key_id(conn)
        before = summary(conn, run_number, key)
        log(conn, run_number, points)
        fold_run(conn, run_number)

        assert summary(conn, run_number, key) == before
        assert seen(read_history(conn, run_number, key)) == expected(points)


def test_a_million_steps_that_never_change_do_not_rewrite_chunks(sqlite_database):
    with sqlite_database.write() as conn:
        run_number = new_run(conn)
        for start in range(0, 20_000, 5000):
            log(conn, run_number, [(0, start + i, float(i)) for i in range(5000)])
            fold_run(conn, run_number)
        sizes = conn.execute(text("SELECT n_points FROM chunks ORDER BY chunk_id")).scalars().all()

    assert list(sizes) == [4096] * 4


def test_a_group_takes_a_fixed_number_of_statements(database):
    def group(conn, n_runs):
        return [
            (new_run(conn), 0, columns_of_points([(1, 2, 3.0)], f"k{i}"), None)
            for i in range(n_runs)
        ]

    with database.write() as conn:
        few, many = group(conn, 2), group(conn, 30)
        with counted_statements(conn) as ran_few:
            append_metrics(conn, few)
        with counted_statements(conn) as ran_many:
            append_metrics(conn, many)

    assert len(ran_many) <= len(ran_few) <= 5


def test_a_fold_planned_before_another_one_writes_nothing(database):
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, [(step, 0, 1.0) for step in range(100)])
    with database.read() as conn:
        plan = plan_fold(conn, run_number)
    with database.write() as conn:
        fold_run(conn, run_number)
        log(conn, run_number, [(step, 0, 2.0) for step in range(100)])
    with database.write() as conn:
        assert plan is not None
        assert not apply_fold(conn, plan)
        found = read_history(conn, run_number, key_id(conn))

    assert len(found) == 200


def test_points_that_arrive_while_a_fold_is_planned_stay(database):
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, [(1, 0, 1.0)])
    with database.read() as conn:
        plan = plan_fold(conn, run_number)
    with database.write() as conn:
        log(conn, run_number, [(2, 0, 1.0)])
    with database.write() as conn:
        assert plan is not None
        assert apply_fold(conn, plan)
        found = read_history(conn, run_number, key_id(conn))

    assert found.steps.tolist() == [1, 2]


def test_a_reader_sees_its_snapshot_while_a_fold_happens(database):
    points = [(step, 0, float(step)) for step in range(5000)]
    with database.write() as conn:
        run_number = new_run(conn)
        key = key_id(conn)
        log(conn, run_number, points)
    with database.read() as reader:
        before = read_history(reader, run_number, key)
        with database.write() as conn:
            fold_run(conn, run_number)
        after = read_history(reader, run_number, key)

    assert seen(before) == seen(after) == expected(points)


def test_runs_with_long_inboxes_and_ended_runs_are_worth_folding(database):
    with database.write() as conn:
        short, long, ended, untouched = (new_run(conn) for _ in range(4))
        log(conn, short, [(1, 0, 1.0)])
        log(conn, long, [(step, 0, 1.0) for step in range(20_000)])
        log(conn, ended, [(1, 0, 1.0)])
        conn.execute(text("UPDATE runs SET status = 3 WHERE run_number = :run"), {"run": ended})
        found = runs_to_fold(conn, 10)

    assert sorted(found) == sorted([long, ended])
    assert untouched not in found


def test_a_metric_of_an_unknown_model_is_refused(database):
    with database.write() as conn:
        run_number = new_run(conn)
        with pytest.raises(InvalidParameter, match="m-none"):
            log(conn, run_number, [(1, 0, 1.0)], SeriesKey("loss", "m-none"))


def test_sums_of_the_greatest_values_do_not_overflow(database):
    biggest = 1.7976931348623157e308
    with database.write() as conn:
        run_number = new_run(conn)
        for step in range(3):
            log(conn, run_number, [(step, 0, biggest), (step + 10, 0, biggest)])
            log(conn, run_number, [(step, 1, -biggest), (step + 10, 1, -biggest)])
        fold_run(conn, run_number)
        found = summary(conn, run_number, key_id(conn))

    assert (found["min_value"], found["max_value"]) == (-biggest, biggest)


def test_duplicates_of_opposite_extremes_leave_a_sum(database):
    biggest = 1.7976931348623157e308
    points = [(step, 0, biggest if step % 2 else -biggest) for step in range(300)]
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, points)
        log(conn, run_number, sorted(points, key=lambda point: point[2]))
        fold_run(conn, run_number)
        found = summary(conn, run_number, key_id(conn))

    assert found == expected_summary(points)
