"""`assay ls`: experiments and their latest runs, in one look."""

import time

import click
import msgspec
from rich.table import Table
from rich.text import Text

import assay
from assay.cli.output import as_text, json_option, print_json, stdout
from assay.cli.run_rows import took
from assay.client.search import search_runs
from assay.client.tracking_uri import current_connection
from assay.entities.experiments import Experiment
from assay.entities.pages import Page
from assay.entities.runs import Run, RunStatus

PAGE_WIDTH = 120
N_METRICS = 3
MARKS = {
    RunStatus.RUNNING: ("▶", "yellow"),
    RunStatus.SCHEDULED: ("…", "dim"),
    RunStatus.FINISHED: ("✓", "green"),
    RunStatus.FAILED: ("✗", "red"),
    RunStatus.KILLED: ("■", "red"),
}


class ListedExperiment(msgspec.Struct, frozen=True):
    """An experiment with its newest runs; `has_more` tells whether it has older ones."""

    experiment: Experiment
    runs: Page[Run]

    @property
    def has_more(self) -> bool:
        """True when only the newest runs are listed."""
        return bool(self.runs.token)


@click.command(short_help="List experiments with their newest runs.")
@click.argument("experiment_names", metavar="[EXPERIMENT]...", nargs=-1)
@click.option(
    "--max",
    "-m",
    "n_runs",
    type=click.IntRange(1, 1000),
    default=5,
    show_default=True,
    help="Show at most so many runs of each experiment.",
)
@click.option(
    "--experiments",
    "n_experiments",
    type=click.IntRange(1, 1000),
    default=20,
    show_default=True,
    help="Show at most so many experiments.",
)
@json_option
def ls(experiment_names: tuple[str, ...], n_runs: int, n_experiments: int, as_json: bool) -> None:
    """List experiments, those that changed last first, each with its newest runs.

    EXPERIMENT is a name or an id; without one all are listed.
    """
    chosen = _experiments(experiment_names, n_experiments)
    listed = [ListedExperiment(one, _newest(one, n_runs)) for one in chosen]
    if as_json:
        print_json([_record(one) for one in listed])
        return
    console = stdout(width=PAGE_WIDTH)
    now_ms = time.time_ns() // 1_000_000
    for one in listed:
        console.print(_heading(one.experiment))
        console.print(_table(one, now_ms))


def age(milliseconds: int) -> str:
    """Return how long ago something was, in its largest unit."""
    seconds = max(0, milliseconds) // 1000
    for unit, size in (("d", 86_400), ("h", 3600), ("m", 60)):
        if seconds >= size:
            return f"{seconds // size}{unit} ago"
    return f"{seconds}s ago"


def _experiments(names: tuple[str, ...], n_experiments: int) -> list[Experiment]:
    if not names:
        return assay.search_experiments(
            order_by=["last_update_time DESC"], max_results=n_experiments
        )
    return [assay.get_experiment_by_name(name) or assay.get_experiment(name) for name in names]


def _newest(experiment: Experiment, n_runs: int) -> Page[Run]:
    return search_runs(
        current_connection(),
        [experiment.experiment_id],
        max_results=n_runs,
        order_by=["attributes.start_time DESC"],
    )


def _heading(experiment: Experiment) -> Text:
    text = Text(experiment.name, style="bold")
    return text.append(f"  {experiment.experiment_id}", style="dim")


def _table(listed: ListedExperiment, now_ms: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    for run in listed.runs:
        mark, colour = MARKS[run.info.status]
        end_ms = run.info.end_time or now_ms
        table.add_row(
            Text(f"  {mark}", style=colour),
            Text(run.info.run_id[:8], style="dim"),
            Text(run.info.run_name),
            Text(age(now_ms - run.info.start_time), style="dim"),
            Text(took(end_ms - run.info.start_time)),
            Text(_metrics(run)),
        )
    if not listed.runs:
        table.add_row(Text("  no runs", style="dim"))
    elif listed.has_more:
        more = f"  ... more: assay runs list -x {listed.experiment.experiment_id}"
        return _with_note(table, more)
    return table


def _with_note(table: Table, note: str) -> Table:
    whole = Table.grid()
    whole.add_row(table)
    whole.add_row(Text(note, style="dim"))
    return whole


def _metrics(run: Run) -> str:
    own = [item for item in run.data.metrics.items() if not item[0].startswith("system/")]
    return "  ".join(f"{key} {as_text(value)}" for key, value in own[:N_METRICS])


def _record(listed: ListedExperiment) -> dict[str, object]:
    return {
        "experiment_id": listed.experiment.experiment_id,
        "name": listed.experiment.name,
        "has_more": listed.has_more,
        "runs": [
            {
                "run_id": run.info.run_id,
                "name": run.info.run_name,
                "status": str(run.info.status),
                "start_time": run.info.start_time,
                "end_time": run.info.end_time,
                "metrics": run.data.metrics,
            }
            for run in listed.runs
        ],
    }
