"""Planning a purge: what goes, and why the rest stays."""

from assay.client.trash import plan_purge, sum_of
from assay.wire.trash import TrashItem


def item(kind, identity, **fields):
    given = {
        "name": "n",
        "experiment_id": "1",
        "deleted_time": 10,
        "restorable_until": 20,
        "is_purging": False,
        "n_rows": 5,
        "size_bytes": 100,
    }
    return TrashItem(kind=kind, id=identity, **given | fields)


def planned(*items, before=10):
    plan = plan_purge(items, deleted_before_ms=before)
    return [one.id for one in plan.going], {kept.item.id: kept.reason for kept in plan.kept}


def test_what_was_deleted_later_stays():
    going, kept = planned(item("run", "a"), item("run", "b", deleted_time=11))
    assert going == ["a"]
    assert kept == {"b": "It was deleted too recently."}


def test_what_a_dead_purge_left_goes_in_any_case():
    assert planned(item("run", "a", is_purging=True, deleted_time=99))[0] == ["a"]


def test_a_run_goes_after_the_models_that_need_it():
    run, model = item("run", "r", needed_by=("m",)), item("model", "m")
    assert planned(run, model)[0] == ["m", "r"]
    assert planned(run)[1] == {"r": "Needed by logged models that stay: m."}


def test_an_experiment_goes_with_the_last_thing_in_it():
    experiment = item("experiment", "1", n_runs=2, n_models=1)
    inner = [item("run", "a"), item("run", "b"), item("model", "m")]
    assert planned(experiment, *inner)[0] == ["m", "a", "b", "1"]
    assert planned(experiment, *inner[1:])[1] == {"1": "It keeps 1 runs and 0 logged models."}


def test_the_default_experiment_stays():
    assert planned(item("experiment", "0", experiment_id="0"))[0] == []


def test_sums_are_over_all_kinds():
    freed = sum_of([item("run", "a", n_files=2, file_bytes=7), item("model", "m")])
    assert (freed.n_runs, freed.n_models, freed.n_rows, freed.n_files) == (1, 1, 10, 2)
    assert (freed.size_bytes, freed.file_bytes) == (200, 7)
