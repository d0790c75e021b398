"""Searching runs and reading histories."""

from collections.abc import Sequence
from typing import Any

from assay.client.connection import Connection
from assay.entities.lifecycle import ViewType
from assay.entities.metrics import Metric
from assay.entities.pages import Page
from assay.entities.runs import Run
from assay.errors import InvalidParameter
from assay.wire import metrics as metrics_wire
from assay.wire import runs as wire

HISTORY_PAGE = 25_000


def search_runs(
    connection: Connection,
    experiment_ids: Sequence[str],
    filter_string: str = "",
    run_view_type: ViewType | int = ViewType.ACTIVE_ONLY,
    max_results: int = 1000,
    order_by: Sequence[str] | None = None,
    page_token: str | None = None,
) -> Page[Run]:
    """Return a page of runs."""
    request = wire.SearchRuns(
        experiment_ids=checked_ids(experiment_ids),
        filter=filter_string or "",
        run_view_type=ViewType(run_view_type),
        max_results=max_results,
        order_by=tuple(order_by or ()),
        page_token=page_token or "",
    )
    answer = connection.call(wire.SEARCH, request)
    return Page(answer.runs, answer.next_page_token)


def all_runs(
    connection: Connection,
    experiment_ids: Sequence[str],
    *,
    filter_string: str,
    run_view_type: ViewType | int,
    max_results: int,
    order_by: Sequence[str] | None,
) -> list[Run]:
    """Return up to `max_results` runs, from as many pages as it takes."""
    runs: list[Run] = []
    token: str | None = None
    while len(runs) < max_results:
        page = search_runs(
            connection,
            experiment_ids,
            filter_string=filter_string,
            run_view_type=run_view_type,
            max_results=min(10_000, max_results - len(runs)),
            order_by=order_by,
            page_token=token,
        )
        runs.extend(page)
        token = page.token
        if not token:
            break
    return runs


def get_metric_history(connection: Connection, run_id: str, key: str) -> list[Metric]:
    """Return all values of a metric, by timestamp, step and value."""
    metrics: list[Metric] = []
    token = ""
    while True:
        answer = connection.call(
            metrics_wire.GET_HISTORY,
            metrics_wire.GetHistory(
                run_id=run_id, metric_key=key, page_token=token, max_results=HISTORY_PAGE
            ),
        )
        metrics.extend(answer.metrics)
        token = answer.next_page_token or ""
        if not token:
            return metrics


def checked_ids(experiment_ids: Any) -> tuple[str, ...]:
    """Return experiment ids as text; a plain string is a mistake that many make.

    Raises:
        InvalidParameter: They are no list.
    """
    if isinstance(experiment_ids, str) or not isinstance(experiment_ids, Sequence):
        raise InvalidParameter(
            f"experiment_ids must be a list, got {type(experiment_ids).__name__}. "
            f"Wrap it: [{experiment_ids!r}]."
        )
    return tuple(str(experiment_id) for experiment_id in experiment_ids)
