"""`assay runs importance`: which params matter for a metric."""

from typing import Final

import click
import msgspec

from assay.cli.connection import open_client
from assay.cli.output import json_option, print_json, say, show_rows
from assay.wire.importance import MetricExplained

_COLUMNS: Final = {
    "name": "Param",
    "importance": "Importance",
    "std": "±",
    "spearman": "Rank correlation",
    "n_distinct": "Values",
    "n_missing": "Missing",
}


@click.command("importance", short_help="Tell which params matter for a metric.")
@click.argument("metric")
@click.option(
    "--experiment-id", "-x", "experiment_ids", multiple=True, required=True, help="Of this one."
)
@click.option("--filter", "-f", "filter_string", default="", help="Only runs that match.")
@click.option("--param", "-p", "params", multiple=True, help="Only this param; repeatable.")
@json_option
def importance(
    metric: str,
    experiment_ids: tuple[str, ...],
    filter_string: str,
    params: tuple[str, ...],
    as_json: bool,
) -> None:
    """Tell which params matter for METRIC, such as `loss` or `loss.min`, over runs that finished.

    Importance is the share of the metric's variance that is lost when a param is shuffled.
    """
    target = metric if metric.startswith("metrics.") else f"metrics.{metric}"
    found = open_client().explain_metric(experiment_ids, target, params, filter_string)
    if as_json:
        print_json(msgspec.to_builtins(found))
        return
    if not found.runs.is_enough:
        raise click.ClickException(_too_few(found))
    rows = [
        {
            "name": one.name,
            "importance": f"{one.importance:.3f}",
            "std": f"{one.std:.3f}",
            "spearman": "" if one.spearman is None else f"{one.spearman:+.2f}",
            "n_distinct": one.n_distinct,
            "n_missing": one.n_missing or "",
        }
        for one in found.params
    ]
    show_rows(rows, columns=_COLUMNS, as_json=False)
    say(f"{found.runs.n_used} runs; {100 * (found.r2 or 0):.0f} % of the variance is explained.")
    if found.constant:
        say(f"The same in all: {', '.join(found.constant)}.")
    for one in found.collinear:
        say(f"{one.name} always goes with {one.goes_with}.")


def _too_few(found: MetricExplained) -> str:
    runs = found.runs
    return (
        f"At least 20 runs that finished with a finite value are needed; there are {runs.n_used} of "
        f"{runs.n_matching} ({runs.n_unfinished} did not finish, {runs.n_without_target} lack the "
        f"metric, {runs.n_not_finite} have NaN or infinity)."
    )
