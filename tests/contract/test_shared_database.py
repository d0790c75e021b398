"""What servers that share one database must do, on each engine: be right, and never fail."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from assay.entities.metrics import Metric
from assay.entities.runs import Param, RunTag
from assay.errors import AlreadyExists, ParamConflict
from assay.store.database import open_database
from assay.store.experiments import create_experiment, get_experiment_by_name
from assay.store.leases import take_lease
from assay.store.run_batch import RunBatch, WriterSpan
from assay.store.runs import create_run, get_run
from assay.store.writer import Writer
from assay.wire.chunk import columns_of
from assay.wire.ingest import RunCreation

DEADLINE_S = 60
N_ROUNDS = 25


@pytest.fixture
def servers(database):
    """Writers of two servers on one database."""
    uri = database.uri.render_as_string(hide_password=False)
    databases = [open_database(uri.replace("+psycopg", "")) for _ in range(2)]
    writers = [Writer(one) for one in databases]
    yield writers
    for writer, one in zip(writers, databases, strict=True):
        writer.close()
        one.close()


def at_once(servers, submit):
    """Let both servers do `submit(server, number)` at the same moment; return results and errors."""
    ready = threading.Barrier(len(servers))

    def work(number):
        ready.wait(DEADLINE_S)
        try:
            return submit(servers[number], number).result(DEADLINE_S)
        except Exception as error:  # noqa: BLE001 each test says which errors it expects
            return error

    with ThreadPoolExecutor(len(servers)) as pool:
        return list(pool.map(work, range(len(servers))))


def new_run(server):
    run = server.submit(lambda conn: create_run(conn, experiment_id="0"))
    return run.result(DEADLINE_S).info.run_id


def load(database, run_id):
    with database.read() as conn:
        return get_run(conn, run_id)


def test_one_of_two_values_of_a_param_wins(database, servers):
    for _ in range(N_ROUNDS):
        run_id = new_run(servers[0])
        answers = at_once(
            servers,
            lambda server, number, run_id=run_id: server.submit_batch(
                RunBatch(run_id=run_id, params=[Param("p", str(number))])
            ),
        )
        kinds = sorted(type(answer).__name__ for answer in answers)
        assert kinds == ["BatchReceipt", "ParamConflict"], answers
        loser = next(n for n, answer in enumerate(answers) if isinstance(answer, ParamConflict))
        assert load(database, run_id).data.params == {"p": str(1 - loser)}


def test_one_of_two_experiments_of_a_name_wins(database, servers):
    for turn in range(N_ROUNDS):
        answers = at_once(
            servers,
            lambda server, _number, turn=turn: server.submit(
                lambda conn: create_experiment(conn, name=f"e{turn}", now_ms=1)
            ),
        )
        refused = [answer for answer in answers if isinstance(answer, AlreadyExists)]
        created = [answer for answer in answers if isinstance(answer, str)]
        assert (len(refused), len(created)) == (1, 1), answers
        with database.read() as conn:
            assert get_experiment_by_name(conn, f"e{turn}").experiment_id == created[0]


def test_records_sent_through_both_servers_are_applied_once(database, servers):
    creation = RunCreation(experiment_name="offline", run_name="n", start_time=1)
    for turn in range(N_ROUNDS):
        run_id = f"{turn:032x}"
        answers = at_once(
            servers,
            lambda server, _number, run_id=run_id: server.submit_batch(
                RunBatch(
                    run_id=run_id,
                    create=creation,
                    writer=WriterSpan("w", 1, 3),
                    metrics=columns_of([Metric("m", 1.0, 1, step) for step in range(3)]),
                    tags=[RunTag("t", "1")],
                )
            ),
        )
        assert [answer.applied_seq for answer in answers] == [3, 3]
        run = load(database, run_id)
        assert run.data.metrics == {"m": 1.0}
        with database.read() as conn:
            counted = conn.exec_driver_sql("SELECT max(n_points) FROM series").scalar()
        assert counted == 3


def test_groups_that_touch_the_same_runs_and_new_names_do_not_hinder_each_other(database, servers):
    run_ids = [new_run(servers[0]) for _ in range(4)]

    def log(place):
        server = servers[place % 2]
        order = run_ids if place % 2 else run_ids[::-1]
        futures = [
            server.submit_batch(
                RunBatch(
                    run_id=run_id,
                    metrics=columns_of([Metric(f"m{turn}", 1.0, turn, place)]),
                    params=[Param(f"p{place}-{turn}", "1")],
                    tags=[RunTag(f"t{turn}", str(place))],
                )
            )
            for turn in range(N_ROUNDS)
            for run_id in order
        ]
        return [future.result(DEADLINE_S) for future in futures]

    with ThreadPoolExecutor(4) as pool:
        answers = [answer for found in pool.map(log, range(4)) for answer in found]
    assert {answer.experiment_id for answer in answers} == {"0"}
    for run_id in run_ids:
        data = load(database, run_id).data
        assert len(data.params) == 4 * N_ROUNDS
        assert len(data.metrics) == N_ROUNDS
        assert {metric.step for metric in data.metric_list} == {3}


def test_lease_is_given_to_one(servers):
    for turn in range(N_ROUNDS):
        answers = at_once(
            servers,
            lambda server, number, turn=turn: server.submit(
                lambda conn: take_lease(
                    conn, f"work{turn}", holder=str(number), now_ms=1, for_ms=100
                )
            ),
        )
        assert sorted(answers) == [False, True]
