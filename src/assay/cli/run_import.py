"""`assay import`: runs from other programs."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click
import msgspec
from rich.progress import Progress
from yaml import YAMLError

from assay.cli.output import json_option, print_json, progress, say, show_rows
from assay.client.yaml_documents import decode_yaml
from assay.errors import BadCells, InvalidParameter
from assay.transfer.import_fields import ColumnUse, ImportReport, Mapped
from assay.transfer.import_mapping import check_confirmed, checked_mapping
from assay.transfer.run_import import ImportPlan, OnProgress, carry_out, plan_import
from assay.transfer.tables import FORMATS, Reading

_PLAN_COLUMNS: Final = {
    "letter": "",
    "column": "Column",
    "purpose": "Becomes",
    "reason": "Because",
}
_FIELD_OPTIONS: Final = {
    "params": "param",
    "metrics": "metric",
    "tags": "tag",
    "ignored": "ignore",
    "run_id": "run_id",
    "run_name": "run_name",
    "experiment_column": "experiment",
    "start_time": "start_time",
    "end_time": "end_time",
    "status": "status",
    "user": "user",
    "note": "note",
}
_SHOWN_ERRORS: Final = 50


@click.group("import", short_help="Bring in runs from elsewhere.")
def import_() -> None:
    """Bring in runs from elsewhere."""


@import_.command(short_help="Make a run of each row.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--experiment", "-e", help="Where runs go; created when missing. Else the active one."
)
@click.option(
    "--map",
    "map_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A YAML file that says what columns are.",
)
@click.option(
    "--param", "params", multiple=True, metavar="COLUMN[=KEY]", help="A param; repeatable."
)
@click.option(
    "--metric", "metrics", multiple=True, metavar="COLUMN[=KEY]", help="A metric; repeatable."
)
@click.option("--tag", "tags", multiple=True, metavar="COLUMN[=KEY]", help="A tag; repeatable.")
@click.option("--ignore", "ignored", multiple=True, metavar="COLUMN", help="Leave out; repeatable.")
@click.option("--ignore-rest", is_flag=True, help="Leave out what is not named, rather than guess.")
@click.option("--run-id", metavar="COLUMN", help="What tells rows apart.")
@click.option("--run-name", metavar="COLUMN", help="Names of runs.")
@click.option("--experiment-column", metavar="COLUMN", help="The experiment of each row.")
@click.option("--time", "--start-time", "start_time", metavar="COLUMN", help="When runs began.")
@click.option("--end-time", metavar="COLUMN", help="When runs ended.")
@click.option("--status", metavar="COLUMN", help="How runs ended; FINISHED when there is none.")
@click.option("--user", metavar="COLUMN", help="Who ran them.")
@click.option("--note", metavar="COLUMN", help="Descriptions.")
@click.option("--decimal", default=None, help="What marks decimals in texts: '.' or ','.")
@click.option("--delimiter", help="What separates cells of a CSV file; else its header tells.")
@click.option("--encoding", help="Of a CSV file; else UTF-8 or UTF-16.")
@click.option("--sheet", help="Which sheet of a workbook; else the first.")
@click.option(
    "--format", "file_format", type=click.Choice(list(FORMATS)), help="Else the suffix tells."
)
@click.option("--yes", "-y", is_flag=True, help="Write guesses without asking.")
@click.option("--dry-run", is_flag=True, help="Check and count, but write nothing.")
@click.option("--skip-errors", is_flag=True, help="Leave out rows with wrong cells.")
@json_option
@click.pass_context
def spreadsheet(  # noqa: PLR0913 what each column is, and how to read the file
    ctx: click.Context,
    /,
    file: Path,
    experiment: str | None,
    map_file: Path | None,
    ignore_rest: bool,
    decimal: str | None,
    delimiter: str | None,
    encoding: str | None,
    sheet: str | None,
    file_format: str | None,
    yes: bool,
    dry_run: bool,
    skip_errors: bool,
    as_json: bool,
    **columns: Any,
) -> None:
    """Make a run of each row of FILE: .csv, .tsv, .xlsx, .json, .jsonl, .parquet or .arrow.

    Columns that are named as in an export, such as params.lr, are known; others are guessed, and a guess
    is only written when it is confirmed. All cells are checked first. The same rows again change nothing.
    """
    said = _document(map_file)
    plan = plan_import(
        file,
        mapping=said["columns"] | _mapping(columns),
        ignore_rest=ignore_rest or said["rest"] == "ignore",
        decimal=decimal or said["decimal"],
        reading=_reading(delimiter, encoding, sheet),
        file_format=file_format,
    )
    if not as_json and (dry_run or (plan.guesses and not yes)):
        _show_plan(plan.columns)
    if not (yes or dry_run):
        _confirm(plan)
    with progress() as bar:
        report = _carried_out(
            plan,
            experiment_name=experiment,
            skip_errors=skip_errors,
            dry_run=dry_run,
            on_progress=_follower(bar),
        )
    _show(report, is_partial=skip_errors, as_json=as_json)
    if report.n_errors and not (skip_errors and report.n_rows > report.n_skipped):
        ctx.exit(1)


def _reading(delimiter: str | None, encoding: str | None, sheet: str | None) -> Reading:
    return Reading(delimiter=delimiter, encoding=encoding or "utf-8", sheet=sheet)


def _document(path: Path | None) -> dict[str, Any]:
    """Return what a mapping file says, with what it leaves out."""
    known: dict[str, Any] = {"columns": {}, "rest": "guess", "decimal": "."}
    if path is None:
        return known
    try:
        document = decode_yaml(path.read_text("utf-8"))
    except (ValueError, YAMLError) as error:
        raise InvalidParameter(f"{str(path)!r} is no YAML that can be read: {error}.") from None
    if not isinstance(document, dict) or document.keys() - known.keys():
        raise InvalidParameter(f"{str(path)!r} must have {', '.join(known)}, and nothing else.")
    said = known | document
    if said["rest"] not in {"guess", "ignore"}:
        raise InvalidParameter(f"{str(path)!r}: `rest` is `guess` or `ignore`.")
    said["columns"] = checked_mapping(said["columns"], where=str(path))
    return said


def _mapping(columns: dict[str, Any]) -> dict[str, Mapped]:
    """Return what the options say of columns."""
    mapping: dict[str, Mapped] = {}
    for option, field in _FIELD_OPTIONS.items():
        given = columns[option]
        for text in (given,) if isinstance(given, str) else given or ():
            column, separator, key = text.rpartition("=")
            is_keyed = bool(separator and key) and field in {"param", "metric", "tag"}
            mapping[column if is_keyed else text] = {field: key} if is_keyed else field
    return mapping


def _confirm(plan: ImportPlan) -> None:
    if not plan.guesses:
        return
    if not sys.stdin.isatty():
        check_confirmed(plan.columns, plan.source.name)
    click.confirm("Import it like this?", abort=True, err=True)


def _carried_out(plan: ImportPlan, **options: Any) -> ImportReport:
    try:
        return carry_out(plan, **options)
    except BadCells as error:
        if isinstance(error.report, ImportReport):
            return error.report
        raise


def _follower(bar: Progress) -> OnProgress:
    """Return what moves the bar: one task for each thing that is done."""
    tasks: dict[str, Any] = {}
    totals: dict[str, int] = {}

    def follow(what: str, n_rows: int) -> None:
        if what not in tasks:
            tasks[what] = bar.add_task(what, total=totals.get("Checking"))
        totals[what] = totals.get(what, 0) + n_rows
        bar.advance(tasks[what], n_rows)

    return follow


def _show_plan(uses: Sequence[ColumnUse]) -> None:
    rows = [
        {
            "letter": use.letter,
            "column": use.column,
            "purpose": use.purpose if use.is_certain else f"{use.purpose} ?",
            "reason": use.reason,
        }
        for use in uses
    ]
    show_rows(rows, columns=_PLAN_COLUMNS, as_json=False)


def _show(report: ImportReport, *, is_partial: bool, as_json: bool) -> None:
    if as_json:
        print_json(msgspec.to_builtins(report))
        return
    for error in report.errors[:_SHOWN_ERRORS]:
        say(str(error))
    if report.n_errors > _SHOWN_ERRORS:
        say(f"... and {report.n_errors - _SHOWN_ERRORS:,} more.")
    if report.n_errors and not (is_partial or report.is_dry_run):
        say("Nothing was imported. Mend these cells, or leave out their rows: --skip-errors.")
        return
    would = "would be " if report.is_dry_run else ""
    click.echo(
        f"{report.n_created:,} runs {would}created in {report.experiment!r}, {report.n_present:,} there "
        f"already, {report.n_skipped:,} of {report.n_rows:,} rows left out, bad cells: {report.n_errors:,}."
    )
    if report.n_refused:
        say(f"The server refused {report.n_refused:,} values; the rest of their runs is there.")
