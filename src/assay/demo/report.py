"""The table that ends the study: the best trials of each problem, read back from the store."""

from collections.abc import Iterator, Sequence
from typing import Any

from rich.console import Group
from rich.table import Table
from rich.text import Text

import assay
from assay.demo.families import FAMILIES
from assay.demo.problems import PROBLEMS

N_BEST = 5
N_BARS = 16
_BARS = "▁▂▃▄▅▆▇█"
_TUNED = sorted({key for family in FAMILIES for key in family.grid})
_COLOURS = {"linear": "cyan", "forest": "green", "network": "magenta"}


def best_trials() -> Group:
    """Return one table for each problem, best trials first."""
    names = [f"demo-{load.__name__.replace('_', '-')}" for load in PROBLEMS]
    return Group(*(part for name in names for part in (_table(name), "")))


def sparkline(values: Sequence[float], n_bars: int = N_BARS) -> str:
    """Return a curve as a line of at most `n_bars` block characters, from its least to its greatest."""
    if not values:
        return ""
    n_shown = min(n_bars, len(values))
    shown = [values[index * (len(values) - 1) // max(1, n_shown - 1)] for index in range(n_shown)]
    least, span = min(shown), (max(shown) - min(shown)) or 1.0
    return "".join(_BARS[int((value - least) / span * (len(_BARS) - 1))] for value in shown)


def _table(experiment_name: str) -> Table:
    runs = assay.search_runs(
        experiment_names=[experiment_name],
        filter_string="tags.kind = 'trial' AND status = 'FINISHED'",
        # The test set judges the choice; it must not make it.
        order_by=["metrics.validation_accuracy DESC", "metrics.validation_loss ASC"],
        max_results=N_BEST,
        output_format="list",
    )
    table = Table(title=experiment_name, title_justify="left", title_style="bold", box=None)
    table.add_column("", justify="right", style="dim")
    table.add_column("model")
    table.add_column("parameters")
    table.add_column("validation accuracy, step by step")
    table.add_column("validation", justify="right", style="bold")
    table.add_column("test", justify="right")
    table.add_column("run", style="dim")
    for rank, run in enumerate(runs, start=1):
        table.add_row(str(rank), *_cells(run))
    return table


def _cells(run: Any) -> Iterator[Text | str]:
    family = run.data.params["family"]
    curve = assay.Client().get_metric_history(run.info.run_id, "validation_accuracy")
    yield Text(family, style=_COLOURS[family])
    yield ", ".join(f"{key} {run.data.params[key]}" for key in _TUNED if key in run.data.params)
    yield Text(sparkline([point.value for point in curve]), style=_COLOURS[family])
    yield f"{run.data.metrics['validation_accuracy']:.1%}"
    yield f"{run.data.metrics['test_accuracy']:.1%}"
    yield run.info.run_id[:8]
