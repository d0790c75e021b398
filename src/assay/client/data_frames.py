"""Runs and histories as data frames of one library or another, built from columns."""

import pkgutil
from collections.abc import Sequence
from typing import Any, Final

from assay.client.connection import Connection
from assay.client.run_columns import join_histories, join_pages
from assay.client.run_query import RunQuery
from assay.client.run_rows import iter_histories, iter_run_rows
from assay.entities.lifecycle import ViewType
from assay.errors import InvalidParameter

LIBRARIES: Final = {
    "pandas": "assay.client.pandas_frames:to_frame",
    "polars": "assay.client.polars_frames:to_frame",
    "arrow": "assay.client.arrow_frames:to_frame",
}
PAGE_SIZE: Final = 2500


def runs_frame(
    connection: Connection,
    experiment_ids: Sequence[str],
    *,
    filter_string: str,
    run_view_type: ViewType | int,
    max_results: int,
    order_by: Sequence[str] | None,
    library: str,
) -> Any:
    """Return a row per run: info, then `metrics.*`, `params.*` and `tags.*` in order of meeting."""
    to_frame = _library(library)
    query = RunQuery(
        experiment_ids=experiment_ids,
        filter_string=filter_string or "",
        run_view_type=ViewType(run_view_type),
        order_by=order_by or (),
        max_results=max_results,
    )
    return to_frame(join_pages(iter_run_rows(connection, query, PAGE_SIZE)))


def history_frame(
    connection: Connection,
    run_ids: Sequence[str],
    keys: Sequence[str] | None,
    *,
    by_rank: bool,
    library: str,
) -> Any:
    """Return a row per point."""
    to_frame = _library(library)
    return to_frame(join_histories(iter_histories(connection, run_ids, keys, by_rank=by_rank)))


def _library(name: str) -> Any:
    if name not in LIBRARIES:
        known = ", ".join(map(repr, LIBRARIES))
        raise InvalidParameter(f"There are no data frames of {name!r}. Use one of {known}.")
    return pkgutil.resolve_name(LIBRARIES[name])
