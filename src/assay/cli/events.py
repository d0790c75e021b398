"""`assay events`: what changes, line by line."""

import click
import msgspec

from assay.cli.connection import open_client
from assay.cli.output import as_time, json_option


@click.command(short_help="Follow what changes.")
@click.option("--experiment-id", "-x", "experiment_ids", multiple=True, help="Only of this one.")
@click.option("--run-id", "-r", "run_ids", multiple=True, help="Only of this run.")
@click.option("--changed", multiple=True, help="Only this, such as status or metrics; repeatable.")
@click.option("--after", default="", help="Begin behind the event with this id.")
@json_option
def events(
    experiment_ids: tuple[str, ...],
    run_ids: tuple[str, ...],
    changed: tuple[str, ...],
    after: str,
    as_json: bool,
) -> None:
    """Print what changes in the store as it happens, until Ctrl-C."""
    found = open_client().iter_events(
        after, experiment_ids=experiment_ids, run_ids=run_ids, changed=changed
    )
    for event in found:
        if as_json:
            click.echo(msgspec.json.encode(event).decode())
            continue
        what = f"run {event.run_id}" if event.run_id else f"experiment {event.experiment_id}"
        line = f"{as_time(event.timestamp)}  {what}  {', '.join(event.changed)}"
        click.echo("Events are missing here: look at everything again." if event.is_reset else line)
