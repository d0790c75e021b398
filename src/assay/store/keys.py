"""Names of metrics, params and tags as small integers.

A name keeps its number for ever, so numbers are remembered for the whole life of the process. A
number made in a transaction is remembered only once that transaction is committed.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection

from assay.store.statements import Statement

LIMIT: Final = 200_000
"""How many names are remembered before all are forgotten and learnt again."""

_FIND = Statement("SELECT name, key_id FROM keys WHERE name IN (?text...)")
_NAMES = Statement("SELECT key_id, name FROM keys WHERE key_id IN (?int...)")
_ADD = Statement("INSERT INTO keys (name) VALUES (?) ON CONFLICT (name) DO NOTHING")


class KeyCache:
    """What one process knows of one database's `keys`."""

    def __init__(self) -> None:
        self.ids: dict[str, int] = {}
        self.names: dict[int, str] = {}
        self.series: dict[Any, Any] = {}
        """What `series_ids.py` makes of `ids`; forgotten together with them."""

    def open(self, conn: Connection, *, writes: bool) -> None:
        """Let a transaction on `conn` see this cache and, when it writes, its own new names.

        Only a reader learns names as it meets them: what a writer sees may yet be undone.
        """
        conn.info["keys"] = self
        conn.info["new_keys"] = {} if writes else None

    def commit(self, conn: Connection) -> None:
        """Remember the names that the committed transaction of `conn` made."""
        self.learn(conn.info["new_keys"])

    def learn(self, ids: dict[str, int]) -> None:
        """Remember committed names."""
        if len(self.ids) + len(ids) > LIMIT:
            self.ids = {}
            self.names = {}
            self.series = {}
        self.ids.update(ids)
        self.names.update((key_id, name) for name, key_id in ids.items())

    @staticmethod
    def forget_new(conn: Connection) -> None:
        """Drop the names of the running transaction: part of it was undone."""
        conn.info["new_keys"] = {}


def key_ids(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the number of each name, giving out numbers to new names."""
    wanted = set(names)
    found = _remembered(conn, wanted)
    missing = sorted(wanted.difference(found))
    if not missing:
        return found
    new: dict[str, int] = dict(_FIND.rows(conn, missing))
    absent = [name for name in missing if name not in new]
    if absent:
        # Sorted, so that two servers that add the same names wait for each other in one order.
        _ADD.run_many(conn, [(name,) for name in absent])
        new = dict(_FIND.rows(conn, missing))
    conn.info["new_keys"].update(new)
    return found | new


def find_key_ids(conn: Connection, names: Iterable[str]) -> dict[str, int]:
    """Return the numbers of those names that exist."""
    wanted = set(names)
    found = _remembered(conn, wanted)
    missing = sorted(wanted.difference(found))
    if not missing:
        return found
    new: dict[str, int] = dict(_FIND.rows(conn, missing))
    if conn.info["new_keys"] is None:
        conn.info["keys"].learn(new)
    return found | new


def key_names(conn: Connection, ids: Iterable[int]) -> dict[int, str]:
    """Return the names of the numbers `ids`, with one statement at most."""
    cache: KeyCache = conn.info["keys"]
    known = cache.names
    wanted = set(ids)
    missing = [key_id for key_id in wanted if key_id not in known]
    names = {key_id: known[key_id] for key_id in wanted if key_id in known}
    if missing:
        found: dict[int, str] = dict(_NAMES.rows(conn, missing))
        if conn.info["new_keys"] is None:
            cache.learn({name: key_id for key_id, name in found.items()})
        names.update(found)
    return names


def _remembered(conn: Connection, wanted: set[str]) -> dict[str, int]:
    cache: KeyCache = conn.info["keys"]
    ids = cache.ids
    found = {name: ids[name] for name in wanted if name in ids}
    new: dict[str, int] = conn.info["new_keys"] or {}
    if new and len(found) < len(wanted):
        found.update((name, new[name]) for name in wanted if name in new)
    return found
