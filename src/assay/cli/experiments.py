"""`assay experiments`: create, find and change experiments."""

from pathlib import Path

import click

import assay
from assay.cli.connection import open_client
from assay.cli.options import view_option
from assay.cli.output import as_time, json_option, say, show_record, show_rows
from assay.entities.experiments import Experiment
from assay.entities.lifecycle import ViewType

_COLUMNS = {
    "experiment_id": "Experiment Id",
    "name": "Name",
    "artifact_location": "Artifact Location",
}
_LIST_COLUMNS = {
    "experiment_id": "Id",
    "name": "Name",
    "updated": "Updated",
    "lifecycle_stage": "Stage",
}
_IDENTITY = click.option("--experiment-id", "-x", required=True, help="Id of the experiment.")


@click.group(short_help="Create, find and change experiments.")
def experiments() -> None:
    """Create, find and change experiments."""


@experiments.command()
@click.option("--experiment-name", "-n", required=True, help="Name of the new experiment.")
@click.option("--artifact-location", "-l", help="Where its runs keep files, if not at the server.")
@json_option
def create(experiment_name: str, artifact_location: str | None, as_json: bool) -> None:
    """Create an experiment."""
    experiment_id = open_client().create_experiment(experiment_name, artifact_location)
    show_record(
        {"experiment_id": experiment_id, "name": experiment_name},
        message=f"Created experiment {experiment_name!r} with id {experiment_id}",
        as_json=as_json,
    )


@experiments.command()
@view_option
@click.option("--max-results", type=click.IntRange(1), help="Show at most so many.")
@json_option
def search(view: ViewType, max_results: int | None, as_json: bool) -> None:
    """List experiments, sorted by the text of their id."""
    found = assay.search_experiments(view_type=view, max_results=max_results)
    found.sort(key=lambda experiment: experiment.experiment_id)
    show_rows([_row(item) for item in found], columns=_COLUMNS, as_json=as_json)


@experiments.command("list")
@view_option
@click.option("--filter", "filter_string", default="", help="For example: name LIKE 'vision-%'")
@click.option("--order-by", multiple=True, help="For example: last_update_time DESC; repeatable.")
@click.option(
    "--max",
    "-m",
    "max_results",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Show at most so many.",
)
@json_option
def list_experiments(
    view: ViewType,
    filter_string: str,
    order_by: tuple[str, ...],
    max_results: int,
    as_json: bool,
) -> None:
    """List the experiments that a filter picks, newest first."""
    found = assay.search_experiments(
        view_type=view,
        filter_string=filter_string,
        order_by=list(order_by) or None,
        max_results=max_results,
    )
    show_rows([_row(item) for item in found], columns=_LIST_COLUMNS, as_json=as_json)


@experiments.command()
@_IDENTITY
@json_option
def get(experiment_id: str, as_json: bool) -> None:
    """Show one experiment with its tags, also a deleted one."""
    found = open_client().get_experiment(experiment_id)
    row = _row(found)
    lines = [f"{key}: {value}" for key, value in row.items() if key != "tags"]
    lines += [f"tag {key}: {value}" for key, value in found.tags.items()]
    show_record(row, message="\n".join(lines), as_json=as_json)


@experiments.command()
@_IDENTITY
@json_option
def delete(experiment_id: str, as_json: bool) -> None:
    """Delete an experiment and its runs; `restore` brings them back."""
    open_client().delete_experiment(experiment_id)
    _done(experiment_id, f"Experiment with ID {experiment_id} has been deleted.", as_json)


@experiments.command()
@_IDENTITY
@json_option
def restore(experiment_id: str, as_json: bool) -> None:
    """Restore a deleted experiment and its runs."""
    open_client().restore_experiment(experiment_id)
    _done(experiment_id, f"Experiment with id {experiment_id} has been restored.", as_json)


@experiments.command()
@_IDENTITY
@click.option("--new-name", required=True, help="What to call it from now on.")
@json_option
def rename(experiment_id: str, new_name: str, as_json: bool) -> None:
    """Rename an experiment."""
    open_client().rename_experiment(experiment_id, new_name)
    message = f"Experiment with id {experiment_id} has been renamed to {new_name!r}."
    _done(experiment_id, message, as_json)


@experiments.command()
@_IDENTITY
@click.option(
    "--filename",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write here, not to stdout.",
)
def csv(experiment_id: str, filename: Path | None) -> None:
    """Write the runs of an experiment as comma-separated values, one line a run."""
    text = assay.search_runs(experiment_ids=[experiment_id]).to_csv(index=False)
    if filename is None:
        click.echo(text, nl=False)
        return
    filename.write_text(text, encoding="utf-8")
    say(f"Experiment with ID {experiment_id} has been exported as a CSV to file: {filename}.")


def _done(experiment_id: str, message: str, as_json: bool) -> None:
    show_record({"experiment_id": experiment_id}, message=message, as_json=as_json)


def _row(experiment: Experiment) -> dict[str, object]:
    return {
        **experiment.to_dictionary(),
        "tags": experiment.tags,
        "updated": as_time(experiment.last_update_time),
    }
