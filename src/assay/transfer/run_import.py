"""Runs from spreadsheets and data frames: planned, checked as a whole, then written, each once."""

import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from assay.client import experiments, fluent
from assay.client.connection import Connection
from assay.client.tracking_uri import current_connection
from assay.entities.names import check_experiment_name
from assay.errors import BadCells, InvalidParameter
from assay.transfer.import_fields import CellError, ColumnUse, ImportReport, Mapped
from assay.transfer.import_mapping import SAMPLE_ROWS, check_confirmed, plan_columns
from assay.transfer.import_source import ImportSource, import_source
from assay.transfer.imported_rows import ImportedRun, Manner, RowReader
from assay.transfer.tables import Reading

# By name: only who imports pays for NumPy.
_SEND: Final = "assay.transfer.import_delivery:send_runs"
_COUNT: Final = "assay.transfer.import_delivery:count_runs"
_DESTINATION: Final = "assay.transfer.import_stores:Destination"
MAX_REPORTED: Final = 1000

OnProgress = Callable[[str, int], object]


class ImportPlan(msgspec.Struct, frozen=True):
    """What is to be imported, and what becomes of each column."""

    source: ImportSource
    columns: list[ColumnUse]
    manner: Manner

    @property
    def guesses(self) -> list[ColumnUse]:
        """The columns of which only a guess tells what they are."""
        return [use for use in self.columns if not use.is_certain]


