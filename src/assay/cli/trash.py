"""`assay trash`: what is deleted, restoring it, and purging it by its id."""

from collections.abc import Sequence

import click
import msgspec

from assay.cli.connection import open_client
from assay.cli.output import as_bytes, as_time, json_option, print_json, say, show_record, show_rows
from assay.cli.purging import confirm_purge, purge_planned
from assay.client.trash import newest_ms, now_ms, plan_purge
from assay.wire.trash import Trash, TrashItem

_COLUMNS = {
    "kind": "Kind",
    "id": "Id",
    "name": "Name",
    "deleted": "Deleted",
    "until": "Restorable until",
    "rows": "Rows",
    "size": "In database",
    "files": "In files",
}
_IDS = click.argument("ids", nargs=-1, required=True)


@click.group(short_help="See, restore and purge what was deleted.")
def trash() -> None:
    """See, restore and purge what was deleted."""


@trash.command("list")
@click.option("--experiment-id", "-x", multiple=True, help="Only of this experiment; repeatable.")
@click.option("--files/--no-files", default=True, help="Whether to count files too.")
@json_option
def list_trash(experiment_id: tuple[str, ...], files: bool, as_json: bool) -> None:
    """List what is deleted, until when it can be restored, and what it takes."""
    found = open_client().list_trash(experiment_id, with_files=files)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    show_rows([_row(item) for item in found.items], columns=_COLUMNS, as_json=False)


@trash.command()
@_IDS
@json_option
def restore(ids: tuple[str, ...], as_json: bool) -> None:
    """Restore the runs, logged models and experiments with these IDS; experiments with their runs."""
    client = open_client()
    items = _find(client.list_trash(with_files=False), ids)
    client.restore_trash(items)
    message = f"Restored {', '.join(f'{item.kind} {item.id}' for item in items)}."
    show_record({"restored": [item.id for item in items]}, message=message, as_json=as_json)


@trash.command()
@_IDS
@click.option("--force", is_flag=True, help="Also what could still be restored.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def purge(ctx: click.Context, ids: tuple[str, ...], force: bool, yes: bool, as_json: bool) -> None:
    """Remove what has these IDS for ever, an experiment with all that is in it.

    Nothing happens unless all of it may go.
    """
    client = open_client()
    found = client.list_trash()
    items = _with_contents(found, _find(found, ids))
    before_ms = newest_ms(found) if force else now_ms() - found.window_ms
    plan = plan_purge(items, deleted_before_ms=before_ms)
    if plan.kept:
        for kept in plan.kept:
            say(f"{kept.item.kind} {kept.item.id}: {kept.reason}")
        raise click.ClickException("Nothing was purged, because some of it has to stay.")
    confirm_purge(plan, yes=yes)
    done = purge_planned(client, plan, before_ms=before_ms, force=force, as_json=as_json)
    ctx.exit(0 if done else 1)


def _find(found: Trash, ids: Sequence[str]) -> list[TrashItem]:
    items = [item for item in found.items if item.id in ids]
    absent = set(ids) - {item.id for item in items}
    if absent:
        raise click.ClickException(
            f"Not in the trash: {', '.join(sorted(absent))}. `assay trash list` shows what is."
        )
    return items


def _with_contents(found: Trash, chosen: Sequence[TrashItem]) -> list[TrashItem]:
    """Return the items, experiments with the runs and models in them."""
    experiments = {item.id for item in chosen if item.kind == "experiment"}
    return [item for item in found.items if item in chosen or item.experiment_id in experiments]


def _row(item: TrashItem) -> dict[str, object]:
    until = "being purged" if item.is_purging else as_time(item.restorable_until)
    return {
        "kind": item.kind,
        "id": item.id,
        "name": item.name,
        "deleted": as_time(item.deleted_time),
        "until": until,
        "rows": item.n_rows,
        "size": as_bytes(item.size_bytes),
        "files": "" if item.file_bytes is None else as_bytes(item.file_bytes),
    }
