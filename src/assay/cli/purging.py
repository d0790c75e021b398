"""What the commands that purge have in common: asking, doing it with progress, and telling."""

import sys

import click
import msgspec

from assay.cli.output import as_bytes, print_json, progress, say
from assay.client.tracking_client import AssayClient
from assay.client.trash import Freed, PurgePlan, sum_of
from assay.wire.trash import PurgeOutcome, SpaceReclaimed


def in_words(freed: Freed) -> str:
    """Return what goes as a person would say it."""
    return (
        f"{freed.n_runs} runs, {freed.n_models} logged models, {freed.n_experiments} experiments: "
        f"{freed.n_rows} rows (about {as_bytes(freed.size_bytes)}) and "
        f"{freed.n_files} files ({as_bytes(freed.file_bytes)})"
    )


def confirm_purge(plan: PurgePlan, *, yes: bool) -> None:
    """Ask whether to go on, unless `yes`.

    Raises:
        ClickException: There is nobody to ask.
        Abort: The answer is no.
    """
    if yes or not plan.going:
        return
    if not sys.stdin.isatty():
        raise click.ClickException("Nobody can be asked here. Look with --dry-run, then say --yes.")
    say(f"This removes for ever {in_words(sum_of(plan.going))}.")
    click.confirm("Go on?", abort=True, err=True)


def purge_planned(
    client: AssayClient,
    plan: PurgePlan,
    *,
    before_ms: int,
    force: bool,
    as_json: bool,
    rewrite: bool = False,
) -> bool:
    """Do what was planned, give the room back, and tell; return whether all of it went."""
    with progress() as bar:
        task = bar.add_task("Purging", total=len(plan.going))
        outcomes = client.purge_trash(
            plan.going,
            deleted_before_ms=before_ms,
            force=force,
            observer=lambda _outcome: bar.advance(task),
        )
    reclaimed = client.reclaim_space(rewrite=rewrite) if outcomes or rewrite else None
    if as_json:
        print_json(
            {
                "is_dry_run": False,
                "freed": msgspec.to_builtins(sum_of(outcomes)),
                "outcomes": msgspec.to_builtins(outcomes),
                "kept": msgspec.to_builtins(plan.kept),
                "reclaimed": msgspec.to_builtins(reclaimed),
            }
        )
    else:
        _tell(outcomes, reclaimed)
    return all(outcome.state == "purged" for outcome in outcomes)


def _tell(outcomes: list[PurgeOutcome], reclaimed: SpaceReclaimed | None) -> None:
    click.echo(f"Purged {in_words(sum_of(outcomes))}.")
    for outcome in outcomes:
        if outcome.state != "purged":
            say(f"{outcome.kind} {outcome.id} was not purged: {outcome.reason}")
        if outcome.files_left:
            say(f"Files of {outcome.kind} {outcome.id} were left: {outcome.files_left}")
    if reclaimed is None:
        return
    before, after = as_bytes(reclaimed.bytes_before), as_bytes(reclaimed.bytes_after)
    click.echo(f"The database went from {before} to {after}.")
    if not reclaimed.is_whole:
        say(
            "Its file was not made to shrink. `assay gc --rewrite` writes it anew, which takes a while."
        )
