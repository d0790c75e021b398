"""Curves are the same wherever points lie: in chunks, in the pack, in the inbox, or late."""

from array import array

import numpy as np
import pytest

from assay.entities.series import Axis, AxisKind, Smoothing, SmoothingKind
from assay.store.bucketing import Bucketed
from assay.store.curves import AxisOfRun, RunCurves, StepRange
from assay.store.folding import apply_fold, plan_fold
from assay.store.histories import append_metrics, read_history
from assay.store.keys import find_key_ids
from assay.store.runs import create_run, find_run
from assay.store.series_facts import SeriesQuery
from assay.store.series_query import SeriesReader
from assay.store.summaries import SeriesId
from assay.wire.chunk import MetricColumns, SeriesKey
from statements import counted_statements, scanned_tables

STEP = AxisOfRun(AxisKind.STEP)
WALL = AxisOfRun(AxisKind.WALL)


def new_run(database):
    with database.write() as conn:
        run_id = create_run(conn, experiment_id="0", start_time=0).info.run_id
        return run_id, find_run(conn, run_id).run_number


def log(database, run_number, steps, values, key="m", times=None):
    steps = np.asarray(steps, np.int64)
    times = steps * 10 if times is None else np.asarray(times, np.int64)
    columns = MetricColumns(
        keys=[SeriesKey(key)],
        key_index=array("I", bytes(4 * len(steps))),
        step=array("q", steps.tobytes()),
        timestamp=array("q", times.tobytes()),
        value=array("d", np.asarray(values, float).tobytes()),
    )
    with database.write() as conn:
        append_metrics(conn, [(run_number, 0, columns, None)])


def fold(database, run_number):
    while True:
        with database.read() as conn:
            plan = plan_fold(conn, run_number)
        if plan is None:
            return
        with database.write() as conn:
            apply_fold(conn, plan)


@pytest.fixture
def long_run(database):
    """A run with 10,000 points folded, some late points and some new ones."""
    run_id, run_number = new_run(database)
    draw = np.random.default_rng(4)
    log(database, run_number, np.arange(10_000), draw.normal(size=10_000))
    fold(database, run_number)
    return run_id, run_number


@pytest.mark.parametrize("steps", [[], [12_000, 13_000], [5_000, 11_000], [-5]], ids=str)
def test_a_curve_is_the_history_whatever_came_after_the_fold(database, long_run, steps):
    run_number = long_run[1]
    if steps:
        log(database, run_number, steps, np.ones(len(steps)), times=[7] * len(steps))
    with database.read() as conn:
        key_id = find_key_ids(conn, ["m"])["m"]
        history = read_history(conn, run_number, key_id)
        curve = RunCurves(conn, run_number).read(SeriesId(key_id), STEP)
        np.testing.assert_array_equal(curve.x, history.steps)
        np.testing.assert_array_equal(curve.values, history.values)
        timed = RunCurves(conn, run_number).read(SeriesId(key_id), WALL)
        assert (np.diff(timed.x) >= 0).all()
        assert sorted(timed.values) == sorted(history.values)


def test_a_range_of_steps_reads_only_the_chunks_it_needs(database, long_run):
    with database.read() as conn:
        key_id = find_key_ids(conn, ["m"])["m"]
        curve = RunCurves(conn, long_run[1]).read(SeriesId(key_id), STEP, StepRange(100, 200))
    assert len(curve) < 9_000
    assert set(range(100, 201)) <= set(curve.x.tolist())


@pytest.mark.parametrize("n_buckets", [1, 7, 500, 2000])
def test_a_spike_is_in_every_bucketed_answer(database, n_buckets):
    run_id, run_number = new_run(database)
    values = np.full(1_000_000, 0.1)
    values[333_333] = 25.0
    log(database, run_number, np.arange(1_000_000), values)
    fold(database, run_number)
    for kind in (AxisKind.STEP, AxisKind.WALL):
        query = SeriesQuery(run_ids=(run_id,), keys=("m",), axis=Axis(kind), n_buckets=n_buckets)
        with database.read() as conn:
            (series,) = SeriesReader(conn, query).series()
        assert isinstance(series.drawn, Bucketed)
        assert series.drawn.aggregates["max"].max() == 25.0
        assert series.drawn.aggregates["n"].sum() == 1_000_000


