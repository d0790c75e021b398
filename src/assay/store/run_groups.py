"""Which runs belong together: those that agree in some columns, or in all params except some."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from sqlalchemy import Connection

from assay.entities.filters.tree import Field, Kind
from assay.errors import InvalidParameter
from assay.store.filters import Names, find_names
from assay.store.keys import key_names
from assay.store.points import Ints
from assay.store.run_columns import Cell, Column, Numbers, RunSet, Texts, read_columns
from assay.store.run_windows import field_named
from assay.store.runs import RunPlace
from assay.store.statements import Statement

MAX_COLUMNS: Final = 100

_PARAM_KEYS: Final = Statement("SELECT DISTINCT key_id FROM params WHERE run_number IN (?int...)")
_PLACES: Final = Statement(
    "SELECT run_id, run_number, experiment_id FROM runs WHERE run_id IN (?text...)"
)


class Groups(NamedTuple):
    """The columns that group, their values in each group, and the group of each run."""

    columns: list[str]
    values: list[tuple[Cell, ...]]
    group_of: Ints


def run_places(conn: Connection, run_ids: Sequence[str]) -> dict[str, RunPlace]:
    """Return where runs stand, each once, in this order; unknown ones are left out."""
    found = {row[0]: RunPlace(row[1], row[2]) for row in _PLACES.rows(conn, list(run_ids))}
    return {run_id: found[run_id] for run_id in dict.fromkeys(run_ids) if run_id in found}


def grouping_columns(
    conn: Connection, runs: RunSet, group_by: Sequence[str], group_except: Sequence[str]
) -> list[str]:
    """Return the columns to group by: as given, or all params of the runs except some.

    Raises:
        InvalidParameter: Both ways are asked for, or there are too many params.
    """
    if group_by and group_except:
        raise InvalidParameter("Give group_by or group_except, not both.")
    if not group_except:
        return _limited(list(group_by))
    left_out = {column.removeprefix("params.") for column in group_except}
    rows = _PARAM_KEYS.rows(conn, runs.numbers.tolist())
    names = key_names(conn, [row[0] for row in rows])
    columns = [f"params.{name}" for name in sorted(names.values()) if name not in left_out]
    return _limited(columns)


def _limited(columns: list[str]) -> list[str]:
    if len(columns) > MAX_COLUMNS:
        raise InvalidParameter(f"Runs can be grouped by {MAX_COLUMNS} columns at most.")
    return columns


def group_runs(conn: Connection, runs: RunSet, columns: Sequence[str]) -> Groups:
    """Return the groups of runs that agree in `columns`, in the order of their first run."""
    fields = [_field(column) for column in columns]
    read = read_columns(conn, runs, fields, _names(conn, runs, fields))
    if not read:
        return Groups([], [()] if len(runs.numbers) else [], np.zeros(len(runs.numbers), np.int64))
    codes = np.stack([_codes(column) for column in read], axis=1)
    _distinct, firsts, group_of = np.unique(codes, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(firsts, kind="stable")
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    values = [tuple(_cell(column, run) for column in read) for run in firsts[order].tolist()]
    return Groups(list(columns), values, place[group_of.ravel()])


def _field(column: str) -> Field:
    prefix, dot, key = column.partition(".")
    if dot and prefix == "params":
        return Field(Kind.PARAM, key)
    return field_named(column)


def _names(conn: Connection, runs: RunSet, fields: Sequence[Field]) -> Names:
    return find_names(conn, fields, experiments=runs.experiments or (-1,), now_ms=0)


def _codes(column: Column) -> Ints:
    if isinstance(column, Texts):
        return column.codes
    _values, codes = np.unique(column.values, return_inverse=True)
    return np.asarray(np.where(column.is_missing, -1, codes.ravel()), np.int64)


def _cell(column: Column, run: int) -> Cell:
    if isinstance(column, Numbers):
        return None if column.is_missing[run] else float(column.values[run])
    code = int(column.codes[run])
    return None if code < 0 else column.values[code]
