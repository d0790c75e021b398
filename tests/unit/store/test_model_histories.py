"""Points that were logged with a model belong to the run's series and to the model's."""

import pytest
from sqlalchemy import text

from assay.store.folding import fold_run
from assay.store.histories import append_metrics, read_history
from assay.store.keys import key_ids
from assay.store.logged_models import create_logged_model
from assay.wire.chunk import SeriesKey
from histories import expected, new_run, seen
from strategies import columns_of_points

POINTS = [(step, 100 + step, step * 0.5) for step in range(5000)]


@pytest.fixture
def conn(database):
    with database.write() as conn:
        yield conn


@pytest.fixture
def model_id(conn):
    return create_logged_model(conn, experiment_id="0", name="m", now_ms=1).info.model_id


def log(conn, run_number, points, series):
    append_metrics(conn, [(run_number, 0, columns_of_points(points, series), None)])


def numbers(conn):
    row = conn.execute(
        text("SELECT key_id, model_number, dataset_id FROM series WHERE model_number > 0")
    ).one()
    return dict(row._mapping)


@pytest.mark.parametrize("folded", [False, True])
def test_a_point_of_a_model_is_in_both_histories(conn, model_id, folded):
    run_number = new_run(conn)
    log(conn, run_number, POINTS[:10], "loss")
    log(conn, run_number, POINTS[10:], SeriesKey("loss", model_id, "data", "d1"))
    if folded:
        fold_run(conn, run_number)

    assert seen(read_history(conn, run_number, key_ids(conn, ["loss"])["loss"])) == expected(POINTS)
    assert seen(read_history(conn, run_number, **numbers(conn))) == expected(POINTS[10:])


def test_logging_a_history_again_for_a_model_leaves_the_run_s_own_as_it_was(conn, model_id):
    run_number = new_run(conn)
    log(conn, run_number, POINTS, "loss")
    fold_run(conn, run_number)
    for start in range(0, 5000, 1000):
        log(conn, run_number, POINTS[start : start + 1000], SeriesKey("loss", model_id))
    fold_run(conn, run_number)
    counts = conn.execute(
        text("SELECT n_points, n_finite, sum_value FROM series ORDER BY model_number")
    ).all()

    total = sum(point[2] for point in POINTS)
    assert [tuple(row) for row in counts] == [(5000, 5000, pytest.approx(total))] * 2
    assert seen(read_history(conn, run_number, key_ids(conn, ["loss"])["loss"])) == expected(POINTS)


def test_a_data_set_without_a_model_makes_no_series_of_its_own(conn):
    run_number = new_run(conn)
    log(conn, run_number, POINTS[:3], SeriesKey("loss", None, "data", "d1"))

    assert conn.execute(text("SELECT COUNT(*) FROM series")).scalar_one() == 1
    assert conn.execute(text("SELECT COUNT(*) FROM datasets")).scalar_one() == 0
