"""`assay demo`: a real study, recorded, shown and served."""

import time

import click
import msgspec

import assay
from assay.cli.output import json_option, print_json, progress, say, stdout
from assay.cli.serving import ServerOptions, serve_anywhere
from assay.client.location import Kind, find_target
from assay.demo.report import best_trials
from assay.demo.study import Trial, n_trials, run_study
from assay.settings import PORT, SUPPRESS_PRINTING_URL


@click.command(short_help="Run a real study and look at it.")
@click.option("--no-serve", is_flag=True, help="End after the table, without a server.")
@click.option(
    "--port",
    "-p",
    default=PORT.default,
    show_default=True,
    type=click.IntRange(0, 65535),
    envvar=list(PORT.variables),
    help="Port of the server at the end; another one if it is taken.",
)
@json_option
def demo(no_serve: bool, port: int, as_json: bool) -> None:
    """Train three families of models on two problems, record every trial, and show the best.

    It takes less than a minute. The runs go where all runs from here go: to ASSAY_TRACKING_URI, else
    to the nearest .assay folder, as experiments demo-digits and demo-breast-cancer. At the end the
    folder is served. Needs scikit-learn, matplotlib and pandas: pip install 'assay[demo]'.
    """
    SUPPRESS_PRINTING_URL.set("true")
    trials, seconds = _train()
    if as_json:
        print_json([msgspec.to_builtins(trial) for trial in trials])
    else:
        stdout().print(best_trials())
    target = find_target(assay.get_tracking_uri())
    say(f"{len(trials)} trials in {seconds:.0f} s, recorded in {target.uri}")
    if no_serve:
        say("Look at them:  assay ui")
        say("Find others:   assay runs search --filter 'metrics.test_f1 > 0.95'")
    elif target.kind is Kind.EMBEDDED:
        serve_anywhere(ServerOptions(backend_store_uri=target.address, port=port))


def _train() -> tuple[list[Trial], float]:
    """Run the study with a bar that says which trial is the best so far."""
    trials: list[Trial] = []
    started = time.monotonic()
    with progress() as bar:
        task = bar.add_task("training", total=n_trials())

        def show(trial: Trial) -> None:
            trials.append(trial)
            bar.update(
                task,
                advance=1,
                description=f"{trial.problem:<13} {trial.family:<7} {trial.validation_accuracy:6.1%}",
            )

        run_study(show)
    return trials, time.monotonic() - started