def test_a_new_point_is_in_the_next_answer(database, long_run):
    run_id, run_number = long_run
    query = SeriesQuery(run_ids=(run_id,), keys=("m",), n_buckets=50)
    seen = []
    for step in (20_000, 20_001):
        log(database, run_number, [step], [99.0])
        with database.read() as conn:
            (series,) = SeriesReader(conn, query).series()
        seen.append(int(series.drawn.aggregates["n"].sum()))
    assert seen == [10_001, 10_002]


def test_points_are_paired_with_the_last_x_of_their_step(database):
    run_id, run_number = new_run(database)
    log(database, run_number, [0, 1, 2, 3], [10, 11, 12, 13])
    log(database, run_number, [0, 2, 2, 3], [5, 6, 7, np.nan], key="x", times=[0, 1, 2, 3])
    query = SeriesQuery(run_ids=(run_id,), keys=("m",), axis=Axis(AxisKind.METRIC, "x"))
    with database.read() as conn:
        (series,) = SeriesReader(conn, query).series()
    assert (series.drawn.x.tolist(), series.drawn.values.tolist()) == ([5, 7], [10, 12])


def test_an_x_that_falls_back_is_never_sorted_silently(database):
    run_id, run_number = new_run(database)
    log(database, run_number, [0, 1, 2], [10, 11, 12])
    log(database, run_number, [0, 1, 2], [5, 9, 6], key="x")
    query = SeriesQuery(run_ids=(run_id,), keys=("m",), axis=Axis(AxisKind.METRIC, "x"))
    with database.read() as conn:
        (series,) = SeriesReader(conn, query).series()
    assert series.drawn.x.tolist() == [5, 9, 6]


def test_smoothing_sees_points_before_the_range_that_is_shown(database, long_run):
    smoothing = Smoothing(SmoothingKind.EMA, 0.9)
    answers = []
    for x_min in (None, 9_000.0):
        query = SeriesQuery(
            run_ids=(long_run[0],), keys=("m",), x_min=x_min, smoothing=smoothing, n_buckets=2000
        )
        with database.read() as conn:
            (series,) = SeriesReader(conn, query).series()
        drawn = series.drawn
        last = drawn.aggregates["last"] if isinstance(drawn, Bucketed) else drawn.values
        answers.append(last[-1])
    assert answers[0] == answers[1]


def test_looking_series_up_takes_three_statements_and_uses_indexes(database):
    run_ids = []
    for _ in range(5):
        run_id, run_number = new_run(database)
        log(database, run_number, [0], [1.0])
        run_ids.append(run_id)
    for count in (1, 5):
        query = SeriesQuery(run_ids=tuple(run_ids[:count]), keys=("m",))
        with database.read() as conn, counted_statements(conn) as ran:
            list(SeriesReader(conn, query).series())
        # Three for all series, then chunks, pack and inbox of each run.
        assert len(ran) <= 3 + 3 * count
    with database.read() as conn:
        for statement, values in zip(ran, ran.values, strict=True):
            assert not scanned_tables(conn, statement, values)


@pytest.mark.parametrize("n_buckets", [1, 3])
def test_steps_may_lie_at_the_ends_of_64_bits(database, n_buckets):
    run_id, run_number = new_run(database)
    steps = [-(2**63), -1, 0, 1, 5, 2**62, 2**63 - 2, 2**63 - 1]
    log(database, run_number, steps, range(8), times=range(8))
    query = SeriesQuery(run_ids=(run_id,), keys=("m",), n_buckets=n_buckets)
    with database.read() as conn:
        (series,) = SeriesReader(conn, query).series()
    drawn = series.drawn.aggregates
    assert (drawn["n"].sum(), drawn["max"].max()) == (8, 7.0)


def test_buckets_of_a_query_equal_numpy_on_the_raw_points(database, long_run):
    with database.read() as conn:
        history = read_history(conn, long_run[1], find_key_ids(conn, ["m"])["m"])
        query = SeriesQuery(
            run_ids=(long_run[0],), keys=("m",), x_min=1000, x_max=8999, n_buckets=97
        )
        reader = SeriesReader(conn, query)
        (series,) = reader.series()
    edges, drawn = reader.extent.edges, series.drawn.aggregates
    for place in range(97):
        is_inside = (history.steps >= edges[place]) & (history.steps < edges[place + 1])
        inside = history.values[is_inside]
        assert drawn["n"][place] == len(inside)
        assert (drawn["min"][place], drawn["max"][place]) == (inside.min(), inside.max())
        assert drawn["mean"][place] == pytest.approx(inside.mean(), rel=1e-6, abs=1e-9)
