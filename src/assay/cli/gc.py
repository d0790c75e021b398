"""`assay gc`: purge what has been in the trash for long enough."""

import re

import click
import msgspec

from assay.cli.connection import open_client
from assay.cli.output import as_time, json_option, print_json, say
from assay.cli.purging import confirm_purge, in_words, purge_planned
from assay.client.trash import PurgePlan, newest_ms, now_ms, plan_purge, sum_of
from assay.wire.trash import Trash, TrashItem

_AGE = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?")
_UNITS_MS = (86_400_000, 3_600_000, 60_000, 1000)
_MAX_AGE_MS = 36_500 * _UNITS_MS[0]
N_SHOWN = 20


class Age(click.ParamType[int]):
    """A length of time such as 30d or 1d2h3m4s, in milliseconds."""

    name = "age"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the milliseconds that `value` spells."""
        match = _AGE.fullmatch(str(value)) if value else None
        if match is None:
            self.fail(f"{value!r} is no age. Write for example 30d, or 1d2h3m4s.", param, ctx)
        parts = zip(match.groups(), _UNITS_MS, strict=True)
        age_ms = sum(int(number) * unit for number, unit in parts if number)
        if age_ms > _MAX_AGE_MS:
            self.fail(f"{value!r} is longer than a hundred years.", param, ctx)
        return age_ms


@click.command(short_help="Purge what was deleted long enough ago.")
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
@click.option("--older-than", type=Age(), help="Deleted at least so long ago, as 30d or 1d2h3m4s.")
@click.option("--experiment", "-x", multiple=True, help="Only in this experiment; repeatable.")
@click.option("--run-ids", help="Only these runs, comma-separated; all of them, or nothing goes.")
@click.option("--experiment-ids", help="Only these deleted experiments, with all in them.")
@click.option("--force", is_flag=True, help="Also what could still be restored.")
@click.option("--rewrite", is_flag=True, help="Write a SQLite file anew, when it does not shrink.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@json_option
@click.pass_context
def gc(  # noqa: PLR0913 the options of the compatible command, and ours
    ctx: click.Context,
    dry_run: bool,
    older_than: int | None,
    experiment: tuple[str, ...],
    run_ids: str | None,
    experiment_ids: str | None,
    force: bool,
    rewrite: bool,
    yes: bool,
    as_json: bool,
) -> None:
    """Remove for ever what can no longer be restored, with its files, and shrink the database."""
    client = open_client()
    found = client.list_trash(experiment)
    before_ms = _before_ms(found, older_than, force=force)
    plan = plan_purge(_chosen(found, run_ids, experiment_ids), deleted_before_ms=before_ms)
    if (run_ids or experiment_ids) and plan.kept:
        kept = plan.kept[0]
        raise click.ClickException(f"{kept.item.kind} {kept.item.id} stays: {kept.reason}")
    if dry_run:
        _tell(plan, as_json=as_json)
        return
    confirm_purge(plan, yes=yes)
    done = purge_planned(
        client, plan, before_ms=before_ms, force=force, as_json=as_json, rewrite=rewrite
    )
    ctx.exit(0 if done else 1)


def _before_ms(found: Trash, older_than: int | None, *, force: bool) -> int:
    """Return what moment of deletion is the last one that counts."""
    if older_than is None:
        return newest_ms(found) if force else now_ms() - found.window_ms
    if older_than < found.window_ms and not force:
        days = found.window_ms / _UNITS_MS[0]
        raise click.ClickException(
            f"What was deleted can be restored for {days:g} days (ASSAY_TRASH_DAYS of the server). "
            "Add --force to purge it earlier."
        )
    return now_ms() - older_than


def _chosen(found: Trash, run_ids: str | None, experiment_ids: str | None) -> tuple[TrashItem, ...]:
    if run_ids is None and experiment_ids is None:
        return found.items
    runs, experiments = _split(run_ids), _split(experiment_ids)
    chosen = tuple(
        item
        for item in found.items
        if (item.kind == "run" and item.id in runs) or item.experiment_id in experiments
    )
    there = {(item.kind, item.id) for item in chosen}
    absent = {("run", one) for one in runs} | {("experiment", one) for one in experiments}
    for kind, identity in sorted(absent - there):
        raise click.ClickException(f"{kind} {identity} is not deleted, or does not exist.")
    return chosen


def _split(text: str | None) -> set[str]:
    return {part.strip() for part in (text or "").split(",") if part.strip()}


def _tell(plan: PurgePlan, *, as_json: bool) -> None:
    freed = sum_of(plan.going)
    if as_json:
        print_json(
            {
                "is_dry_run": True,
                "freed": msgspec.to_builtins(freed),
                "going": msgspec.to_builtins(plan.going),
                "kept": msgspec.to_builtins(plan.kept),
            }
        )
        return
    click.echo(f"Would purge {in_words(freed)}.")
    for item in plan.going[:N_SHOWN]:
        click.echo(f"  {item.kind} {item.id} {item.name}, deleted {as_time(item.deleted_time)}")
    if len(plan.going) > N_SHOWN:
        click.echo(f"  and {len(plan.going) - N_SHOWN} more; --json lists all")
    for item in plan.going:
        if item.files_left:
            say(f"Files of {item.kind} {item.id} would be left: {item.files_left}")
    waiting = [kept for kept in plan.kept if "recently" not in kept.reason]
    for kept in waiting[:N_SHOWN]:
        say(f"{kept.item.kind} {kept.item.id} stays: {kept.reason}")
    n_recent = len(plan.kept) - len(waiting)
    if n_recent:
        say(f"{n_recent} things were deleted too recently.")
