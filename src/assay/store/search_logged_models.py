"""Searching logged models."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, select, true

from assay.entities.filters.parse import parse_logged_model_filter
from assay.entities.filters.tree import Filter, Kind
from assay.entities.logged_models import LoggedModel
from assay.entities.pages import Page
from assay.errors import InvalidParameter, MissingParameter
from assay.store.comparisons import among, combine
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.filters import fields_of
from assay.store.keys import find_key_ids
from assay.store.logged_model_fields import ModelFields, metric_key
from assay.store.logged_model_pages import load_logged_models
from assay.store.page_limits import check_max_results, current_ms, experiment_numbers
from assay.store.sorting import Term, behind, expressions, ordering, sort_values
from assay.store.tables import ACTIVE, logged_models
from assay.store.time_limits import limited_search
from assay.wire.logged_models import DatasetFilter, LoggedModelOrder

MAX_RESULTS: Final = 50_000
DEFAULT_RESULTS: Final = 100
MAX_ORDER_KEYS: Final = 16
MAX_DATASETS: Final = 100

_NEWEST_FIRST: Final = LoggedModelOrder(field_name="creation_timestamp", ascending=False)
_TIE: Final = Term(int, expression=logged_models.c.model_number, ascending=False)


def search_logged_models(
    conn: Connection,
    *,
    experiment_ids: Sequence[str],
    filter: str = "",  # noqa: A002  the API calls it so
    datasets: Sequence[DatasetFilter] = (),
    order_by: Sequence[LoggedModelOrder] = (),
    max_results: int = DEFAULT_RESULTS,
    page_token: str = "",
    now_ms: int | None = None,
) -> Page[LoggedModel]:
    """Return a page of the logged models that match, the newest first unless ordered otherwise.

    Args:
        conn: A reading connection.
        experiment_ids: Where to look; unknown ones are empty.
        filter: See `entities/filters/grammar.lark`; empty for all.
        datasets: Metrics are compared on these only; without metrics in the filter, models are
            kept that have any metric on them.
        order_by: Sort keys; then the newest comes first.
        max_results: How many models a page has at most, 1 to 50,000; 0 means 100.
        page_token: Where the last page ended; it belongs to the other arguments.
        now_ms: What `now` means in the filter; by default the clock.

    Raises:
        InvalidFilter: The filter or the order is not understood.
        InvalidPageToken: The token is not from the same search.
        InvalidParameter: Another argument is out of range.
    """
    n_results = max_results or DEFAULT_RESULTS
    check_max_results(n_results, most=MAX_RESULTS)
    condition = parse_logged_model_filter(filter)
    _check(order_by, datasets)
    mark = fingerprint("logged models", sorted(experiment_ids), filter, datasets, order_by)
    cursor = decode_cursor(page_token, mark) if page_token else None
    now = cursor.now_ms if cursor else current_ms(now_ms)
    experiments = experiment_numbers(experiment_ids)
    if not experiments:
        return Page()
    fields = _fields(conn, condition, order_by, datasets, now)
    terms = _terms(fields, order_by)
    after = cursor.of_shape([term.type for term in terms]) if cursor else None
    needs_metric = bool(datasets) and not _metrics_of(condition)
    statement = (
        select(logged_models.c.model_number, *expressions(terms))
        .where(
            among(logged_models.c.experiment_id, experiments),
            logged_models.c.lifecycle == ACTIVE,
            combine(condition, fields.condition),
            fields.has_metric_on_datasets() if needs_metric else true(),
            behind(terms, after) if after else true(),
        )
        .order_by(*ordering(terms))
        .limit(n_results + 1)
    )
    with limited_search(conn):
        rows = conn.execute(statement).all()
    token = None
    if len(rows) > n_results:
        token = encode_cursor(Cursor(sort_values(terms, rows[n_results - 1][1:]), now), mark)
    return Page(load_logged_models(conn, [row[0] for row in rows[:n_results]]), token)


def _check(order_by: Sequence[LoggedModelOrder], datasets: Sequence[DatasetFilter]) -> None:
    if len(order_by) > MAX_ORDER_KEYS or len(datasets) > MAX_DATASETS:
        raise InvalidParameter(
            f"At most {MAX_ORDER_KEYS} order_by keys and {MAX_DATASETS} datasets are allowed."
        )
    for number, dataset in enumerate(datasets):
        if not dataset.dataset_name:
            raise MissingParameter(f"datasets[{number}].dataset_name")
    if len(set(order_by)) < len(order_by):
        raise InvalidParameter("`order_by` contains duplicate fields.")


def _fields(
    conn: Connection,
    condition: Filter,
    order_by: Sequence[LoggedModelOrder],
    datasets: Sequence[DatasetFilter],
    now_ms: int,
) -> ModelFields:
    ordered = {key for order in order_by if (key := metric_key(order)) is not None}
    wanted = _metrics_of(condition) | ordered
    ids = find_key_ids(conn, wanted) if wanted else {}
    return ModelFields(ids, datasets, now_ms, conn.dialect.name)


def _metrics_of(condition: Filter) -> set[str]:
    return {field.key for field in fields_of(condition) if field.kind is Kind.METRIC}


def _terms(fields: ModelFields, order_by: Sequence[LoggedModelOrder]) -> list[Term]:
    names = [order.field_name.removeprefix("attributes.") for order in order_by]
    is_by_creation = any(name.startswith("creation_time") for name in names)
    chosen = order_by if is_by_creation else [*order_by, _NEWEST_FIRST]
    return [*(term for order in chosen for term in fields.terms(order)), _TIE]
