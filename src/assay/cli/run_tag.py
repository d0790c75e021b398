"""`assay runs tag`: label runs."""

import click

from assay.cli.output import json_option, show_record
from assay.client.named_runs import run_id_of
from assay.client.run_labels import label_run
from assay.client.tracking_uri import current_connection
from assay.entities.lifecycle import ViewType


@click.command("tag", short_help="Set tags of a run, or take them off.")
@click.argument("run_name", metavar="RUN")
@click.argument("tags", metavar="[KEY=VALUE]...", nargs=-1)
@click.option("--remove", "removed", multiple=True, metavar="KEY", help="Take it off; repeatable.")
@json_option
def tag(run_name: str, tags: tuple[str, ...], removed: tuple[str, ...], as_json: bool) -> None:
    """Set tags of RUN, which is an id, the beginning of one, or a name; or take tags off.

    All is checked before anything changes.
    """
    if not tags and not removed:
        raise click.UsageError("Give tags as KEY=VALUE, or --remove KEY.")
    chosen = tags_of(tags)
    connection = current_connection()
    run_id = run_id_of(connection, run_name, ViewType.ACTIVE_ONLY)
    present = label_run(connection, run_id, tags=chosen, removed=dict.fromkeys(removed))
    done = [f"{key} = {value}" for key, value in chosen.items()]
    done += [f"{key} taken off" for key in dict.fromkeys(removed)]
    show_record(
        {"run_id": run_id, "tags": present},
        message="\n".join([f"Run {run_id}:", *(f"  {line}" for line in done)]),
        as_json=as_json,
    )


def tags_of(texts: tuple[str, ...]) -> dict[str, str]:
    """Return tags that were typed as KEY=VALUE.

    Raises:
        click.UsageError: One has another form.
    """
    tags = {}
    for text in texts:
        key, separator, value = text.partition("=")
        if not separator or not key:
            raise click.UsageError(f"Tags have the form KEY=VALUE; this one has not: {text!r}.")
        tags[key] = value
    return tags
