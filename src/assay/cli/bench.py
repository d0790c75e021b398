"""`assay bench`: how fast assay is on this machine, and beside another server."""

import tempfile
from pathlib import Path

import click
import msgspec

from assay.bench import against as beside
from assay.bench import own
from assay.cli.output import json_option, print_json, progress, say, show_rows

_OWN_COLUMNS = {"what": "What", "value": "Measured", "unit": ""}
_AGAINST_COLUMNS = {
    "what": "What",
    "value": "assay",
    "other": "other",
    "unit": "",
    "times_better": "assay is better by",
}


@click.command(short_help="Measure the speed of this machine.")
@click.option(
    "--against", metavar="URL", help="Measure the tracking server there beside one of our own."
)
@click.option("--quick", is_flag=True, help="Smaller sizes, rougher figures.")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, writable=True, path_type=Path),
    help="Measure the disk of this folder; else that of temporary files.",
)
@json_option
def bench(against: str | None, quick: bool, folder: Path | None, as_json: bool) -> None:
    """Measure log calls, delivery, requests, searches and charts; takes about half a minute.

    Everything goes to a temporary store that is removed at the end; your runs are not touched. With
    --against the same REST requests go to an own server and to the one at URL, in an experiment
    assay-bench-... of its own there, which is deleted at the end. Runs record no code or packages here.
    """
    with (
        tempfile.TemporaryDirectory(
            prefix="assay-bench-", dir=folder, ignore_cleanup_errors=True
        ) as place,
        progress() as bar,
    ):
        steps = own.STEPS if against is None else beside.STEPS
        task = bar.add_task("starting", total=len(steps))

        def begin(what: str) -> None:
            bar.update(task, advance=int(bar.tasks[0].description != "starting"), description=what)

        if against is None:
            sizes = own.QUICK if quick else own.Sizes()
            figures = own.measure_own(Path(place), sizes, begin)
            rows = [msgspec.to_builtins(figure) for figure in figures]
        else:
            amount = beside.QUICK if quick else beside.Sizes()
            ratios = beside.measure_against(against, Path(place) / "server", amount, begin)
            rows = [
                {**msgspec.to_builtins(one), "times_better": one.times_better} for one in ratios
            ]
    if as_json:
        print_json({"against": against, "figures": rows} if against else {"figures": rows})
        return
    show_rows(
        [_rounded(row) for row in rows],
        columns=_OWN_COLUMNS if against is None else _AGAINST_COLUMNS,
        as_json=False,
    )
    if against is not None:
        say("MLflow keeps deleted experiments until `mlflow gc` is called.")


def _rounded(row: dict[str, object]) -> dict[str, object]:
    """Return the row with numbers as people compare them."""
    texts = {
        key: _number(value) if isinstance(value, float) else value for key, value in row.items()
    }
    if "times_better" in row:
        texts["times_better"] = f"{texts['times_better']} x"
    return texts


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
