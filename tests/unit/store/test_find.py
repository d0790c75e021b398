"""Finding by name and id, on both databases."""

import pytest

from assay.store.experiments import create_experiment
from assay.store.find import find_anything
from assay.store.runs import create_run, delete_run
from statements import counted_statements


def made(database, *names):
    with database.write() as conn:
        return [
            create_run(conn, experiment_id="0", run_name=name, start_time=number).info.run_id
            for number, name in enumerate(names)
        ]


def found(database, text, limit=20):
    with database.read() as conn:
        return [one.name for one in find_anything(conn, text, limit=limit)]


def test_equal_names_come_first_then_beginnings_then_parts_then_the_newest(database):
    made(database, "old adam", "Adam", "adam-2", "adam-1", "new adam", "other")
    assert found(database, "ADAM") == ["Adam", "adam-1", "adam-2", "new adam", "old adam"]
    assert found(database, "adam", limit=2) == ["Adam", "adam-1"]


def test_a_run_is_found_by_the_beginning_of_its_id(database):
    run_ids = made(database, "a", "b")
    with database.read() as conn:
        for run_id in run_ids:
            for text in (run_id, run_id[:12], run_id[:12].upper()):
                assert [one.id for one in find_anything(conn, text, limit=5)] == [run_id]


def test_experiments_are_found_by_name_and_id(database):
    with database.write() as conn:
        number = create_experiment(
            conn, name="Digits 100%", artifact_location="x", tags=(), now_ms=5
        )
    assert found(database, "digits") == ["Digits 100%"]
    assert found(database, "0%") == ["Digits 100%"]
    assert "Digits 100%" in found(database, number)


def test_deleted_runs_and_empty_texts_find_nothing(database):
    (run_id,) = made(database, "gone")
    with database.write() as conn:
        delete_run(conn, run_id, now_ms=1)
    assert found(database, "gone") == found(database, run_id) == found(database, "  ") == []


def test_signs_of_patterns_are_plain_letters(database):
    made(database, "a_b", "axb", "50%", "500")
    assert found(database, "a_b") == ["a_b"]
    assert found(database, "50%") == ["50%"]


def test_it_takes_four_statements(database):
    made(database, *(f"run {number}" for number in range(30)))
    with database.read() as conn, counted_statements(conn) as ran:
        find_anything(conn, "run 1", limit=20)
    assert len(ran) == 4


@pytest.mark.parametrize("text", ["\\", "'", "%_", "x" * 900, "\N{ROCKET}", "9" * 40])
def test_any_text_can_be_looked_for(database, text):
    assert found(database, text) == []
