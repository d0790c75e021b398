"""Attempts of a run: who belongs to which, how each ended, and what supersedes what."""

from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from assay.entities.metrics import Metric
from assay.entities.runs import END_REASON_TAG, RunStatus, RunTag
from assay.errors import RunNotFound
from assay.store.attempts import SILENT, list_attempts
from assay.store.batches import apply_batches
from assay.store.folding import fold_run
from assay.store.histories import read_history
from assay.store.keys import find_key_ids
from assay.store.run_batch import RunBatch, WriterSpan
from assay.store.runs import create_run, find_run, get_run
from assay.wire.chunk import columns_of
from assay.wire.ingest import RunAttempt, RunEnd

FAILED = RunEnd(RunStatus.FAILED, 50, "it broke")
RUNNING = RunEnd(RunStatus.RUNNING)


class Writers:
    """Writes to one run as several journals would."""

    def __init__(self, conn, run_id=None):
        self.conn = conn
        self.run_id = run_id or create_run(conn, experiment_id="0", start_time=1).info.run_id
        self._seqs = {}

    def write(self, writer, points=(), **contents):
        seq = self._seqs[writer] = self._seqs.get(writer, 0) + 1
        metrics = [Metric(key, value, 0, step) for key, step, value in points]
        batch = RunBatch(
            run_id=self.run_id,
            writer=WriterSpan(writer, seq, seq),
            metrics=columns_of(metrics) if metrics else None,
            **contents,
        )
        (answer,) = apply_batches(self.conn, [batch])
        assert not isinstance(answer, Exception), answer

    def take_up(self, writer, points=(), started_ms=100, launch="", host=""):
        attempt = RunAttempt(started_ms=started_ms, launch=launch, process=7, host=host)
        self.write(writer, points, attempt=attempt, end=RUNNING)

    def steps(self, key, model_number=0):
        number = find_run(self.conn, self.run_id).run_number
        key_id = find_key_ids(self.conn, [key]).get(key, 0)
        points = read_history(self.conn, number, key_id, model_number=model_number)
        return list(zip(points.steps.tolist(), points.values.tolist(), strict=True))

    def attempts(self):
        return list_attempts(self.conn, self.run_id)


