"""The log of changes: which runs and experiments each transaction touched, in an order that stands.

Whatever writes notes what it touched (`note`), and the notes go into the table `changes` in the same
transaction, all of them as one row. So a change is in the log exactly if it happened, and costs one row
however many runs a group commit writes to. `notes` has three 64-bit integers for each run or experiment:
experiment, run number (0 for the experiment itself) and what changed, as `Changed`.

A reader may never pass by a row that is committed later than rows behind it. SQLite has one writer, so
numbers are given out in the order of commits. On PostgreSQL they are not; there rows are ordered by
their transaction first, and a reader only sees those of transactions older than any that still runs.
No writer waits for another, and a transaction that stays open long only delays events.

The log keeps the last `MAX_KEPT` rows. Whoever asks for what came after an older one is told of a gap.
"""

import time
from array import array
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.entities.events import Changed, Event
from assay.errors import InvalidParameter
from assay.store.statements import Row, Statement

MAX_KEPT: Final = 100_000
PAGE_SIZE: Final = 1000
_TRIM_EVERY: Final = 1000
_MAX_INT64: Final = 2**63 - 1
_FIELDS: Final = 3

_ADD: Final = Statement(
    "INSERT INTO changes (xact, noted_ms, notes) VALUES (THIS TRANSACTION, ?, ?)"
)
_TRIM: Final = Statement(
    f"DELETE FROM changes WHERE change_id <= (SELECT MAX(change_id) FROM changes) - {MAX_KEPT}"  # noqa: S608 a number
)
_AFTER: Final = Statement(
    "SELECT xact, change_id, noted_ms, notes FROM changes"
    " WHERE (xact, change_id) > (?, ?) AND xact < OLDEST TRANSACTION"
    " ORDER BY xact, change_id LIMIT ?"
)
_NEWEST: Final = Statement(
    "SELECT xact, change_id FROM changes WHERE xact < OLDEST TRANSACTION"
    " ORDER BY xact DESC, change_id DESC LIMIT 1"
)
_OLDEST: Final = Statement("SELECT MIN(change_id) FROM changes")
_RUN_IDS: Final = Statement("SELECT run_number, run_id FROM runs WHERE run_number IN (?int...)")


class LogPlace(NamedTuple):
    """A place in the log: behind a row, or with `n_told` behind that many of the row's notes.

    As text `<xact>-<change_id>` or `<xact>-<change_id>-<n_told>`; `0-0` is before the first row.
    """

    xact: int = 0
    change_id: int = 0
    n_told: int = 0

    def __str__(self) -> str:
        row = f"{self.xact}-{self.change_id}"
        return f"{row}-{self.n_told}" if self.n_told else row


class EventPage(NamedTuple):
    """Some events in order, where the next page begins, and whether events before them are missing."""

    events: tuple[Event, ...]
    end: LogPlace
    is_full: bool = False
    has_gap: bool = False


class _Note(NamedTuple):
    place: LogPlace
    noted_ms: int
    experiment_id: int
    run_number: int
    what: int


def parse_place(text: str) -> LogPlace:
    """Return the place that an event's id names; raise InvalidParameter when it is none."""
    parts = text.split("-")
    is_number = [part.isascii() and part.isdecimal() and len(part) < 20 for part in parts]
    if len(parts) not in {2, 3} or not all(is_number) or max(map(int, parts)) > _MAX_INT64:
        raise InvalidParameter(f"{text[:50]!r} is no id of an event.")
    return LogPlace(*map(int, parts))


def open_notes(conn: Connection) -> None:
    """Begin a transaction in which nothing is noted yet."""
    conn.info["changes"] = {}


def note(conn: Connection, experiment_id: int, run_number: int, what: Changed) -> None:
    """Note that the transaction of `conn` changes a run, or with run number 0 its experiment."""
    notes: dict[tuple[int, int], int] = conn.info["changes"]
    place = (experiment_id, run_number)
    notes[place] = notes.get(place, 0) | int(what)


def write_notes(conn: Connection) -> None:
    """Write what was noted, as the last thing before the commit."""
    notes: dict[tuple[int, int], int] = conn.info["changes"]
    if not notes:
        return
    numbers = array("q", [number for place, what in notes.items() for number in (*place, what)])
    _ADD.run(conn, time.time_ns() // 1_000_000, numbers.tobytes())
    # Kept with the pooled connection, so that each of them trims now and then.
    conn.info["n_noted"] = conn.info.get("n_noted", 0) + 1
    if conn.info["n_noted"] >= _TRIM_EVERY:
        conn.info["n_noted"] = 0
        _TRIM.run(conn)


def newest_place(conn: Connection) -> LogPlace:
    """Return the place behind the newest event that can be read."""
    row = _NEWEST.row(conn)
    return LogPlace(*row) if row else LogPlace()


def read_events(conn: Connection, after: LogPlace | None, limit: int = PAGE_SIZE) -> EventPage:
    """Return the events behind a place, or with None only where the log ends.

    Args:
        conn: A connection that sees one state of the database.
        after: Where the reader is.
        limit: How many events to return at most.
    """
    if after is None:
        return EventPage((), newest_place(conn))
    if _has_gap(conn, after):
        return EventPage((), newest_place(conn), has_gap=True)
    xact, change_id, n_told = after
    # Within a row that was told in part, reading begins with that row.
    rows = _AFTER.rows(conn, xact, change_id - 1 if n_told else change_id, limit + 1)
    notes = list(_notes(rows))
    behind = [
        one for one in notes if one.place[:2] != after[:2] or not 0 < one.place.n_told <= n_told
    ]
    chosen = behind[:limit]
    if not chosen:
        return EventPage((), after)
    is_full = len(behind) > limit
    return EventPage(tuple(_events(conn, chosen)), chosen[-1].place, is_full=is_full)


def _has_gap(conn: Connection, after: LogPlace) -> bool:
    """Return whether rows behind a place are gone, or the place is none of this log."""
    oldest = _OLDEST.row(conn)
    if oldest is None or oldest[0] is None:
        return after != LogPlace()
    first_needed = after.change_id if after.n_told else after.change_id + 1
    return first_needed < int(oldest[0]) or after[:2] > newest_place(conn)[:2]


def _notes(rows: Iterable[Row]) -> Iterator[_Note]:
    """Yield the notes of rows; the last one of a row has the place behind the whole row."""
    for xact, change_id, noted_ms, content in rows:
        numbers = array("q", bytes(content))
        n_notes = len(numbers) // _FIELDS
        for index in range(n_notes):
            n_told = index + 1 if index + 1 < n_notes else 0
            fields = numbers[index * _FIELDS : (index + 1) * _FIELDS]
            yield _Note(LogPlace(xact, change_id, n_told), noted_ms, *fields)


def _events(conn: Connection, notes: Iterable[_Note]) -> Iterator[Event]:
    """Yield the events of notes, but those of runs that do not exist any more."""
    known = list(notes)
    numbers = sorted({one.run_number for one in known if one.run_number})
    run_ids: dict[int, str] = dict(_RUN_IDS.rows(conn, numbers)) if numbers else {}
    for one in known:
        if one.run_number and one.run_number not in run_ids:
            continue
        yield Event(
            id=str(one.place),
            experiment_id=str(one.experiment_id),
            run_id=run_ids.get(one.run_number),
            changed=Changed(one.what).names,
            timestamp=one.noted_ms,
        )
