"""`assay runs export`: runs or their histories out to a file."""

from pathlib import Path
from typing import Any, Final

import click

import assay
from assay.cli.options import view_option
from assay.cli.output import json_option, progress, show_record
from assay.entities.lifecycle import ViewType
from assay.transfer.run_export import export_histories, export_runs
from assay.transfer.tables import FORMATS

_NO_LIMIT: Final = 2**31


@click.command(short_help="Write runs to a file for other programs.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--experiment-id", "-x", multiple=True, help="From this experiment; repeatable.")
@click.option("--experiment-name", "-n", multiple=True, help="The same by name; repeatable.")
@click.option("--filter", "-f", "filter_string", default="", help="Which runs; as in `search`.")
@click.option("--order-by", "-o", multiple=True, help="As in `search`; repeatable.")
@click.option("--max", "-m", "max_results", type=click.IntRange(1), help="At most so many runs.")
@click.option("--columns", "-c", help="Comma-separated, such as params.lr,metrics.loss; else all.")
@click.option("--histories", is_flag=True, help="Write all points of metrics, a row for each.")
@click.option("--keys", "-k", help="Comma-separated metrics whose histories are written; else all.")
@click.option(
    "--format", "file_format", type=click.Choice(list(FORMATS)), help="Else the suffix tells."
)
@view_option
@json_option
def export(  # noqa: PLR0913 the options of a search, and of a file
    file: Path,
    experiment_id: tuple[str, ...],
    experiment_name: tuple[str, ...],
    filter_string: str,
    order_by: tuple[str, ...],
    max_results: int | None,
    columns: str | None,
    histories: bool,
    keys: str | None,
    file_format: str | None,
    view: ViewType,
    as_json: bool,
) -> None:
    """Write runs to FILE: .csv, .tsv, .xlsx, .json, .jsonl, .parquet or .arrow.

    From all experiments unless some are named. FILE appears when it is whole.
    """
    query: dict[str, Any] = {
        "experiment_ids": list(experiment_id) or None,
        "experiment_names": list(experiment_name) or None,
        "search_all_experiments": not (experiment_id or experiment_name),
        "filter_string": filter_string,
        "order_by": list(order_by) or None,
        "run_view_type": view,
    }
    with progress() as bar:
        task = bar.add_task("Exporting", total=None)

        def advance(n_rows: int) -> None:
            bar.advance(task, n_rows)

        if histories:
            found = assay.search_runs(
                **query, max_results=max_results or _NO_LIMIT, output_format="list"
            )
            run_ids = [run.info.run_id for run in found]
            chosen = keys.split(",") if keys else None
            n_rows = export_histories(
                file, run_ids, chosen, file_format=file_format, advance=advance
            )
        else:
            n_rows = export_runs(
                file,
                **query,
                max_results=max_results,
                columns=columns.split(",") if columns else None,
                file_format=file_format,
                advance=advance,
            )
    what = "points" if histories else "runs"
    record = {"file": str(file), what: n_rows}
    show_record(record, message=f"Wrote {n_rows:,} {what} to {file}.", as_json=as_json)
