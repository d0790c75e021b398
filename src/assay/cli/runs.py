"""`assay runs`: find, describe and change runs."""

import click

import assay
from assay.cli.connection import open_client
from assay.cli.options import experiment_id_option, run_id_option, view_option
from assay.cli.output import as_time, json_option, print_json, show_record, show_rows, stdout
from assay.cli.run_compare import compare_
from assay.cli.run_export import export
from assay.cli.run_importance import importance
from assay.cli.run_page import N_CONSOLE_LINES, run_page, run_record
from assay.cli.run_rows import as_row, described, run_columns
from assay.cli.run_tag import tag, tags_of
from assay.client.named_runs import run_id_of
from assay.client.ranks import find_ranks
from assay.client.recordings import get_ending, get_run, read_recording
from assay.client.tracking_uri import current_connection
from assay.entities.lifecycle import ViewType
from assay.entities.runs import NOTE_TAG, PARENT_RUN_TAG
from assay.settings import EXPERIMENT_ID, EXPERIMENT_NAME

PAGE_WIDTH = 110
_ATTEMPT_COLUMNS = {
    "number": "#",
    "status": "Status",
    "started": "Started",
    "ended": "Ended",
    "host": "Host",
    "process": "Process",
    "first_step": "From step",
    "reason": "Reason",
}
_RANK_COLUMNS = {
    "attempt": "Attempt",
    "rank": "Rank",
    "status": "Status",
    "started": "Started",
    "ended": "Ended",
    "host": "Host",
    "process": "Process",
    "reason": "Reason",
}
_LIST_COLUMNS = {"date": "Date", "name": "Name", "run_id": "ID"}


@click.group(short_help="Find, describe and change runs.")
def runs() -> None:
    """Find, describe and change runs."""


for _command in (compare_, export, importance, tag):
    runs.add_command(_command)


@runs.command("list")
@experiment_id_option()
@view_option
@json_option
def list_runs(experiment_id: str, view: ViewType, as_json: bool) -> None:
    """List the runs of an experiment, newest first."""
    found = assay.search_runs(
        experiment_ids=[experiment_id],
        run_view_type=view,
        order_by=["attributes.start_time DESC"],
        output_format="list",
    )
    rows = [
        {"date": as_time(run.info.start_time), "name": run.info.run_name, "run_id": run.info.run_id}
        for run in found
    ]
    show_rows(rows, columns=_LIST_COLUMNS, as_json=as_json)


@runs.command()
@click.option("--experiment-id", "-x", multiple=True, help="Search in this experiment; repeatable.")
@click.option("--experiment-name", "-n", multiple=True, help="The same by name; repeatable.")
@click.option(
    "--filter",
    "-f",
    "filter_string",
    default="",
    help="For example: metrics.loss < 0.1 AND params.model = 'forest'",
)
@click.option("--order-by", "-o", multiple=True, help="For example: metrics.loss ASC; repeatable.")
@click.option(
    "--max",
    "-m",
    "max_results",
    type=click.IntRange(1),
    default=20,
    show_default=True,
    help="Show at most so many.",
)
@click.option("--columns", "-c", help="Comma-separated: params.model,metrics.loss,tags.team")
@view_option
@json_option
def search(
    experiment_id: tuple[str, ...],
    experiment_name: tuple[str, ...],
    filter_string: str,
    order_by: tuple[str, ...],
    max_results: int,
    columns: str | None,
    view: ViewType,
    as_json: bool,
) -> None:
    """Find runs by what they logged; in all experiments unless some are named."""
    found = assay.search_runs(
        experiment_ids=list(experiment_id) or None,
        experiment_names=list(experiment_name) or None,
        search_all_experiments=not (experiment_id or experiment_name),
        filter_string=filter_string,
        run_view_type=view,
        max_results=max_results,
        order_by=list(order_by) or None,
        output_format="list",
    )
    if as_json:
        print_json([described(run) for run in found])
        return
    chosen = run_columns(
        found,
        chosen=columns.split(",") if columns else None,
        query=" ".join([filter_string, *order_by]),
    )
    show_rows([as_row(run) for run in found], columns=chosen, as_json=False)


@runs.command()
@run_id_option
@click.option("--json", "_as_json", is_flag=True, help="Print JSON, as always here.")
def describe(run_id: str, _as_json: bool) -> None:
    """Print everything about one run as JSON."""
    client = open_client()
    run = client.get_run(run_id_of(client.connection, run_id))
    print_json(described(run), indent=4)


@runs.command()
@click.argument("run_name", metavar="RUN")
@click.option(
    "--lines",
    "-n",
    "n_lines",
    type=click.IntRange(0),
    default=N_CONSOLE_LINES,
    show_default=True,
    help="How many lines of the console to show.",
)
@json_option
def show(run_name: str, n_lines: int, as_json: bool) -> None:
    """Show a run on one page: what it logged, code, environment, data, console, how it ended.

    RUN is an id, the beginning of one, or a name.
    """
    connection = current_connection()
    run_id = run_id_of(connection, run_name)
    run = get_run(connection, run_id)
    recording = read_recording(connection, run_id)
    ending = get_ending(connection, run)
    ranks = find_ranks(connection, run_id)
    if as_json:
        print_json(run_record(described(run), recording, ending, ranks))
    else:
        page = run_page(run, recording, ending, ranks, n_lines=n_lines)
        stdout(width=PAGE_WIDTH).print(page)


