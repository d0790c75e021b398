"""Group commit: what waits is written together, and what fails fails alone."""

import multiprocessing
import threading
from concurrent.futures import Future

import pytest

from assay.entities.runs import Param
from assay.errors import InvalidParameter, NotFound, RunNotFound, StoreFull, Unavailable
from assay.store.experiments import create_experiment, get_experiment_by_name
from assay.store.run_batch import RunBatch
from assay.store.runs import create_run, get_run
from assay.store.writer import Writer

DEADLINE_S = 30


def create(name):
    return lambda conn: create_experiment(conn, name=name, now_ms=1)


class Gate:
    """An operation that holds the writer until it is opened, so that others gather behind it."""

    def __init__(self, writer):
        self._open = threading.Event()
        self._reached = threading.Event()
        self.future: Future[None] = writer.submit(self._wait)
        assert self._reached.wait(DEADLINE_S)

    def _wait(self, _conn):
        self._reached.set()
        assert self._open.wait(DEADLINE_S)

    def open(self):
        self._open.set()
        self.future.result(DEADLINE_S)


def new_run(writer):
    future = writer.submit(lambda conn: create_run(conn, experiment_id="0"))
    return future.result(DEADLINE_S).info.run_id


def test_answer_comes_after_the_commit(database, writer):
    writer.submit(create("a")).result(DEADLINE_S)
    with database.read() as conn:
        assert get_experiment_by_name(conn, "a").experiment_id == "1"


def test_what_waits_is_written_in_one_transaction(database, writer, monkeypatch):
    commits = []
    write = database.write

    def counted():
        commits.append(1)
        return write()

    run_id = new_run(writer)
    monkeypatch.setattr(database, "write", counted)
    gate = Gate(writer)
    futures = [writer.submit(create(f"e{n}")) for n in range(20)]
    batches = [
        writer.submit_batch(RunBatch(run_id=run_id, params=[Param(f"p{n}", "1")]))
        for n in range(20)
    ]
    gate.open()
    assert [future.result(DEADLINE_S) for future in futures] == [str(n) for n in range(1, 21)]
    assert {batch.result(DEADLINE_S).experiment_id for batch in batches} == {"0"}
    assert len(commits) == 2


def test_operation_that_fails_is_undone_alone(database, writer):
    def half_done(conn):
        create_experiment(conn, name="half", now_ms=1)
        raise NotFound("no")

    gate = Gate(writer)
    before, failing, after = map(writer.submit, (create("a"), half_done, create("b")))
    gate.open()
    with pytest.raises(NotFound):
        failing.result(DEADLINE_S)
    assert before.result(DEADLINE_S) == "1"
    after.result(DEADLINE_S)
    with database.read() as conn:
        get_experiment_by_name(conn, "b")
        with pytest.raises(NotFound):
            get_experiment_by_name(conn, "half")


def test_names_made_by_an_undone_operation_are_forgotten(database, writer):
    def half_done(conn):
        create_run(conn, experiment_id="0", run_name="x", run_id="undone", tags=())
        raise NotFound("no")

    gate = Gate(writer)
    failing = writer.submit(half_done)
    run = writer.submit(lambda conn: create_run(conn, experiment_id="0", run_name="kept"))
    gate.open()
    with pytest.raises(NotFound):
        failing.result(DEADLINE_S)
    run_id = run.result(DEADLINE_S).info.run_id
    with database.read() as conn:
        assert get_run(conn, run_id).data.tags == {"mlflow.runName": "kept"}


def test_refused_batch_does_not_hinder_its_group(writer):
    run_id = new_run(writer)
    gate = Gate(writer)
    refused = writer.submit_batch(RunBatch(run_id="unknown"))
    kept = writer.submit_batch(RunBatch(run_id=run_id, params=[Param("p", "1")]))
    gate.open()
    with pytest.raises(RunNotFound):
        refused.result(DEADLINE_S)
    assert kept.result(DEADLINE_S).experiment_id == "0"


