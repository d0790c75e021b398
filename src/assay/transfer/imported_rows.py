"""Rows of a spreadsheet as runs, each with an id that is the same whenever the row is read again.

The id of a run follows from the experiment and from what identifies the row: its `run_id` where it has
one, else all that the run holds and how many equal rows came before. An id that only this system makes
up, 32 hexadecimal digits, is kept as it is.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import msgspec

from assay.entities.batches import check_text
from assay.entities.names import MAX_NATIVE_VALUE, check_experiment_name, check_int64
from assay.entities.runs import NOTE_TAG, PARENT_RUN_TAG, RunStatus
from assay.entities.typed_values import type_of
from assay.errors import InvalidParameter
from assay.transfer.import_cells import number_of, quoted, status_of, text_of, time_of
from assay.transfer.import_fields import CellError, ColumnUse, Field, column_letter
from assay.transfer.tables import Cell

_ID_BYTES: Final = 16
_MADE_UP: Final = re.compile(r"[0-9a-f]{32}")
_encode: Final = msgspec.msgpack.Encoder(order="sorted").encode


class ImportedRun(msgspec.Struct, kw_only=True):
    """A run as a row tells it; None where the row says nothing."""

    row: int
    run_id: str = ""
    experiment: str | None = None
    name: str | None = None
    user: str = ""
    status: RunStatus = RunStatus.FINISHED
    start_ms: int | None = None
    end_ms: int | None = None
    params: dict[str, tuple[str, str | None]] = {}
    metrics: dict[str, float] = {}
    tags: dict[str, str] = {}


class Manner(NamedTuple):
    """How cells are to be read: the sign of decimals, and whether numbers are exact times."""

    decimal: str = "."
    has_exact_times: bool = False


class RowReader:
    """Reads the rows of one pass over a table, in their order.

    Args:
        uses: What becomes of the columns.
        experiment: Where runs go whose row names no experiment.
        manner: How cells are to be read.
    """

    def __init__(self, uses: Sequence[ColumnUse], experiment: str, manner: Manner) -> None:
        self._uses = [use for use in uses if use.field != "ignore"]
        self._n_columns = len(uses)
        self._experiment = experiment
        self._has_ids = any(use.field == "run_id" for use in uses)
        self._n_equal: dict[bytes, int] = {}
        self._row_of: dict[str, int] = {}
        self._setters: dict[Field, Callable[[ImportedRun, str, Cell], None]] = _setters(manner)

    def read(self, row: int, cells: Sequence[Cell]) -> ImportedRun | list[CellError] | None:
        """Return the run of a row, what is wrong with it, or None when it is to be left out."""
        run = ImportedRun(row=row, params={}, metrics={}, tags={})
        errors = self._beyond(row, cells)
        is_empty = True
        is_deleted = False
        for use in self._uses:
            cell = cells[use.index] if use.index < len(cells) else None
            if cell is None:
                continue
            if use.field == "lifecycle":
                is_deleted = cell == "deleted"
                continue
            is_empty = False
            try:
                self._setters[use.field](run, use.key, cell)
            except (ValueError, InvalidParameter) as error:
                errors.append(_error_of(row, use, error))
        if errors:
            return errors
        if is_empty or is_deleted:
            return None
        return self._identified(run)

    def _beyond(self, row: int, cells: Sequence[Cell]) -> list[CellError]:
        """Return the error of a row that has more cells than the header, if it is one."""
        for index in range(self._n_columns, len(cells)):
            if cells[index] is not None:
                message = "the header has no such column."
                return [CellError(row=row, column="", letter=column_letter(index), message=message)]
        return []

    def _identified(self, run: ImportedRun) -> ImportedRun | list[CellError]:
        place = run.experiment or self._experiment
        if run.run_id:
            given = run.run_id
            other = self._row_of.setdefault(given, run.row)
            if other != run.row:
                return [self._twice(run, other)]
            run.run_id = _derived(place, given)
        else:
            content = self._content(run)
            n_before = self._n_equal.get(content, 0)
            self._n_equal[content] = n_before + 1
            run.run_id = _digest([place, content, n_before]).hex()
        parent = run.tags.get(PARENT_RUN_TAG)
        if parent and self._has_ids:
            run.tags[PARENT_RUN_TAG] = _derived(place, parent)
        return run

    def _twice(self, run: ImportedRun, other: int) -> CellError:
        use = next(use for use in self._uses if use.field == "run_id")
        message = f"row {other} has the run id {quoted(run.run_id)} too."
        return CellError(row=run.row, column=use.column, letter=use.letter, message=message)

    def _content(self, run: ImportedRun) -> bytes:
        facts = [run.name, run.user, run.status, run.start_ms, run.end_ms]
        return _digest([*facts, run.params, run.metrics, run.tags])


def _derived(experiment: str, run_id: str) -> str:
    return run_id if _MADE_UP.fullmatch(run_id) else _digest([experiment, run_id]).hex()


def _digest(value: Any) -> bytes:
    return hashlib.blake2b(_encode(value), digest_size=_ID_BYTES).digest()


def _error_of(row: int, use: ColumnUse, error: Exception) -> CellError:
    message = error.message if isinstance(error, InvalidParameter) else str(error)
    return CellError(row=row, column=use.column, letter=use.letter, message=message)


def _setters(manner: Manner) -> dict[Field, Callable[[ImportedRun, str, Cell], None]]:
    """Return what puts a cell into a run, by field."""

    def set_metric(run: ImportedRun, key: str, cell: Cell) -> None:
        if not isinstance(cell, str) or cell.strip():
            run.metrics[key] = number_of(cell, manner.decimal)

    def set_start(run: ImportedRun, _key: str, cell: Cell) -> None:
        run.start_ms = _checked_time(cell, manner)

    def set_end(run: ImportedRun, _key: str, cell: Cell) -> None:
        run.end_ms = _checked_time(cell, manner)

    return {
        "param": _set_param,
        "metric": set_metric,
        "tag": _set_tag,
        "note": lambda run, _key, cell: _set_tag(run, NOTE_TAG, cell),
        "run_id": _set_run_id,
        "run_name": _set_name,
        "experiment": _set_experiment,
        "user": _set_user,
        "status": _set_status,
        "start_time": set_start,
        "end_time": set_end,
    }


def _set_param(run: ImportedRun, key: str, cell: Cell) -> None:
    kind = type_of(cell) if isinstance(cell, bool | int | float) else None
    run.params[key] = (_checked_text(cell, "the value"), kind)


def _set_tag(run: ImportedRun, key: str, cell: Cell) -> None:
    run.tags[key] = _checked_text(cell, "the value")


def _set_run_id(run: ImportedRun, _key: str, cell: Cell) -> None:
    run.run_id = _checked_text(cell, "the run id")


def _set_name(run: ImportedRun, _key: str, cell: Cell) -> None:
    run.name = _checked_text(cell, "the name")


def _set_experiment(run: ImportedRun, _key: str, cell: Cell) -> None:
    name = _checked_text(cell, "the name")
    check_experiment_name(name)
    run.experiment = name


def _set_user(run: ImportedRun, _key: str, cell: Cell) -> None:
    run.user = _checked_text(cell, "the name")


def _set_status(run: ImportedRun, _key: str, cell: Cell) -> None:
    run.status = status_of(cell)


def _checked_text(cell: Cell, where: str) -> str:
    text = text_of(cell)
    check_text(text, where=where, limit=MAX_NATIVE_VALUE)
    return text


def _checked_time(cell: Cell, manner: Manner) -> int:
    milliseconds = time_of(cell, is_exact=manner.has_exact_times)
    check_int64(milliseconds, where="the time")
    return milliseconds
