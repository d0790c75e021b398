"""What commands print: data on stdout, as a table for people or JSON for machines; words on stderr.

A command takes `--json` through `json_option` and shows its data through `show_rows` or `show_record`.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table
from rich.text import Text

Function = TypeVar("Function", bound=Callable[..., object])


def json_option(function: Function) -> Function:
    """Give a command the option `--json`, as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")(function)


def say(message: str) -> None:
    """Tell the person something that is not data."""
    click.echo(message, err=True)


def print_json(value: object, *, indent: int = 2) -> None:
    """Print `value` as indented JSON; NaN and infinities travel as text."""
    encoded = msgspec.json.encode(_plain(value))
    click.echo(msgspec.json.format(encoded, indent=indent).decode())


def show_rows(
    rows: Sequence[Mapping[str, object]], *, columns: Mapping[str, str], as_json: bool
) -> None:
    """Print `rows` as JSON, or as a table of `columns` (key of the row to its heading)."""
    if as_json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 3, 0, 0))
    for key, heading in columns.items():
        is_number = any(isinstance(row.get(key), (int, float)) for row in rows)
        table.add_column(heading, justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(as_text(row.get(key))) for key in columns))
    stdout().print(table)


def show_record(record: Mapping[str, object], *, message: str, as_json: bool) -> None:
    """Print what was done: `record` as JSON, or `message`."""
    if as_json:
        print_json(record)
    else:
        click.echo(message)


def stdout(*, width: int = 10_000) -> Console:
    """Return a console on stdout; what is piped elsewhere is `width` wide, not as a terminal."""
    return Console(
        file=sys.stdout,
        highlight=False,
        soft_wrap=False,
        width=None if sys.stdout.isatty() else width,
    )


def progress(*, in_bytes: bool = False) -> Progress:
    """Return a progress bar on stderr, shown only to a person at a terminal."""
    amount = DownloadColumn() if in_bytes else MofNCompleteColumn()
    console = Console(file=sys.stderr)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        amount,
        console=console,
        disable=not console.is_terminal,
        transient=True,
    )


def as_text(value: object) -> str:
    """Return how a table shows `value`."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}"
    return str(value)


def as_bytes(size: int) -> str:
    """Return a number of bytes as people read it."""
    if size < 1000:
        return f"{size} B"
    power = min(4, (len(str(size)) - 1) // 3)
    return f"{size / 1000**power:.1f} {' kMGT'[power]}B"


def as_time(milliseconds: int | None) -> str:
    """Return a time since the epoch as people read it, in UTC."""
    if milliseconds is None:
        return ""
    moment = datetime.fromtimestamp(milliseconds / 1000, tz=UTC)
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")


def _plain(value: object) -> object:
    """Return `value` with floats that JSON lacks as text."""
    if isinstance(value, float):
        return (
            value
            if value - value == 0
            else str(value).replace("inf", "Infinity").replace("nan", "NaN")
        )
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