@pytest.mark.parametrize("text", ["lone \ud800 surrogate"])
def test_batch_that_the_database_cannot_hold_is_refused_alone(database, writer, text):
    run_id = new_run(writer)
    gate = Gate(writer)
    poisoned = writer.submit_batch(RunBatch(run_id=run_id, params=[Param("bad", text)]))
    kept = writer.submit_batch(RunBatch(run_id=run_id, params=[Param("good", "1")]))
    gate.open()
    with pytest.raises(InvalidParameter):
        poisoned.result(DEADLINE_S)
    kept.result(DEADLINE_S)
    with database.read() as conn:
        assert get_run(conn, run_id).data.params == {"good": "1"}


def test_unforeseen_failure_reaches_its_caller_only(writer, caplog):
    gate = Gate(writer)
    failing = writer.submit(lambda conn: conn.exec_driver_sql("SELECT nonsense FROM nowhere"))
    kept = writer.submit(create("a"))
    gate.open()
    with pytest.raises(Exception, match="nowhere"):
        failing.result(DEADLINE_S)
    assert kept.result(DEADLINE_S) == "1"
    assert "A write failed." in caplog.text


def test_cancelled_operation_is_not_run(database, writer):
    gate = Gate(writer)
    cancelled = writer.submit(create("a"))
    assert cancelled.cancel()
    gate.open()
    writer.submit(create("b")).result(DEADLINE_S)
    with database.read() as conn, pytest.raises(NotFound):
        get_experiment_by_name(conn, "a")


def test_close_writes_what_waits_and_takes_nothing_new(database):
    writer = Writer(database)
    gate = Gate(writer)
    waiting = writer.submit(create("a"))
    closing = threading.Thread(target=writer.close)
    closing.start()
    gate.open()
    closing.join(DEADLINE_S)
    assert waiting.result(DEADLINE_S) == "1"
    with pytest.raises(Unavailable):
        writer.submit(create("b"))


def test_concurrent_batches_of_one_run_are_all_kept(database, writer):
    run_id = new_run(writer)

    def log(start):
        for number in range(start, start + 25):
            batch = RunBatch(run_id=run_id, params=[Param(f"p{number}", str(number))])
            writer.submit_batch(batch).result(DEADLINE_S)

    threads = [threading.Thread(target=log, args=(start,)) for start in range(0, 200, 25)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE_S)
    with database.read() as conn:
        assert get_run(conn, run_id).data.params == {f"p{n}": str(n) for n in range(200)}


def test_full_disk_refuses_the_whole_group_and_is_got_over(sqlite_database):
    def limit(conn, pages):
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def create_many(conn):
        for number in range(500):
            create(f"{number}" * 100)(conn)

    writer = Writer(sqlite_database)
    writer.submit(lambda conn: limit(conn, 1)).result(DEADLINE_S)
    gate = Gate(writer)
    futures = [writer.submit(create("a")), writer.submit(create_many), writer.submit(create("b"))]
    gate.open()
    for future in futures:
        with pytest.raises(StoreFull):
            future.result(DEADLINE_S)
    writer.submit(lambda conn: limit(conn, 1_000_000)).result(DEADLINE_S)
    assert writer.submit(create("a")).result(DEADLINE_S) == "1"
    writer.close()


def write_in_child(writer, answers):
    answers.put(writer.submit(create("child")).result(DEADLINE_S))
    writer.close()


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_forked_process_has_a_writer_of_its_own(sqlite_database):
    fork = multiprocessing.get_context("fork")
    writer = Writer(sqlite_database)
    writer.submit(create("parent")).result(DEADLINE_S)
    answers = fork.Queue()
    writing = [writer.submit(create(f"meanwhile {number}")) for number in range(50)]
    child = fork.Process(target=write_in_child, args=(writer, answers))
    child.start()
    assert int(answers.get(timeout=DEADLINE_S)) > 1
    child.join(DEADLINE_S)
    assert child.exitcode == 0
    written = {future.result(DEADLINE_S) for future in writing}
    written.add(writer.submit(create("parent again")).result(DEADLINE_S))
    assert len(written) == 51
    writer.close()
    with sqlite_database.read() as conn:
        count = conn.exec_driver_sql("SELECT count(*) FROM experiments").scalar()
        assert count == 1 + 1 + 50 + 1 + 1
        assert conn.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
