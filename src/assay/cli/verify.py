"""`assay verify`: prove that journals have arrived."""

from pathlib import Path

import click
import msgspec

import assay
from assay.cli.output import json_option, print_json, say
from assay.client.location import nearest_root


@click.command(short_help="Prove that every record of a journal arrived.")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--to", help="Server or folder to compare with; else ASSAY_TRACKING_URI.")
@json_option
@click.pass_context
def verify(ctx: click.Context, path: Path | None, to: str | None, as_json: bool) -> None:
    """Compare every journal below PATH with the store, record by record; change nothing.

    PATH is the nearest .assay folder when not given. Journals that were delivered while their run was
    going are deleted then, unless ASSAY_KEEP_JOURNAL is set. Exits with 1 when a record is missing.
    """
    proof = assay.verify(path or nearest_root(), to)
    if as_json:
        print_json(
            {
                "target": proof.target,
                "n_records": proof.n_records,
                "n_arrived": proof.n_arrived,
                "is_complete": proof.is_complete,
                "journals": msgspec.to_builtins(proof.journals),
            }
        )
    else:
        click.echo(str(proof))
    if not proof.is_complete:
        say("Deliver what is missing with: assay sync")
        ctx.exit(1)
