"""`assay exec`: record a program that knows nothing of us."""

import sys

import click

from assay.client.execution import Execution, checked_command, execute
from assay.client.printed_metrics import FORMATS


@click.command(
    short_help="Run a program as it is, recorded.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--experiment-name", "-n", help="Experiment that the run belongs to.")
@click.option("--run-name", help="Name of the run; else two random words.")
@click.option(
    "--metrics",
    type=click.Choice(list(FORMATS)),
    help="Log numbers that it prints: `kv` for loss=0.25 step=3, `json` for a JSON object in a line.",
)
@click.option("--params/--no-params", default=True, help="Log its arguments as params.")
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def exec_(
    experiment_name: str | None,
    run_name: str | None,
    metrics: str | None,
    params: bool,
    command: tuple[str, ...],
) -> None:
    """Run COMMAND unchanged and record it: arguments, code, environment, console, how it ends.

    For example: assay exec --metrics kv -- python train.py --lr 0.1

    Its exit code is passed on.
    """
    execution = Execution(
        command=checked_command(command),
        experiment_name=experiment_name,
        run_name=run_name,
        metrics=metrics,
        has_params=params,
    )
    sys.exit(execute(execution))
