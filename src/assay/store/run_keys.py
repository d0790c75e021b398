"""What runs have logged at all: their params, metrics and tags with type, coverage and variety."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.store.keys import key_names
from assay.store.points import Ints
from assay.store.statements import Row, Statement
from assay.store.tables import VALUE_HEAD

SAMPLE: Final = 200
MOST_DISTINCT: Final = 1000

_BY_RUNS: Final = "run_number IN (?int...)"
_BY_EXPERIMENTS: Final = "experiment_id IN (?int...)"
_OF_KEYS: Final = "experiment_id IN (?int...) AND key_id IN (?int...)"
_COUNT: Final = Statement("SELECT count(*) FROM runs WHERE experiment_id IN (?int...)")
_DIGITS: Final = re.compile(r"(\d+)")


def _summary(table: str, scope: str) -> Statement:
    value = "last_value" if table == "series" else "value"
    own = " AND model_number = 0 AND dataset_id = 0" if table == "series" else ""
    return Statement(
        f"SELECT key_id, count(*), count({value}), count(DISTINCT {value}),"  # noqa: S608 constants
        f" min({value}), max({value}) FROM {table} WHERE {scope}{own} GROUP BY key_id"
    )


_KINDS: Final = {"metric": "series", "param": "params", "tag": "tags"}
_SUMMARIES: Final = {
    (kind, scope): _summary(table, scope)
    for kind, table in _KINDS.items()
    for scope in (_BY_RUNS, _BY_EXPERIMENTS, _OF_KEYS)
}
_SAMPLES: Final = {
    "param": Statement("SELECT DISTINCT key_id, value FROM params WHERE run_number IN (?int...)"),
    "tag": Statement("SELECT DISTINCT key_id, value FROM tags WHERE run_number IN (?int...)"),
}


# One experiment, all of its runs: value indexes are walked from one distinct value to the next, which
# takes 0.6 s for 100,000 runs with 45 keys where counting distinct values takes 4.6 s.
_WALK: Final = """
    SELECT found.key_id, found.n_runs, found.n_values,
      (WITH RECURSIVE walk (head, place) AS (
        SELECT (SELECT min({head}) FROM {table}
          WHERE experiment_id = {experiment} AND key_id = found.key_id{own}), 1
        UNION ALL
        SELECT (SELECT min({head}) FROM {table}
          WHERE experiment_id = {experiment} AND key_id = found.key_id{own} AND {head} > walk.head),
          place + 1
        FROM walk WHERE head IS NOT NULL AND place < {most})
      SELECT count(head) FROM walk),
      (SELECT min({head}) FROM {table}
        WHERE experiment_id = {experiment} AND key_id = found.key_id{own}),
      (SELECT max({head}) FROM {table}
        WHERE experiment_id = {experiment} AND key_id = found.key_id{own})
    FROM (SELECT key_id, count(*) AS n_runs, count({counted}) AS n_values FROM {table}
      WHERE experiment_id = {experiment}{own} GROUP BY key_id) found"""


def _walk(table: str) -> str:
    is_series = table == "series"
    return _WALK.format(
        table=table,
        head="last_value" if is_series else f"substr(value, 1, {VALUE_HEAD})",
        counted="last_value" if is_series else "*",
        own=" AND model_number = 0" if is_series else "",
        experiment="{experiment:d}",
        most=MOST_DISTINCT,
    )


_WALKS: Final = {kind: _walk(table) for kind, table in _KINDS.items()}


class KeyFacts(NamedTuple):
    """What is known of one key over some runs; `value` is what all agree on, else None.

    `n_distinct` may stop at `MOST_DISTINCT`.
    """

    kind: str
    name: str
    is_numeric: bool
    n_runs: int
    n_distinct: int
    varies: bool
    value: str | float | None


def run_keys(conn: Connection, numbers: Ints, experiments: Sequence[int]) -> list[KeyFacts]:
    """Return all keys of the runs with these numbers, in natural order; ten statements at most.

    Args:
        conn: A reading connection.
        numbers: The runs, sorted.
        experiments: The experiments that all of them belong to.
    """
    if not len(numbers):
        return []
    rows = {kind: _rows(conn, kind, numbers, experiments) for kind in _KINDS}
    names = key_names(conn, [row[0] for found in rows.values() for row in found])
    sample = numbers[:: max(1, len(numbers) // SAMPLE)][:SAMPLE].tolist()
    textual = {kind: _textual(conn, kind, sample, rows[kind]) for kind in ("param", "tag")}
    facts = [
        _facts(kind, names[row[0]], row, is_numeric=row[0] not in textual.get(kind, ()))
        for kind, found in rows.items()
        for row in found
    ]
    return sorted(facts, key=lambda one: (one.kind, natural_order(one.name)))


def _rows(conn: Connection, kind: str, numbers: Ints, experiments: Sequence[int]) -> list[Row]:
    """Return key, runs, values that are not NaN, distinct values, least and greatest."""
    is_all = _COUNT.rows(conn, list(experiments))[0][0] == len(numbers)
    if not is_all:
        return _SUMMARIES[kind, _BY_RUNS].rows(conn, numbers.tolist())
    if len(experiments) > 1:
        return _SUMMARIES[kind, _BY_EXPERIMENTS].rows(conn, list(experiments))
    # The number stands in the text: some planners do not see through a parameter that comes six times.
    walk = _WALKS[kind].format(experiment=int(experiments[0]))
    rows: list[Row] = [tuple(row) for row in conn.exec_driver_sql(walk)]
    long = [row[0] for row in rows if any(_is_cut(value) for value in row[4:6])]
    if not long:
        return rows
    exact = {row[0]: row for row in _SUMMARIES[kind, _OF_KEYS].rows(conn, list(experiments), long)}
    return [exact.get(row[0], row) for row in rows]


def _is_cut(value: object) -> bool:
    return isinstance(value, str) and len(value) >= VALUE_HEAD


def natural_order(name: str) -> list[tuple[bool, int, str]]:
    """Return what to sort names by, so that `m2` comes before `M10`."""
    parts = _DIGITS.split(name.casefold())
    return [
        (part.isdecimal(), int(part) if part.isdecimal() else 0, "" if part.isdecimal() else part)
        for part in parts
    ]


def _textual(conn: Connection, kind: str, sample: list[int], rows: list[Row]) -> set[int]:
    """Return the keys that have a value which is no number, as far as was looked."""
    seen = [(row[0], value) for row in rows for value in (row[4], row[5])]
    seen += [(row[0], row[1]) for row in _SAMPLES[kind].rows(conn, sample)]
    return {key_id for key_id, value in seen if not is_number(value)}


def is_number(text: str) -> bool:
    """Return whether `text` spells a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def _facts(kind: str, name: str, row: Row, *, is_numeric: bool) -> KeyFacts:
    _key_id, n_runs, n_values, n_distinct, least, _greatest = row
    # NaN is stored as NULL, which SQL counts apart.
    n_distinct += n_runs > n_values
    varies = n_distinct > 1
    common = least if n_values else float("nan")
    return KeyFacts(kind, name, is_numeric, n_runs, n_distinct, varies, None if varies else common)
