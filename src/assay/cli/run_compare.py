"""`assay runs compare`: runs beside each other, with what differs."""

import click
import msgspec
from rich.table import Table
from rich.text import Text

from assay.cli.output import as_text, as_time, json_option, print_json, stdout
from assay.cli.run_rows import took
from assay.client.named_runs import run_id_of
from assay.client.run_comparison import ComparedRow, RunComparison, compare
from assay.client.tracking_uri import current_connection

PAGE_WIDTH = 140
N_DIFF_LINES = 40
_HEADINGS = {"run": "Run", "data": "Data", "command": "Command line"}
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("compare", short_help="Show how runs differ.")
@click.argument("run_names", metavar="RUN RUN [RUN]...", nargs=-1, required=True)
@click.option("--all", "shows_all", is_flag=True, help="Show also what all runs agree in.")
@json_option
def compare_(run_names: tuple[str, ...], shows_all: bool, as_json: bool) -> None:
    """Show in what runs differ: params, metrics, tags, data, command line, code, environment.

    Each RUN is an id, the beginning of one, or a name. Uncommitted changes are compared with those of
    the first run.
    """
    connection = current_connection()
    found = compare(connection, [run_id_of(connection, name) for name in run_names])
    rows = found.rows if shows_all else found.differing
    if as_json:
        print_json(
            {**msgspec.to_builtins(found), "rows": [msgspec.to_builtins(row) for row in rows]}
        )
        return
    console = stdout(width=PAGE_WIDTH)
    console.print(_table(found, rows))
    n_equal = len(found.rows) - len(rows)
    if n_equal:
        console.print(f"{n_equal} more are the same in all; --all shows them.", style="dim")
    for run_id, diff in found.diffs.items():
        console.print(Text(f"\nUncommitted changes of {run_id}, beside the first run:", "bold"))
        console.print(_diff(diff))


def _table(found: RunComparison, rows: tuple[ComparedRow, ...]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    table.add_column("", style="dim", overflow="fold")
    for run in found.runs:
        table.add_column(f"{run.name}\n{run.run_id[:8]}", overflow="fold")
    section = ""
    for row in rows:
        if row.section != section:
            section = row.section
            heading = _HEADINGS.get(section, section.capitalize())
            table.add_row(Text(f"\n{heading}", style="bold"))
        style = "yellow" if row.differs else ""
        table.add_row(Text(_label(row)), *(Text(_shown(row, one), style) for one in row.values))
    return table


def _label(row: ComparedRow) -> str:
    return row.key.removesuffix("_ms") if row.section == "run" else row.key


def _shown(row: ComparedRow, value: object) -> str:
    if value is None:
        return "-"
    if row.section == "run" and isinstance(value, int):
        if row.key == "started_ms":
            return as_time(value)
        if row.key == "duration_ms":
            return took(value)
    return as_text(value)


def _diff(diff: str) -> Text:
    lines = diff.splitlines()
    text = Text()
    for line in lines[:N_DIFF_LINES]:
        text.append(f"{line}\n", style=_COLOURS.get(line[:1], ""))
    if len(lines) > N_DIFF_LINES:
        text.append(f"... {len(lines) - N_DIFF_LINES} lines more, in --json\n", style="dim")
    return text
