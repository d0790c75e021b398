"""`assay sync`: deliver journals."""

from pathlib import Path

import click
import msgspec

import assay
from assay.cli.output import json_option, print_json, progress, say
from assay.client.journals import find_journals
from assay.client.location import nearest_root


@click.command(short_help="Deliver journals that were written offline.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--to", help="Server or folder to deliver to; else ASSAY_TRACKING_URI.")
@json_option
@click.pass_context
def sync(ctx: click.Context, path: Path | None, to: str | None, as_json: bool) -> None:
    """Deliver every journal below PATH: written offline, left by a crash, or copied from elsewhere.

    PATH is the nearest .assay folder when not given. It may be repeated and interrupted, and works
    while runs are still going: every record arrives exactly once. Exits with 1 when something could
    not be delivered.
    """
    root = path or nearest_root()
    with progress() as bar:
        task = bar.add_task("delivering", total=sum(1 for _ in find_journals(root)))
        receipt = assay.sync(root, to, on_progress=lambda _: bar.advance(task))
    if as_json:
        print_json(
            {
                "target": receipt.target,
                "n_runs": receipt.n_runs,
                "n_records": receipt.n_records,
                "n_sent": receipt.n_sent,
                "n_refused": receipt.n_refused,
                "is_complete": receipt.is_complete,
                "journals": msgspec.to_builtins(receipt.journals),
            }
        )
    else:
        click.echo(str(receipt))
    if not receipt.is_complete:
        say("Not everything arrived. Repeat `assay sync` when the cause is gone: nothing is lost.")
        ctx.exit(1)
