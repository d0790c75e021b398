"""Runs, or all points of their metrics, out to a file that other programs read."""

import pkgutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from assay.client.fluent_search import wanted_experiments
from assay.client.run_query import RunQuery
from assay.client.tracking_uri import current_connection
from assay.entities.lifecycle import ViewType

# By name: only who exports pays for NumPy and the library of a format.
_WRITE_RUNS: Final = "assay.transfer.run_tables:write_runs"
_WRITE_HISTORIES: Final = "assay.transfer.run_tables:write_histories"

Advance = Callable[[int], object]


def export_runs(  # noqa: PLR0913 the arguments of a search, and of a file
    path: str | Path,
    *,
    experiment_ids: Sequence[str] | None = None,
    experiment_names: Sequence[str] | None = None,
    search_all_experiments: bool = False,
    filter_string: str = "",
    run_view_type: ViewType | int = ViewType.ACTIVE_ONLY,
    order_by: Sequence[str] | None = None,
    max_results: int | None = None,
    columns: Sequence[str] | None = None,
    file_format: str | None = None,
    advance: Advance | None = None,
) -> int:
    """Write the runs that a search finds to a file, a row for each, and return how many there are.

    The file appears when it is whole; one that is there is replaced.

    Args:
        path: The file to write.
        experiment_ids: Where to search; the active experiment when nothing is named.
        experiment_names: The same by name.
        search_all_experiments: Search everywhere.
        filter_string: Which runs.
        run_view_type: Whether active runs, deleted ones or both.
        order_by: In which order.
        max_results: At most so many; all when None.
        columns: Such as `metrics.loss`, `metrics.loss.min`, `params.lr`, `tags.team`; everything that
            was logged when None. What every run has (`run_id`, `status`, ...) always comes first.
        file_format: `csv`, `tsv`, `xlsx`, `json`, `jsonl`, `parquet` or `arrow`; by the suffix when None.
        advance: Called with a number of runs whenever so many more have been read.

    Raises:
        InvalidParameter: The format, a column or the filter is wrong, or a library is missing.
    """
    written: int = pkgutil.resolve_name(_WRITE_RUNS)(
        current_connection(),
        RunQuery(
            experiment_ids=wanted_experiments(
                experiment_ids, experiment_names, every=search_all_experiments
            ),
            filter_string=filter_string,
            run_view_type=ViewType(run_view_type),
            order_by=order_by or (),
            max_results=max_results,
            columns=columns,
        ),
        Path(path),
        file_format=file_format,
        advance=advance or _ignore,
    )
    return written


def export_histories(
    path: str | Path,
    run_ids: Sequence[str],
    keys: Sequence[str] | None = None,
    *,
    file_format: str | None = None,
    advance: Advance | None = None,
) -> int:
    """Write all points of metrics of some runs to a file, a row for each, and return how many there are.

    The columns are `run_id`, `key`, `step`, `timestamp` and `value`.

    Args:
        path: The file to write; it appears when it is whole.
        run_ids: The runs.
        keys: The metrics; all when None.
        file_format: As for `export_runs`.
        advance: Called with a number of points whenever so many more have been written.

    Raises:
        RunNotFound: There is no run of an id.
        InvalidParameter: The format is unknown, or a library is missing.
    """
    written: int = pkgutil.resolve_name(_WRITE_HISTORIES)(
        current_connection(),
        list(run_ids),
        keys,
        Path(path),
        file_format=file_format,
        advance=advance or _ignore,
    )
    return written


def _ignore(_n_rows: int) -> Any:
    """Take no notice of progress."""