def import_runs(  # noqa: PLR0913 where from, where to, and how to read it
    source: Any,
    *,
    experiment_name: str | None = None,
    mapping: Mapping[str, Mapped] | None = None,
    ignore_rest: bool = False,
    accept_guesses: bool = False,
    skip_errors: bool = False,
    dry_run: bool = False,
    decimal: str = ".",
    reading: Reading | None = None,
    file_format: str | None = None,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Create a run for each row of a spreadsheet or data frame, unless it was imported before.

    All cells are checked before the first run is written. Importing the same rows again, also after an
    interruption, adds what is missing and nothing twice.

    Args:
        source: A file (CSV, TSV, XLSX, JSON, JSON lines, Parquet, Arrow), or a frame of pandas or polars.
        experiment_name: Where runs go; the active experiment when None. A missing one is created.
        mapping: What columns are, by name or letter: `param`, `metric`, `tag`, `run_name`, `run_id`,
            `experiment`, `start_time`, `end_time`, `status`, `user`, `note` or `ignore`; with another key as
            `{"metric": "accuracy"}`. What is named as in an export needs none.
        ignore_rest: Leave out columns that neither the mapping nor their name explains.
        accept_guesses: Guess what such columns are, and write the guesses.
        skip_errors: Leave out rows with cells that are wrong, and import the others.
        dry_run: Check and count, but write nothing.
        decimal: The sign that marks decimals in texts.
        reading: Separator, encoding and sheet.
        file_format: As for `export_runs`.
        on_progress: Called with what is being done and how many rows more are done.

    Raises:
        MappingNotConfirmed: What a column is would be a guess.
        BadCells: Cells are wrong; nothing was written.
        InvalidParameter: The file, the mapping or the experiment is wrong, or a library is missing.
        Unavailable: The store does not answer; repeating goes on.
    """
    plan = plan_import(
        source,
        mapping=mapping,
        ignore_rest=ignore_rest,
        decimal=decimal,
        reading=reading,
        file_format=file_format,
    )
    if not accept_guesses and not dry_run:
        check_confirmed(plan.columns, plan.source.name)
    return carry_out(
        plan,
        experiment_name=experiment_name,
        skip_errors=skip_errors,
        dry_run=dry_run,
        on_progress=on_progress,
    )


def plan_import(
    source: Any,
    *,
    mapping: Mapping[str, Mapped] | None = None,
    ignore_rest: bool = False,
    decimal: str = ".",
    reading: Reading | None = None,
    file_format: str | None = None,
) -> ImportPlan:
    """Return what becomes of each column; nothing is asked of the store."""
    if decimal not in {".", ","}:
        raise InvalidParameter(f"Decimals are marked by '.' or ','; not by {decimal!r}.")
    table = import_source(source, file_format=file_format, reading=reading or Reading())
    names, rows = table.open_rows()
    sample = [cells for _, (_, cells) in zip(range(SAMPLE_ROWS), rows, strict=False)]
    columns = plan_columns(names, sample, mapping, ignores_rest=ignore_rest)
    return ImportPlan(table, columns, Manner(decimal, table.has_exact_times))


def carry_out(
    plan: ImportPlan,
    *,
    experiment_name: str | None = None,
    skip_errors: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> ImportReport:
    """Check all rows of a plan, then write the runs, or count what writing would do."""
    connection = _reachable()
    name, experiment_id = _experiment(connection, experiment_name)
    progress = on_progress or _ignore
    checked = _check(plan, name, progress, is_dry_run=dry_run)
    if checked.n_errors and not (skip_errors or dry_run):
        raise BadCells([str(error) for error in checked.errors], checked.n_errors, checked)
    destination = pkgutil.resolve_name(_DESTINATION)(
        experiment_name=name,
        experiment_id=experiment_id,
        stem=plan.source.stem,
        now_ms=time.time_ns() // 1_000_000,
        has_end_times=any(use.field == "end_time" for use in plan.columns),
    )
    what = "Counting" if dry_run else "Importing"
    work: Any = pkgutil.resolve_name(_COUNT if dry_run else _SEND)
    tally = work(connection, _runs(plan, name), destination, lambda n_rows: progress(what, n_rows))
    return msgspec.structs.replace(
        checked,
        n_created=tally.n_created,
        n_present=tally.n_present,
        n_refused=tally.n_refused,
    )


def _reachable() -> Connection:
    connection = current_connection()
    if connection.is_offline:
        raise InvalidParameter(
            f"{connection.target.uri!r} is offline: an import asks the store which runs it has. "
            "Name a server or a folder."
        )
    return connection


def _experiment(connection: Connection, name: str | None) -> tuple[str, str | None]:
    """Return the name of the experiment, and its id where it exists."""
    if name is None:
        active = fluent.active_experiment(connection)
        return active.name, active.experiment_id
    check_experiment_name(name)
    found = experiments.get_experiment_by_name(connection, name)
    if found is None:
        return name, None
    if found.lifecycle_stage != "active":
        raise InvalidParameter(
            f"The experiment {name!r} is deleted. Restore it, or name another one."
        )
    return name, found.experiment_id


def _check(
    plan: ImportPlan, experiment: str, progress: OnProgress, *, is_dry_run: bool
) -> ImportReport:
    """Read all rows and return what was found, without a look at the store."""
    n_rows = n_skipped = n_errors = 0
    errors: list[CellError] = []
    for found in _read(plan, experiment):
        n_rows += 1
        if not isinstance(found, ImportedRun):
            n_skipped += 1
        if isinstance(found, list):
            n_errors += len(found)
            errors += found[: MAX_REPORTED - len(errors)]
        progress("Checking", 1)
    return ImportReport(
        source=plan.source.name,
        experiment=experiment,
        is_dry_run=is_dry_run,
        columns=plan.columns,
        n_rows=n_rows,
        n_skipped=n_skipped,
        n_errors=n_errors,
        errors=errors,
    )


def _runs(plan: ImportPlan, experiment: str) -> Iterator[ImportedRun]:
    return (found for found in _read(plan, experiment) if isinstance(found, ImportedRun))


def _read(plan: ImportPlan, experiment: str) -> Iterator[ImportedRun | list[CellError] | None]:
    reader = RowReader(plan.columns, experiment, plan.manner)
    for number, cells in plan.source.open_rows().rows:
        yield reader.read(number, cells)


def _ignore(_what: str, _n_rows: int) -> Any:
    """Take no notice of progress."""
