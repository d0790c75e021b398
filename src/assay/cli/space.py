"""`assay space`: who takes the room."""

from typing import cast

import click
import msgspec

from assay.cli.connection import open_client
from assay.cli.output import as_bytes, json_option, print_json, say, show_rows
from assay.wire.space import MAX_TAKERS, SpaceBy, SpaceTaker

_IDENTITY: dict[str, dict[str, str]] = {
    "experiment": {"id": "Id", "name": "Name"},
    "run": {"id": "Id", "name": "Name", "experiment_id": "Experiment"},
    "metric": {"id": "Metric", "n_points": "Points"},
    "artifact": {"id": "Path", "owner_id": "Of", "name": "Name"},
}
_ROWS = {"n_rows": "Rows", "size": "In database"}
_FILES = {"n_files": "Files", "files": "In files"}


@click.command(short_help="Say who takes the room.")
@click.option(
    "--by",
    type=click.Choice(["experiment", "run", "metric", "artifact"]),
    default="experiment",
    show_default=True,
    help="What to list.",
)
@click.option("--experiment", "-x", multiple=True, help="Only of this experiment; repeatable.")
@click.option("--files/--no-files", default=True, help="Whether to count files too.")
@click.option(
    "--max",
    "-m",
    "max_results",
    type=click.IntRange(1, MAX_TAKERS),
    default=50,
    show_default=True,
    help="Show at most so many.",
)
@json_option
def space(
    by: str, experiment: tuple[str, ...], files: bool, max_results: int, as_json: bool
) -> None:
    """List the experiments, runs, metrics or artifacts that take the most room."""
    found = open_client().describe_space(
        cast(SpaceBy, by), experiment, with_files=files, max_results=max_results
    )
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    columns = dict(_IDENTITY[by])
    columns |= _ROWS if by != "artifact" else {}
    columns |= _FILES if by in {"experiment", "run"} and files else {}
    columns |= {"files": "Size"} if by == "artifact" else {}
    show_rows([_row(taker) for taker in found.takers], columns=columns, as_json=False)
    say(
        f"In all {found.n_takers}: {found.n_rows} rows (about {as_bytes(found.size_bytes)}), "
        f"{found.n_files} files ({as_bytes(found.file_bytes)})."
    )
    if not found.is_complete:
        say("There are more files than could be counted in time.")
    if found.n_unreached:
        say(f"{found.n_unreached} runs and models keep files where the server does not reach.")


def _row(taker: SpaceTaker) -> dict[str, object]:
    return {
        "id": taker.id,
        "name": taker.name,
        "experiment_id": taker.experiment_id,
        "owner_id": taker.owner_id,
        "n_points": taker.n_points,
        "n_rows": taker.n_rows,
        "size": as_bytes(taker.size_bytes),
        "n_files": taker.n_files,
        "files": "" if taker.file_bytes is None else as_bytes(taker.file_bytes),
    }
