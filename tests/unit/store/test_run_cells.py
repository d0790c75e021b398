"""The cells of a page are those of whole columns, in a fixed number of statements along indexes."""

import math

import numpy as np
import pytest

from assay.store import run_columns
from assay.store.run_cells import read_cells
from assay.store.run_columns import RunSet, cells, read_columns
from assay.store.run_windows import Selection, all_numbers, field_named, names_of
from naive_search import NaiveRun, Point
from statements import counted_statements, scanned_tables
from stored_runs import store

COLUMNS = [
    "run_id",
    "run_name",
    "user_id",
    "status",
    "start_time",
    "end_time",
    "params.p",
    "params.nothing",
    "tags.t",
    "metrics.m",
    "metrics.m.min",
    "metrics.m.max",
    "metrics.m.first",
    "metrics.m.mean",
    "metrics.m.count",
    "metrics.nothing",
]


def made(number):
    value = math.nan if number == 3 else number / 2
    return NaiveRun(
        run_id=f"{number:032x}",
        name=f"run-{number}",
        user_id="me",
        status=3 if number % 2 else 1,
        is_deleted=False,
        start_time=number,
        end_time=None if number % 2 else 9,
        params={"p": str(number % 3)} if number % 4 else {},
        tags={"t": "x"},
        metrics={"m": Point(value, 1.0, 0.5, 2.0, 1.5, 2)} if number % 5 else {},
        datasets=[],
    )


@pytest.fixture
def selection(database):
    return Selection([store(database, [made(number) for number in range(12)])[0]])


def shown(column):
    """Values as text: NaN is itself, and 1.0 is 1."""
    return [str(float(cell)) if isinstance(cell, int) else str(cell) for cell in column]


@pytest.mark.parametrize("few", [0, 2000])
def test_cells_and_columns_agree_whether_runs_are_sought_or_indexes_read(
    database, selection, monkeypatch, few
):
    monkeypatch.setattr(run_columns, "FEW_RUNS", few)
    fields = [field_named(column) for column in COLUMNS]
    with database.read() as conn:
        numbers = all_numbers(conn, selection)[::-1]
        names = names_of(conn, selection, fields)
        experiments = [int(selection.experiment_ids[0])]
        columns = read_columns(conn, RunSet(numbers, experiments), fields, names)
        found = read_cells(conn, numbers.tolist(), fields, names)
    assert [shown(column) for column in found] == [shown(cells(column)) for column in columns]
    assert found[COLUMNS.index("metrics.m")][11 - 4] == 2.0
    assert found[COLUMNS.index("metrics.nothing")] == [None] * 12


def test_a_page_takes_four_statements_along_indexes(database, selection):
    fields = [field_named(column) for column in COLUMNS]
    for size in (1, 12):
        with database.read() as conn:
            numbers = all_numbers(conn, selection)[:size].tolist()
            names = names_of(conn, selection, fields)
            with counted_statements(conn) as ran:
                read_cells(conn, numbers, fields, names)
        assert len(ran) == 4
    with database.read() as conn:
        for statement, values in zip(ran, ran.values, strict=True):
            assert not scanned_tables(conn, statement, values)


def test_some_runs_of_an_experiment_get_their_own_texts(database, selection, monkeypatch):
    monkeypatch.setattr(run_columns, "FEW_RUNS", 0)
    fields = [field_named("params.p")]
    with database.read() as conn:
        numbers = all_numbers(conn, selection)[np.array([2, 5])]
        names = names_of(conn, selection, fields)
        (column,) = read_columns(
            conn, RunSet(numbers, [int(selection.experiment_ids[0])]), fields, names
        )
    assert cells(column) == ["2", "2"]
    assert column.values == ["2"]