def test_a_run_has_one_attempt_from_its_start(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", [("m", 1, 1.0)], end=FAILED)
        (only,) = run.attempts()
    assert (only.number, only.started_ms, only.ended_ms) == (1, 1, 50)
    assert (only.status, only.reason, only.first_step) == (RunStatus.FAILED, "it broke", None)


def test_taking_up_a_failed_run_begins_a_new_attempt(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", [("m", step, 1.0) for step in range(4)], end=FAILED)
        run.take_up("b", [("m", 2, 2.0)], host="node")
        first, second = run.attempts()
        assert run.steps("m") == [(0, 1.0), (1, 1.0), (2, 2.0)]
        assert run.steps("m", model_number=-1) == [(2, 1.0), (3, 1.0)]
        assert get_run(conn, run.run_id).data.metrics == {"m": 2.0}
    assert (first.status, first.ended_ms, first.reason) == (RunStatus.FAILED, 50, "it broke")
    assert (second.number, second.started_ms, second.ended_ms) == (2, 100, None)
    assert (second.status, second.host, second.process) == (RunStatus.RUNNING, "node", 7)
    assert second.first_step == 2


def test_a_finished_run_goes_on_with_its_attempt(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", [("m", 1, 1.0)], end=RunEnd(RunStatus.FINISHED, 50))
        run.take_up("b", [("m", 0, 2.0)])
        assert len(run.attempts()) == 1
        assert run.steps("m") == [(0, 2.0), (1, 1.0)]


def test_a_silent_run_that_is_taken_up_had_failed(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", [("m", 1, 1.0)])
        run.take_up("b")
        first, second = run.attempts()
    assert (first.status, first.reason) == (RunStatus.FAILED, SILENT)
    assert second.status is RunStatus.RUNNING


def test_all_ranks_of_one_start_are_one_attempt(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", end=FAILED)
        run.take_up("rank-0", launch="restart-1")
        run.take_up("rank-1", launch="restart-1")
        assert [one.launch for one in run.attempts()] == [None, "restart-1"]
        run.take_up("rank-0 again", launch="restart-2")
        assert len(run.attempts()) == 3


def test_how_an_earlier_attempt_ended_leaves_the_run_as_it_is(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", end=FAILED)
        run.take_up("b")
        late = RunEnd(RunStatus.KILLED, 70, "late news")
        run.write("a", end=late, tags=(RunTag(END_REASON_TAG, "late news"),))
        found = get_run(conn, run.run_id)
        first, _ = run.attempts()
    assert found.info.status is RunStatus.RUNNING
    assert END_REASON_TAG not in found.data.tags
    assert (first.status, first.reason, first.ended_ms) == (RunStatus.KILLED, "late news", 70)


def test_metrics_that_a_later_attempt_does_not_log_stay(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", [("old", 5, 1.0), ("m", 5, 1.0)], end=FAILED)
        run.take_up("b", [("m", 3, 2.0)])
        assert run.steps("old") == [(5, 1.0)]
        assert run.steps("m") == [(3, 2.0)]


def test_sending_a_batch_again_begins_nothing(database):
    with database.write() as conn:
        run = Writers(conn)
        run.write("a", end=FAILED)
        run.take_up("b", [("m", 1, 1.0)])
        run._seqs["b"] = 0
        run.take_up("b", [("m", 1, 1.0)])
        assert len(run.attempts()) == 2
        assert run.steps("m") == [(1, 1.0)]


def test_an_unknown_run_has_no_attempts(database):
    with database.read() as conn, pytest.raises(RunNotFound):
        list_attempts(conn, "nobody")


def test_chunks_are_cut_where_the_later_attempt_begins(database):
    with database.write() as conn:
        run = Writers(conn)
        number = find_run(conn, run.run_id).run_number
        run.write("a", [("m", step, 1.0) for step in range(10_000)], end=FAILED)
        fold_run(conn, number)
        run.take_up("b", [("m", step, 2.0) for step in range(5_000, 12_000)])
        fold_run(conn, number)
        run.write("a", [("m", 11_000, 1.5), ("m", -1, 1.5)])
        view, hidden = run.steps("m"), run.steps("m", -1)
    assert view == [
        (-1, 1.5),
        *((step, 1.0) for step in range(5_000)),
        *((step, 2.0) for step in range(5_000, 12_000)),
    ]
    assert hidden == [*((step, 1.0) for step in range(5_000, 10_000)), (11_000, 1.5)]


class Logged(NamedTuple):
    attempt: int
    key: str
    step: int


def orders():
    """What three attempts log, in batches: each attempt begins in order, and all may come late."""
    points = st.lists(
        st.tuples(st.sampled_from(["m", "n"]), st.integers(-3, 12)), min_size=1, max_size=6
    )
    batch = st.tuples(st.integers(1, 3), points, st.booleans())
    return st.lists(batch, min_size=1, max_size=8)


def expected_view(logged, key):
    """The default view by its definition: at a step, the latest attempt that had reached it."""
    firsts = {}
    for one in logged:
        if one.key == key:
            firsts[one.attempt] = min(one.step, firsts.get(one.attempt, one.step))
    own = {one for one in logged if one.key == key}
    return sorted(
        (one.step, float(one.attempt))
        for one in own
        if one.attempt
        == max(
            attempt
            for attempt, first in ({1: -(2**63)} | later(firsts)).items()
            if first <= one.step
        )
    )


def later(firsts):
    return {attempt: first for attempt, first in firsts.items() if attempt > 1}


@given(orders())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_default_view_is_that_of_its_definition_and_nothing_is_lost(database, order):
    logged = []
    n_begun = 1
    with database.write() as conn:
        run = Writers(conn)
        number = find_run(conn, run.run_id).run_number
        run.write("w1")
        for attempt, points, folds in order:
            while n_begun < attempt:
                run.write(f"w{n_begun}", end=FAILED)
                n_begun += 1
                run.take_up(f"w{n_begun}")
            run.write(f"w{attempt}", [(key, step, float(attempt)) for key, step in points])
            logged += [Logged(attempt, key, step) for key, step in points]
            if folds:
                fold_run(conn, number)
            for key in ("m", "n"):
                assert run.steps(key) == expected_view(logged, key)
        for key in ("m", "n"):
            kept = {point for owner in (0, -1, -2, -3) for point in run.steps(key, owner)}
            assert kept == {(one.step, float(one.attempt)) for one in logged if one.key == key}
            _check_summary(conn, number, key, run.steps(key))


def _check_summary(conn, number, key, view):
    row = conn.execute(
        text(
            "SELECT last_step, last_value, min_value, max_value, first_step FROM series"
            " JOIN keys ON keys.key_id = series.key_id"
            " WHERE run_number = :number AND keys.name = :key AND model_number = 0"
        ),
        {"number": number, "key": key},
    ).first()
    if not view:
        assert row is None
        return
    values = [value for _, value in view]
    assert tuple(row) == (view[-1][0], view[-1][1], min(values), max(values), view[0][0])
