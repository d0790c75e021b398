"""Histories summarised for charts equal what the raw points give."""

import math
import random

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assay.errors import InvalidParameter
from assay.store import chunks, folding
from assay.store.buckets import read_buckets
from assay.store.folding import fold_run
from assay.store.histories import append_metrics, read_history
from assay.store.keys import key_ids
from histories import new_run, seen
from statements import counted_statements
from strategies import columns_of_points, histories

slowly = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture
def small_chunks(monkeypatch):
    monkeypatch.setattr(chunks, "CHUNK_POINTS", 8)
    monkeypatch.setattr(folding, "CHUNK_POINTS", 8)
    monkeypatch.setattr(folding, "PACK_POINTS", 20)


def log(conn, run_number, points):
    append_metrics(conn, [(run_number, 0, columns_of_points(points), None)])


def key_id(conn):
    return key_ids(conn, ["m"])["m"]


def assert_equals_raw(found, history):
    """Compare every bucket with the raw points that lie in it."""
    ends = [*found.buckets.edges[1:].tolist(), found.end_step + 1]
    for number, (start, end) in enumerate(zip(found.buckets.edges.tolist(), ends, strict=True)):
        inside = [i for i, step in enumerate(history.steps.tolist()) if start <= step < end]
        bucket = found.buckets.aggregates[number]
        assert bucket["n"] == len(inside)
        if not inside:
            continue
        values = history.values[inside]
        finite = values[np.isfinite(values)]
        assert bucket["n_nan"] == np.isnan(values).sum()
        assert bucket["n_posinf"] == (values == np.inf).sum()
        assert bucket["n_neginf"] == (values == -np.inf).sum()
        assert bucket["first"].tobytes() == values[0].tobytes()
        assert bucket["last"].tobytes() == values[-1].tobytes()
        assert found.buckets.x_first[number] == history.steps[inside[0]]
        assert found.buckets.x_last[number] == history.steps[inside[-1]]
        if len(finite):
            assert bucket["min"] == finite.min()
            assert bucket["max"] == finite.max()
            mean = math.fsum((finite / 2**60).tolist()) / len(finite) * 2.0**60
            assert abs(bucket["mean"] - mean) <= 1e-6 * np.abs(finite / 2).max() * 2 + 5e-300
        else:
            assert np.isnan([bucket["min"], bucket["max"], bucket["mean"]]).all()


@slowly
@given(
    batches=st.lists(histories(), min_size=1, max_size=5),
    folds=st.lists(st.booleans(), min_size=5, max_size=5),
    n_buckets=st.integers(1, 12),
    low=st.one_of(st.none(), st.integers(-60, 60)),
    length=st.one_of(st.none(), st.integers(0, 80)),
)
def test_buckets_equal_the_raw_points(
    sqlite_database, small_chunks, batches, folds, n_buckets, low, length
):
    high = None if low is None or length is None else low + length
    with sqlite_database.write() as conn:
        run_number = new_run(conn)
        for batch, folded in zip(batches, folds, strict=False):
            log(conn, run_number, batch)
            if folded:
                fold_run(conn, run_number)
        found = read_buckets(
            conn, run_number, key_id(conn), n_buckets=n_buckets, start_step=low, end_step=high
        )
        history = read_history(conn, run_number, key_id(conn), start_step=low, end_step=high)

    assert found.is_exact == (len(history) <= 2 * n_buckets)
    if found.is_exact:
        assert seen(found.points) == seen(history)
    else:
        assert_equals_raw(found, history)


def test_whole_chunks_count_without_being_decoded(database):
    points = [(step, step, math.sin(step)) for step in range(40_960)]
    with database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, points)
        fold_run(conn, run_number)
        with counted_statements(conn) as ran:
            found = read_buckets(conn, run_number, key_id(conn), n_buckets=10)
        history = read_history(conn, run_number, key_id(conn))

    assert not any("SELECT payload FROM chunks" in statement for statement in ran)
    assert_equals_raw(found, history)


@pytest.mark.parametrize("n_buckets", [1, 7, 100, 1000, 2000])
def test_a_spike_among_many_points_shows_in_every_summary(sqlite_database, n_buckets):
    draw = random.Random(4)
    points = [(step, step, draw.random()) for step in range(60_000)]
    points[41_234] = (41_234, 41_234, 25.0)
    with sqlite_database.write() as conn:
        run_number = new_run(conn)
        for start in range(0, 60_000, 7000):
            log(conn, run_number, points[start : start + 7000])
            fold_run(conn, run_number)
        found = read_buckets(conn, run_number, key_id(conn), n_buckets=n_buckets)

    assert found.buckets.aggregates["max"].max() == 25.0
    assert found.buckets.aggregates["n"].sum() == 60_000


def test_a_chart_over_all_of_64_bits_has_its_buckets(sqlite_database):
    points = [(-(2**63), 0, 1.0), (0, 0, 2.0), (2**63 - 1, 0, 3.0)]
    with sqlite_database.write() as conn:
        run_number = new_run(conn)
        log(conn, run_number, points)
        found = read_buckets(conn, run_number, key_id(conn), n_buckets=1)

    assert found.buckets.aggregates["n"].tolist() == [3]
    assert (found.start_step, found.end_step) == (-(2**63), 2**63 - 1)


def test_a_history_without_points_is_exact_and_empty(database):
    with database.write() as conn:
        found = read_buckets(conn, new_run(conn), key_id(conn), n_buckets=5)

    assert found.is_exact
    assert len(found.points) == 0


@pytest.mark.parametrize("n_buckets", [0, -1, 2001])
def test_a_number_of_buckets_out_of_range_is_refused(sqlite_database, n_buckets):
    with sqlite_database.read() as conn, pytest.raises(InvalidParameter, match="n_buckets"):
        read_buckets(conn, 1, 1, n_buckets=n_buckets)


def test_a_start_after_the_end_is_refused(sqlite_database):
    with sqlite_database.read() as conn, pytest.raises(InvalidParameter, match="end_step"):
        read_buckets(conn, 1, 1, n_buckets=5, start_step=2, end_step=1)
