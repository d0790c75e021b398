"""Loading many runs at once."""

from assay.entities.datasets import Dataset, DatasetInput, LoggedModelInput, LoggedModelOutput
from assay.entities.metrics import Metric
from assay.entities.runs import Param, RunTag
from assay.store.batches import apply_batches
from assay.store.run_batch import RunBatch
from assay.store.run_pages import load_runs
from assay.store.runs import create_run, find_run, get_run
from assay.wire.chunk import columns_of
from statements import counted_statements, scanned_tables, used_indexes


def fill(database, n_runs):
    """Create runs with some of everything; return their ids and numbers."""
    with database.write() as conn:
        ids = [create_run(conn, experiment_id="0").info.run_id for _ in range(n_runs)]
        batches = [
            RunBatch(
                run_id=run_id,
                metrics=columns_of([Metric(f"m{n}", n + place, place, n) for n in range(3)]),
                params=[Param(f"p{n}", f"{place}") for n in range(3)],
                tags=[RunTag(f"t{n}", "same") for n in range(3)],
                dataset_inputs=[DatasetInput(Dataset("d", f"{place}", "local", "{}"))],
                model_inputs=[LoggedModelInput("m-1")],
                model_outputs=[LoggedModelOutput("m-2", place)],
            )
            for place, run_id in enumerate(ids)
        ]
        apply_batches(conn, batches)
        return ids, [find_run(conn, run_id).run_number for run_id in ids]


def test_runs_come_in_the_order_asked_for_each_as_by_itself(database):
    ids, numbers = fill(database, 5)
    with database.read() as conn:
        found = load_runs(conn, numbers[::-1])
        assert [run.info.run_id for run in found] == ids[::-1]
        assert found == [get_run(conn, run_id) for run_id in ids[::-1]]


def test_what_a_run_logged_comes_in_one_order(database):
    _, numbers = fill(database, 2)
    with database.read() as conn:
        run = load_runs(conn, numbers)[1]
    assert [metric.key for metric in run.data.metric_list] == ["m0", "m1", "m2"]
    assert [param.key for param in run.data.param_list] == ["p0", "p1", "p2"]
    assert run.data.metric_list[1] == Metric("m1", 2.0, 1, 1)


def test_run_that_is_gone_is_left_out(database):
    _, numbers = fill(database, 1)
    with database.read() as conn:
        assert len(load_runs(conn, [*numbers, 999])) == 1
        assert load_runs(conn, []) == []


def test_number_of_statements_does_not_grow_with_the_page(database):
    counts = []
    for n_runs in (1, 50):
        _, numbers = fill(database, n_runs)
        with database.read() as conn:
            load_runs(conn, numbers)
            with counted_statements(conn) as ran:
                load_runs(conn, numbers)
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 8


def test_no_table_is_read_from_end_to_end(database):
    _, numbers = fill(database, 3)
    with database.read() as conn, counted_statements(conn) as ran:
        load_runs(conn, numbers)
        statements = list(zip(ran, ran.values, strict=True))
        for statement, values in statements:
            assert scanned_tables(conn, statement, values) == set(), statement
        indexes = [used_indexes(conn, statement, values) for statement, values in statements]
    assert indexes[1:4] == [{"PRIMARY KEY"}] * 3
