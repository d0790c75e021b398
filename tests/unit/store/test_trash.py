"""The trash and the space report take a fixed number of statements, whatever their size."""

from assay.store.experiments import create_experiment, delete_experiment
from assay.store.logged_models import create_logged_model, delete_logged_model
from assay.store.runs import create_run, delete_run
from assay.store.space import (
    experiment_names,
    folders_of,
    space_by_experiment,
    space_by_metric,
    space_by_run,
)
from assay.store.trash import list_trash
from statements import counted_statements, used_indexes


def fill(database, n):
    with database.write() as conn:
        for number in range(n):
            experiment = create_experiment(conn, name=f"{n} {number}", now_ms=1)
            run_id = create_run(conn, experiment_id=experiment).info.run_id
            model = create_logged_model(
                conn, experiment_id="0", source_run_id=run_id, now_ms=number
            )
            delete_logged_model(conn, model.info.model_id, now_ms=number)
            delete_run(conn, run_id, now_ms=number)
            delete_experiment(conn, experiment, now_ms=2)


def statements_of(database, function):
    with database.read() as conn, counted_statements(conn) as ran:
        function(conn)
    return ran


def test_listing_takes_as_many_statements_for_many_things_as_for_few(database):
    def list_all(conn):
        list_trash(conn, max_results=1000)

    fill(database, 2)
    few = len(statements_of(database, list_all))
    fill(database, 20)
    many = statements_of(database, list_all)
    assert len(many) == few <= 10
    with database.read() as conn:
        assert "runs_in_trash" in used_indexes(conn, many[0], many.values[0])


def test_space_takes_as_many_statements_for_many_runs_as_for_few(database):
    def describe(conn):
        names = experiment_names(conn, ())
        space_by_experiment(conn, names)
        space_by_run(conn, list(names))
        space_by_metric(conn, list(names))
        folders_of(conn, list(names))

    fill(database, 2)
    few = len(statements_of(database, describe))
    fill(database, 20)
    assert len(statements_of(database, describe)) == few <= 6


def test_trash_is_told_by_when_it_was_deleted_and_what_needs_it(database):
    fill(database, 3)
    with database.read() as conn:
        page = list_trash(conn, max_results=2)
        rest = list_trash(conn, max_results=20, page_token=page.token)
    assert [item.deleted_time for item in page.items] == [0, 1]
    assert [item.kind for item in rest.items] == ["run"] + ["model"] * 3 + ["experiment"] * 3
    assert [item.needed_by for item in page.items] == [(rest.items[1].id,), (rest.items[2].id,)]
    assert rest.token is None
