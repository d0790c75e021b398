"""Servers that purge and restore at the same moment never destroy what was restored."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assay.entities.datasets import Dataset, DatasetInput
from assay.errors import BeingPurged, Conflict, RunNotFound
from assay.server.owned_files import Unowned, folders_to_delete
from assay.store.batches import RunBatch
from assay.store.datasets import log_inputs
from assay.store.experiments import create_experiment, delete_experiment, restore_experiment
from assay.store.logged_models import create_logged_model, get_logged_model
from assay.store.purging import mark_models, mark_runs, remove_experiment, remove_runs
from assay.store.runs import create_run, delete_run, get_run, restore_run
from assay.store.writer import Writer
from assay.wire.ingest import RunCreation
from purges import ALWAYS, add_full_run, purge_runs, services_of

DEADLINE_S = 60
N_ROUNDS = 20


@pytest.fixture
def servers(database, tmp_path):
    opened = [services_of(database, tmp_path) for _ in range(2)]
    yield opened
    for one in opened:
        one.close()


def at_once(servers, *operations):
    """Let the servers do their operations at the same moment; return results and errors."""
    ready = threading.Barrier(len(operations))

    def work(number):
        ready.wait(DEADLINE_S)
        try:
            return servers[number].writer.submit(operations[number]).result(DEADLINE_S)
        except Exception as error:  # noqa: BLE001 each test says which errors it expects
            return error

    with ThreadPoolExecutor(len(operations)) as pool:
        return list(pool.map(work, range(len(operations))))


def deleted_run(server, experiment_id="0"):
    def make(conn):
        run_id = create_run(conn, experiment_id=experiment_id).info.run_id
        delete_run(conn, run_id, now_ms=1)
        return run_id

    return server.writer.submit(make).result(DEADLINE_S)


def read(server, function, *arguments):
    with server.database.read() as conn:
        return function(conn, *arguments)


def test_a_run_is_either_restored_or_purged(servers):
    for _ in range(N_ROUNDS):
        run_id = deleted_run(servers[0])
        marked, restored = at_once(
            servers,
            lambda conn, run_id=run_id: mark_runs(conn, [run_id], deleted_before_ms=ALWAYS),
            lambda conn, run_id=run_id: restore_run(conn, run_id),
        )
        if marked.going:
            assert isinstance(restored, BeingPurged)
        else:
            assert restored is None
            assert marked.kept == {run_id: "It is not deleted."}
            assert read(servers[1], get_run, run_id).info.lifecycle_stage == "active"


def test_a_run_that_a_model_is_made_of_meanwhile_stays(servers):
    for _ in range(N_ROUNDS):
        run_id = deleted_run(servers[0])
        marked, model = at_once(
            servers,
            lambda conn, run_id=run_id: mark_runs(conn, [run_id], deleted_before_ms=ALWAYS),
            lambda conn, run_id=run_id: create_logged_model(
                conn, experiment_id="0", source_run_id=run_id, now_ms=1
            ),
        )
        if marked.going:
            assert isinstance(model, RunNotFound)
        else:
            assert model.info.model_id in marked.kept[run_id]


def test_a_model_goes_with_its_experiment_or_is_restored_with_it(servers):
    for turn in range(N_ROUNDS):

        def make(conn, turn=turn):
            experiment = create_experiment(conn, name=f"e{turn}", now_ms=1)
            model = create_logged_model(conn, experiment_id=experiment, now_ms=1)
            delete_experiment(conn, experiment, now_ms=1)
            return experiment, model.info.model_id

        experiment, model = servers[0].writer.submit(make).result(DEADLINE_S)
        marked, restored = at_once(
            servers,
            lambda conn, model=model: mark_models(conn, [model], deleted_before_ms=ALWAYS),
            lambda conn, experiment=experiment: restore_experiment(conn, experiment, now_ms=2),
        )
        assert restored is None
        if not marked.going:
            assert read(servers[0], get_logged_model, model).info.model_id == model


def test_an_experiment_goes_or_is_restored_whole(servers):
    for turn in range(N_ROUNDS):

        def make(conn, turn=turn):
            experiment = create_experiment(conn, name=f"e{turn}", now_ms=1)
            delete_experiment(conn, experiment, now_ms=1)
            return experiment

        experiment = servers[0].writer.submit(make).result(DEADLINE_S)

        def restore_and_use(conn, experiment=experiment):
            restore_experiment(conn, experiment, now_ms=2)
            return create_run(conn, experiment_id=experiment).info.run_id

        removed, run_id = at_once(
            servers,
            lambda conn, experiment=experiment: remove_experiment(
                conn, experiment, deleted_before_ms=ALWAYS
            ),
            restore_and_use,
        )
        if isinstance(removed, str):
            assert read(servers[0], get_run, run_id).info.experiment_id == experiment
        else:
            assert "does not exist" in str(run_id) or "No Experiment" in str(run_id)


@pytest.mark.parametrize("inner", ["", "/artifacts/inner"])
def test_an_experiment_that_is_made_in_the_folder_of_a_run_meanwhile_keeps_its_files(
    servers, inner
):
    for turn in range(N_ROUNDS):
        run_id = deleted_run(servers[0])
        uri = f"mlflow-artifacts:/0/{run_id}/artifacts"

        def mark_and_look(run_id=run_id, uri=uri):
            def mark(conn):
                return mark_runs(conn, [run_id], deleted_before_ms=ALWAYS)

            assert servers[0].writer.submit(mark).result(DEADLINE_S).going
            return read(servers[0], folders_to_delete, "run", {run_id: uri})[run_id]

        def make(conn, run_id=run_id, turn=turn):
            location = f"mlflow-artifacts:/0/{run_id}{inner}"
            return create_experiment(conn, name=f"{turn}", artifact_location=location, now_ms=1)

        with ThreadPoolExecutor(1) as pool:
            looking = pool.submit(mark_and_look)
            made = servers[1].writer.submit(make)
            error, folder = made.exception(DEADLINE_S), looking.result(DEADLINE_S)
        if isinstance(folder, Unowned):
            assert error is None
        else:
            assert isinstance(error, Conflict)


def test_no_experiment_is_made_in_the_folder_of_a_run_before_its_purge_has_ended(servers):
    run_id = deleted_run(servers[0])
    location = f"mlflow-artifacts:/0/{run_id}/artifacts/inner"

    def make(conn):
        return create_experiment(conn, name="inner", artifact_location=location, now_ms=1)

    def mark(conn):
        return mark_runs(conn, [run_id], deleted_before_ms=ALWAYS)

    servers[0].writer.submit(mark).result(DEADLINE_S)
    with pytest.raises(Conflict, match=run_id):
        servers[1].writer.submit(make).result(DEADLINE_S)
    assert purge_runs(servers[0], [run_id]) == ["purged"]
    assert servers[1].writer.submit(make).result(DEADLINE_S)


def test_data_that_another_run_names_meanwhile_stays(servers):
    for turn in range(N_ROUNDS):
        data = [DatasetInput(dataset=Dataset("d", str(turn), "local", "{}"))]

        def make(conn, data=data):
            runs = [create_run(conn, experiment_id="0").info.run_id for _ in range(2)]
            log_inputs(conn, runs[0], datasets=data)
            delete_run(conn, runs[0], now_ms=1)
            return [*runs, mark_runs(conn, [runs[0]], deleted_before_ms=ALWAYS).going[0].number]

        _gone, other, number = servers[0].writer.submit(make).result(DEADLINE_S)
        answers = at_once(
            servers,
            lambda conn, number=number: remove_runs(conn, [number], now_ms=2),
            lambda conn, other=other, data=data: log_inputs(conn, other, datasets=data),
        )
        assert answers == [None, None]
        assert len(read(servers[0], get_run, other).inputs.dataset_inputs) == 1


def test_two_purges_of_the_same_runs_end_as_one(servers):
    run_ids = [add_full_run(servers[0], is_deleted=True) for _ in range(4)]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda server: purge_runs(server, run_ids), servers))
    assert answers == [["purged"] * 4] * 2
    with servers[0].database.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM purged").scalar() == 4
        assert conn.exec_driver_sql("SELECT count(*) FROM datasets").scalar() == 0


def test_a_journal_cannot_bring_a_purged_run_back(servers):
    run_id = add_full_run(servers[0], is_deleted=True)
    batch = RunBatch(run_id=run_id, create=RunCreation(run_name="n", start_time=1))
    writers = [Writer(server.database) for server in servers]
    purged = purge_runs(servers[0], [run_id])
    errors = [writer.submit_batch(batch).exception(DEADLINE_S) for writer in writers]
    for writer in writers:
        writer.close()
    assert purged == ["purged"]
    assert [type(error) for error in errors] == [RunNotFound, RunNotFound]
