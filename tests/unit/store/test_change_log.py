"""The log of changes: in an order that stands, without gaps that are not told of."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from assay.entities.events import Changed
from assay.errors import InvalidParameter
from assay.store import change_log
from assay.store.batches import apply_batches
from assay.store.change_log import LogPlace, newest_place, note, parse_place, read_events
from assay.store.experiments import create_experiment, delete_experiment
from assay.store.run_batch import RunBatch, WriterSpan
from assay.store.runs import create_run, delete_run, delete_tag, restore_run, update_run
from assay.wire.ingest import RunCreation
from statements import counted_statements

N_WRITERS = 4
N_EACH = 60


def new_run(database):
    with database.write() as conn:
        return create_run(conn, experiment_id="0", start_time=1).info.run_id


def after(database, place, limit=1000):
    with database.read() as conn:
        return read_events(conn, place, limit)


def end_of(database):
    with database.read() as conn:
        return newest_place(conn)


def changed(database, place):
    return [event.changed for event in after(database, place).events]


def test_a_transaction_has_one_event_for_each_run_it_changed(database):
    run_id = new_run(database)
    place = end_of(database)
    with database.write() as conn:
        update_run(conn, run_id, status=None, run_name="new")
        delete_run(conn, run_id, now_ms=1)
    (event,) = after(database, place).events
    assert (event.run_id, event.experiment_id) == (run_id, "0")
    assert event.changed == ("deleted", "renamed")


def test_what_is_undone_is_not_told(database):
    run_id = new_run(database)
    place = end_of(database)

    def fail():
        with database.write() as conn:
            delete_run(conn, run_id, now_ms=1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert changed(database, place) == []


def test_every_kind_of_change_is_told(database):
    place = end_of(database)
    run_id = new_run(database)
    for work in (
        lambda conn: delete_run(conn, run_id, now_ms=1),
        lambda conn: restore_run(conn, run_id),
        lambda conn: delete_tag(conn, run_id, key="mlflow.runName"),
        lambda conn: create_experiment(conn, name="other", now_ms=1),
    ):
        with database.write() as conn:
            made = work(conn)
    with database.write() as conn:
        delete_experiment(conn, made, now_ms=2)
    assert changed(database, place) == [
        ("created",),
        ("deleted",),
        ("restored",),
        ("tags",),
        ("created",),
        ("deleted",),
    ]


def test_pages_joined_are_the_whole(database):
    place = start = end_of(database)
    for _ in range(7):
        new_run(database)
    pages = []
    while (page := after(database, place, limit=3)).events:
        pages.append(page)
        place = page.end
    assert [len(page.events) for page in pages] == [3, 3, 1]
    assert [page.is_full for page in pages] == [True, True, False]
    whole = after(database, start).events
    assert [event for page in pages for event in page.events] == list(whole)


def test_readers_pass_by_nothing_that_is_committed_later(postgresql_database):
    database = postgresql_database
    place = end_of(database)
    with database.write() as early:
        note(early, 0, 0, Changed.TAGS)
        change_log.write_notes(early)
        change_log.open_notes(early)
        with database.write() as late:
            note(late, 0, 0, Changed.RENAMED)
        assert changed(database, place) == []
    assert changed(database, place) == [("tags",), ("renamed",)]


def test_nothing_is_lost_or_told_twice_while_many_write(database):
    place = end_of(database)

    def write(number):
        for count in range(N_EACH):
            with database.write() as conn:
                note(conn, number + 1, 0, Changed.TAGS)
                if count % 7 == 0:
                    # Some transactions take longer than those that begin after them.
                    conn.exec_driver_sql("SELECT COUNT(*) FROM changes").close()

    seen = []
    with ThreadPoolExecutor(N_WRITERS) as pool:
        writers = [pool.submit(write, number) for number in range(N_WRITERS)]
        while not all(writer.done() for writer in writers):
            page = after(database, place, limit=50)
            seen += page.events
            place = page.end
        for writer in writers:
            writer.result()
    seen += after(database, place).events
    assert len(seen) == len({event.id for event in seen}) == N_WRITERS * N_EACH
    places = [parse_place(event.id) for event in seen]
    assert places == sorted(places)


def test_who_comes_back_after_the_log_was_trimmed_is_told_of_a_gap(database):
    place = end_of(database)
    for _ in range(5):
        new_run(database)
    with database.write() as conn:
        conn.exec_driver_sql(
            "DELETE FROM changes WHERE change_id <= (SELECT MAX(change_id) FROM changes) - 2"
        ).close()
    page = after(database, place)
    assert (page.events, page.has_gap, page.end) == ((), True, end_of(database))
    assert not after(database, page.end).has_gap


def test_the_log_is_trimmed_now_and_then(database, monkeypatch):
    monkeypatch.setattr(change_log, "_TRIM_EVERY", 3)
    monkeypatch.setattr(
        change_log,
        "_TRIM",
        change_log.Statement(
            "DELETE FROM changes WHERE change_id <= (SELECT MAX(change_id) FROM changes) - 4"
        ),
    )
    for _ in range(12):
        new_run(database)
    with database.read() as conn:
        n_kept = conn.exec_driver_sql("SELECT COUNT(*) FROM changes").scalar()
    assert n_kept < 12


def test_a_place_of_another_log_is_a_gap(database):
    assert after(database, LogPlace(2**60, 2**60)).has_gap


@pytest.mark.parametrize(
    "text", ["", "1", "-", "1-", "a-b", "1-2-3-4", "-1-2", "\u0661-1", "9" * 30 + "-1"]
)
def test_what_is_no_id_is_refused(text):
    with pytest.raises(InvalidParameter, match="no id of an event"):
        parse_place(text)


@pytest.mark.parametrize("place", [LogPlace(), LogPlace(12, 7), LogPlace(12, 7, 3)])
def test_places_go_into_text_and_back(place):
    assert parse_place(str(place)) == place


def test_who_was_told_of_a_part_of_a_transaction_is_told_of_the_rest(database):
    run_ids = [new_run(database) for _ in range(5)]
    start = end_of(database)
    with database.write() as conn:
        for run_id in run_ids:
            delete_run(conn, run_id, now_ms=1)
    new_run(database)
    whole = after(database, start).events
    assert [event.run_id for event in whole[:5]] == run_ids
    for count, event in enumerate(whole, 1):
        assert after(database, parse_place(event.id)).events == whole[count:]
    pages = []
    place = start
    while (page := after(database, place, limit=2)).events:
        pages += page.events
        place = page.end
    assert tuple(pages) == whole


def test_many_events_take_as_many_statements_as_few(database):
    place = end_of(database)
    counts = []
    for n_runs in (2, 30):
        for _ in range(n_runs):
            new_run(database)
        with database.read() as conn, counted_statements(conn) as ran:
            read_events(conn, place)
        counts.append(len(ran))
    assert counts[0] == counts[1] <= 4


def test_a_run_that_was_created_by_a_journal_is_told(database):
    place = end_of(database)
    with database.write() as conn:
        creation = RunCreation(run_name="r", start_time=1)
        apply_batches(
            conn, [RunBatch(run_id="a" * 32, writer=WriterSpan("w", 1, 1), create=creation)]
        )
    assert changed(database, place) == [("created",)]
