"""Connections: snapshots, transactions, and many users of one database at once."""

import multiprocessing
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import DBAPIError

from assay.errors import AlreadyExists, InvalidParameter, StoreFull
from assay.store.connections import savepoint
from assay.store.database import open_database
from assay.store.experiments import create_experiment
from assay.store.keys import find_key_ids, key_ids, key_names
from databases import add_experiments

SPAWN = multiprocessing.get_context("spawn")


def names(conn):
    rows = conn.exec_driver_sql("SELECT name FROM experiments ORDER BY experiment_id").all()
    return [row[0] for row in rows]


def create(conn, name):
    return create_experiment(conn, name=name, now_ms=1)


def create_twice(conn, name):
    """Write something, then fail."""
    key_ids(conn, [name])
    create(conn, name)
    create(conn, name)


def create_many(conn):
    for number in range(500):
        create(conn, f"{number}" * 100)


def test_what_was_written_is_seen_by_the_next_reader(database):
    with database.write() as conn:
        create(conn, "a")
    with database.read() as conn:
        assert names(conn) == ["Default", "a"]


def test_reader_sees_one_state_from_its_beginning(database):
    with database.read() as reader:
        with database.write() as conn:
            create(conn, "a")
        assert names(reader) == ["Default"]


def test_exception_undoes_the_transaction(database):
    with pytest.raises(AlreadyExists), database.write() as conn:
        create_twice(conn, "a")
    with database.read() as conn:
        assert names(conn) == ["Default"]


def test_savepoint_undoes_its_part_only(database):
    with database.write() as conn:
        create(conn, "a")
        with pytest.raises(AlreadyExists), savepoint(conn):
            create_twice(conn, "b")
        create(conn, "c")
    with database.read() as conn:
        assert names(conn) == ["Default", "a", "c"]


def test_reading_connection_refuses_to_write(database):
    with pytest.raises(DBAPIError), database.read() as conn:
        conn.exec_driver_sql("DELETE FROM experiments")


@pytest.mark.parametrize("name", ["lone \ud800", "a\x00b"])
def test_text_that_cannot_be_kept_is_the_callers_mistake(postgresql_database, name):
    with pytest.raises(InvalidParameter), postgresql_database.write() as conn:
        create(conn, name)
    with pytest.raises(InvalidParameter), postgresql_database.read() as conn:
        find_key_ids(conn, [name])


def test_number_that_cannot_be_kept_is_the_callers_mistake(database):
    with pytest.raises(InvalidParameter), database.write() as conn:
        create_experiment(conn, name="a", now_ms=2**70)


def test_threads_may_write_and_read_at_once(database):
    def work(number):
        with database.write() as conn:
            create(conn, f"e{number}")
        with database.read() as conn:
            return f"e{number}" in names(conn)

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(work, range(60)))


def test_closed_database_can_be_used_again(database):
    database.close()
    with database.read() as conn:
        assert names(conn) == ["Default"]


def test_processes_that_write_to_one_file_never_see_a_lock(tmp_path):
    uri = str(tmp_path / "assay.db")
    answers = SPAWN.Queue()
    processes = [
        SPAWN.Process(target=add_experiments, args=(uri, f"p{number}-", 20, answers))
        for number in range(4)
    ]
    for process in processes:
        process.start()
    assert [answers.get(timeout=120) for _ in processes] == ["done"] * 4
    for process in processes:
        process.join(60)
    database = open_database(uri)
    with database.read() as conn:
        assert len(names(conn)) == 1 + 4 * 20
        assert conn.exec_driver_sql("SELECT max(experiment_id) FROM experiments").scalar() == 80
    database.close()


def test_full_disk_is_told_and_got_over(sqlite_database):
    with sqlite_database.write() as conn:
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar()
        conn.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreFull), sqlite_database.write() as conn:
        create_many(conn)
    with sqlite_database.write() as conn:
        conn.exec_driver_sql("PRAGMA max_page_count = 1000000")
        create(conn, "a")
    with sqlite_database.read() as conn:
        assert names(conn) == ["Default", "a"]


def test_another_programs_lock_is_waited_for(sqlite_database):
    other = sqlite3.connect(
        str(sqlite_database.path), isolation_level=None, check_same_thread=False
    )
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    release.start()
    with sqlite_database.write() as conn:
        create(conn, "a")
    release.join()
    other.close()
    with sqlite_database.read() as conn:
        assert names(conn) == ["Default", "a"]


def test_names_keep_their_numbers(database):
    with database.write() as conn:
        made = key_ids(conn, ["b", "a", "a"])
    with database.write() as conn:
        again = key_ids(conn, ["a", "b", "c"])
        assert key_names(conn, again.values()) == {number: name for name, number in again.items()}
    with database.read() as conn:
        assert find_key_ids(conn, ["a", "b", "nobody"]) == made
    assert again.items() >= made.items()


def test_names_of_an_undone_transaction_are_made_again(database):
    with pytest.raises(AlreadyExists), database.write() as conn:
        create_twice(conn, "a")
    with database.write() as conn:
        kept = key_ids(conn, ["b", "a"])
    with database.read() as conn:
        assert key_names(conn, kept.values()) == {number: name for name, number in kept.items()}
        assert len(conn.exec_driver_sql("SELECT 1 FROM keys").all()) == 2
