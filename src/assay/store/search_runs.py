"""Searching runs: pages in any order, and exact counts.

A page is found as run numbers with their sort values, in at most five statements whatever its size
(names, doubtful names, sizes, and up to three stretches of the first sort key), then loaded.
"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, func, select

from assay.entities.filters.order import parse_run_order
from assay.entities.filters.parse import parse_run_filter
from assay.entities.filters.tree import Filter, OrderKey
from assay.entities.lifecycle import ViewType
from assay.entities.pages import Page
from assay.entities.runs import Run
from assay.store.cursors import Cursor, CursorValue, decode_cursor, encode_cursor, fingerprint
from assay.store.filters import fields_of, find_names
from assay.store.page_limits import check_max_results, current_ms, experiment_numbers
from assay.store.run_pages import load_runs
from assay.store.run_stretches import RunQuery, matching, shape, stretches, walked_field
from assay.store.search_plans import COUNTED, conjuncts, fewest, is_impossible, most_rows, starts
from assay.store.sorting import sort_values
from assay.store.time_limits import limited_search

MAX_RESULTS: Final = 50_000
DEFAULT_RESULTS: Final = 1000


def search_runs(
    conn: Connection,
    *,
    experiment_ids: Sequence[str],
    filter: str = "",  # noqa: A002  the API calls it so
    view: ViewType = ViewType.ACTIVE_ONLY,
    order_by: Sequence[str] = (),
    max_results: int = DEFAULT_RESULTS,
    page_token: str = "",
    now_ms: int | None = None,
) -> Page[Run]:
    """Return a page of the runs that match, with a token when there are more.

    Args:
        conn: A reading connection.
        experiment_ids: Where to look; unknown ones are empty.
        filter: See `entities/filters/grammar.lark`; empty for all.
        view: Active runs, deleted ones, or both.
        order_by: Sort keys; then start_time DESC and run_id follow.
        max_results: How many runs a page has at most, 1 to 50,000.
        page_token: Where the last page ended; empty for the first.
        now_ms: What `now` means in the filter; by default the clock.

    Raises:
        InvalidFilter: The filter or the order is not understood.
        InvalidPageToken: The token is not from the same search.
        InvalidParameter: `max_results` is out of range.
    """
    found = search_numbers(
        conn,
        experiment_ids=experiment_ids,
        filter=filter,
        view=view,
        order_by=order_by,
        max_results=max_results,
        page_token=page_token,
        now_ms=now_ms,
    )
    return Page(load_runs(conn, found), found.token)


def search_numbers(
    conn: Connection,
    *,
    experiment_ids: Sequence[str],
    filter: str = "",  # noqa: A002  the API calls it so
    view: ViewType = ViewType.ACTIVE_ONLY,
    order_by: Sequence[str] = (),
    max_results: int = DEFAULT_RESULTS,
    page_token: str = "",
    now_ms: int | None = None,
) -> Page[int]:
    """Return a page of the numbers of runs that match; arguments and errors are those of `search_runs`."""
    check_max_results(max_results, most=MAX_RESULTS)
    condition, keys = parse_run_filter(filter), parse_run_order(order_by)
    mark = fingerprint("runs", keys)
    cursor = decode_cursor(page_token, mark) if page_token else None
    now = cursor.now_ms if cursor else current_ms(now_ms)
    query = plan_search(conn, experiment_ids, condition, view, keys, now)
    if query is None:
        return Page()
    after = cursor.of_shape(shape(query)) if cursor else None
    with limited_search(conn):
        numbers, last = _find(conn, query, after, max_results)
    return Page(numbers, encode_cursor(Cursor(last, now), mark) if last is not None else None)


def count_runs(
    conn: Connection,
    *,
    experiment_ids: Sequence[str],
    filter: str = "",  # noqa: A002  the API calls it so
    view: ViewType = ViewType.ACTIVE_ONLY,
    now_ms: int | None = None,
) -> int:
    """Return how many runs match, exactly; arguments are those of `search_runs`."""
    condition = parse_run_filter(filter)
    query = plan_search(conn, experiment_ids, condition, view, (), current_ms(now_ms))
    if query is None:
        return 0
    with limited_search(conn):
        start = fewest(conn, starts(query.parts, query.names, query.experiments), most=COUNTED)
        found = matching(query, start).subquery()
        return conn.execute(select(func.count()).select_from(found)).scalar_one()


def plan_search(
    conn: Connection,
    experiment_ids: Sequence[str],
    condition: Filter,
    view: ViewType,
    keys: Sequence[OrderKey],
    now_ms: int,
) -> RunQuery | None:
    """Look up what the search names; None when nothing can match."""
    experiments = experiment_numbers(experiment_ids)
    if not experiments:
        return None
    fields = [*fields_of(condition), *(key.field for key in keys)]
    names = find_names(conn, fields, experiments=experiments, now_ms=now_ms)
    parts = conjuncts(condition)
    if is_impossible(parts, names):
        return None
    return RunQuery(experiments, parts, view, keys, names)


def _find(
    conn: Connection, query: RunQuery, after: Sequence[CursorValue] | None, max_results: int
) -> tuple[list[int], tuple[CursorValue, ...] | None]:
    """Return the page's run numbers and, when more follow, the sort values of the last."""
    most = most_rows(query.parts, walked_field(query))
    start = fewest(conn, starts(query.parts, query.names, query.experiments), most=most)
    found: list[tuple[int, tuple[CursorValue, ...]]] = []
    for statement, terms in stretches(query, start, after):
        rows = conn.execute(statement.limit(max_results + 1 - len(found)))
        found += [(row[0], sort_values(terms, row[1:])) for row in rows]
        if len(found) > max_results:
            break
    has_more = len(found) > max_results
    page = found[:max_results]
    return [number for number, _ in page], page[-1][1] if has_more else None