@runs.command()
@click.argument("run_name", metavar="RUN")
@json_option
def attempts(run_name: str, as_json: bool) -> None:
    """List the attempts of a run: when each began, where, and how it ended."""
    client = open_client()
    rows = [
        {
            "number": one.number,
            "status": one.status,
            "started": as_time(one.started_ms),
            "ended": as_time(one.ended_ms),
            "host": one.host or "",
            "process": one.process,
            "first_step": one.first_step,
            "reason": one.reason or "",
        }
        for one in client.list_attempts(run_id_of(client.connection, run_name))
    ]
    show_rows(rows, columns=_ATTEMPT_COLUMNS, as_json=as_json)


@runs.command()
@click.argument("run_name", metavar="RUN")
@json_option
def ranks(run_name: str, as_json: bool) -> None:
    """List the ranks of a run that several processes logged to: where, when, and how each ended."""
    client = open_client()
    rows = [
        {
            "attempt": one.attempt,
            "rank": one.rank,
            "status": one.status,
            "started": as_time(one.started_ms),
            "ended": as_time(one.ended_ms),
            "host": one.host or "",
            "process": one.process,
            "reason": one.reason or "",
        }
        for one in client.list_ranks(run_id_of(client.connection, run_name))
    ]
    show_rows(rows, columns=_RANK_COLUMNS, as_json=as_json)


@runs.command()
@click.argument("run_name", metavar="RUN")
@click.option("--step", type=int, required=True, help="The last step to take over.")
@click.option(
    "--run-name",
    "new_name",
    help="Name of the new run; else the old one's, with `from` and the step.",
)
@json_option
def fork(run_name: str, step: int, new_name: str | None, as_json: bool) -> None:
    """Copy a run up to a step; go on with the copy by ASSAY_RUN_ID or `start_run(run_id=...)`."""
    client = open_client()
    run_id = run_id_of(client.connection, run_name)
    run = client.fork_run(run_id, step, new_name)
    record = {"run_id": run.info.run_id, "run_name": run.info.run_name, "forked_from": run_id}
    message = f"Run {run.info.run_id} begins as run {run_id} up to step {step}."
    show_record(record, message=message, as_json=as_json)


@runs.command()
@click.option("--experiment-id", envvar=list(EXPERIMENT_ID.variables), help="Experiment by id.")
@click.option(
    "--experiment-name", envvar=list(EXPERIMENT_NAME.variables), help="Experiment by name."
)
@click.option("--run-name", help="Name of the run; else two random words.")
@click.option("--description", help="What it is about.")
@click.option("--tags", "-t", multiple=True, metavar="KEY=VALUE", help="A tag; repeatable.")
@click.option(
    "--status",
    type=click.Choice(["FINISHED", "FAILED", "KILLED"]),
    default="FINISHED",
    show_default=True,
    help="How it ended.",
)
@click.option("--parent-run-id", help="The run that this one is nested in.")
@click.option("--json", "_as_json", is_flag=True, help="Print JSON, as always here.")
def create(
    experiment_id: str | None,
    experiment_name: str | None,
    run_name: str | None,
    description: str | None,
    tags: tuple[str, ...],
    status: str,
    parent_run_id: str | None,
    _as_json: bool,
) -> None:
    """Create a run that has already ended, for work that was done elsewhere."""
    client = open_client()
    labels = tags_of(tags)
    if description:
        labels[NOTE_TAG] = description
    if parent_run_id:
        client.get_run(parent_run_id)
        labels[PARENT_RUN_TAG] = parent_run_id
    chosen_id = _experiment(experiment_id, experiment_name)
    run = client.create_run(chosen_id, tags=labels, run_name=run_name)
    client.set_terminated(run.info.run_id, status)
    record = {
        "run_id": run.info.run_id,
        "experiment_id": run.info.experiment_id,
        "status": status,
        "run_name": run.info.run_name,
    }
    print_json(record)


@runs.command()
@run_id_option
@json_option
def delete(run_id: str, as_json: bool) -> None:
    """Delete a run; `restore` brings it back."""
    client = open_client()
    run_id = run_id_of(client.connection, run_id, ViewType.ACTIVE_ONLY)
    client.delete_run(run_id)
    message = f"Run with ID {run_id} has been deleted."
    show_record({"run_id": run_id}, message=message, as_json=as_json)


@runs.command()
@run_id_option
@json_option
def restore(run_id: str, as_json: bool) -> None:
    """Restore a deleted run."""
    client = open_client()
    run_id = run_id_of(client.connection, run_id, ViewType.DELETED_ONLY)
    client.restore_run(run_id)
    message = f"Run with id {run_id} has been restored."
    show_record({"run_id": run_id}, message=message, as_json=as_json)


def _experiment(experiment_id: str | None, name: str | None) -> str:
    """Return the id of the one experiment that was named, creating it when the name is new."""
    if (experiment_id is None) == (name is None):
        raise click.UsageError("Give exactly one of --experiment-id and --experiment-name.")
    if experiment_id is not None:
        return experiment_id
    client = open_client()
    found = client.get_experiment_by_name(str(name))
    return client.create_experiment(str(name)) if found is None else found.experiment_id
