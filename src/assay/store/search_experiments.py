"""Searching experiments."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, Text, cast, exists, not_, select, true

from assay.entities.experiments import Experiment
from assay.entities.filters.order import parse_experiment_order
from assay.entities.filters.parse import parse_experiment_filter
from assay.entities.filters.tree import Comparison, Field, Kind, Operator, OrderKey
from assay.entities.filters.vocabulary import EXPERIMENTS
from assay.entities.lifecycle import ViewType
from assay.entities.pages import Page
from assay.store.comparisons import Condition, combine, compare_attribute, compare_text
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.experiments import load_experiments
from assay.store.page_limits import check_max_results, current_ms
from assay.store.sorting import Term, behind, expressions, ordering, sort_values
from assay.store.tables import ACTIVE, DELETED, experiment_tags, experiments
from assay.store.time_limits import limited_search

MAX_RESULTS: Final = 50_000
DEFAULT_RESULTS: Final = 1000

_ID: Final = Field(Kind.ATTRIBUTE, "experiment_id")
_NEWEST_FIRST: Final = OrderKey(Field(Kind.ATTRIBUTE, "creation_time"), ascending=False)
_TIE: Final = OrderKey(_ID, ascending=False)
_COLUMNS: Final = {
    "name": experiments.c.name,
    "experiment_id": cast(experiments.c.experiment_id, Text),
    "creation_time": experiments.c.creation_time,
    "last_update_time": experiments.c.last_update_time,
}


def search_experiments(
    conn: Connection,
    *,
    filter: str = "",  # noqa: A002  the API calls it so
    view: ViewType = ViewType.ACTIVE_ONLY,
    order_by: Sequence[str] = (),
    max_results: int = DEFAULT_RESULTS,
    page_token: str = "",
    now_ms: int | None = None,
) -> Page[Experiment]:
    """Return a page of the experiments that match, the newest first unless ordered otherwise.

    Args:
        conn: A reading connection.
        filter: See `entities/filters/grammar.lark`; empty for all.
        view: Active experiments, deleted ones, or both.
        order_by: Sort keys; then experiment_id DESC follows.
        max_results: How many experiments a page has at most, 1 to 50,000.
        page_token: Where the last page ended; empty for the first.
        now_ms: What `now` means in the filter; by default the clock.

    Raises:
        InvalidFilter: The filter or the order is not understood.
        InvalidPageToken: The token is not from the same search.
        InvalidParameter: `max_results` is out of range.
    """
    check_max_results(max_results, most=MAX_RESULTS)
    condition, keys = parse_experiment_filter(filter), parse_experiment_order(order_by)
    mark = fingerprint("experiments", keys)
    cursor = decode_cursor(page_token, mark) if page_token else None
    now = cursor.now_ms if cursor else current_ms(now_ms)
    terms = _terms(keys)
    after = cursor.of_shape([term.type for term in terms]) if cursor else None
    statement = (
        select(experiments.c.experiment_id, *expressions(terms))
        .where(
            combine(condition, lambda leaf: _comparison(leaf, now, conn.dialect.name)),
            _visible(view),
            behind(terms, after) if after else true(),
        )
        .order_by(*ordering(terms))
        .limit(max_results + 1)
    )
    with limited_search(conn):
        rows = conn.execute(statement).all()
    token = None
    if len(rows) > max_results:
        last = sort_values(terms, rows[max_results - 1][1:])
        token = encode_cursor(Cursor(last, now), mark)
    return Page(load_experiments(conn, [row[0] for row in rows[:max_results]]), token)


def _terms(keys: Sequence[OrderKey]) -> list[Term]:
    chosen = list(keys) or [_NEWEST_FIRST]
    if all(key.field != _ID for key in chosen):
        chosen.append(_TIE)
    return [_term(key) for key in chosen]


def _term(key: OrderKey) -> Term:
    # Ids sort as the numbers they are, though they compare as texts.
    column = experiments.c.experiment_id if key.field == _ID else _COLUMNS[key.field.key]
    return Term(str if key.field.key == "name" else int, key.ascending, column)


def _visible(view: ViewType) -> Condition:
    if view is ViewType.ALL:
        return experiments.c.lifecycle <= DELETED
    wanted = ACTIVE if view is ViewType.ACTIVE_ONLY else DELETED
    return experiments.c.lifecycle == wanted


def _comparison(comparison: Comparison, now_ms: int, dialect: str) -> Condition:
    key, operator = comparison.field.key, comparison.operator
    if comparison.field.kind is Kind.ATTRIBUTE:
        type_ = EXPERIMENTS.attributes[key].type
        return compare_attribute(_COLUMNS[key], comparison, type_, now_ms=now_ms, dialect=dialect)
    tags = experiment_tags.alias()
    found = [tags.c.experiment_id == experiments.c.experiment_id, tags.c.key == key]
    if operator not in (Operator.IS_NULL, Operator.IS_NOT_NULL):
        found.append(compare_text(tags.c.value, operator, comparison.values, dialect=dialect))
    matching = exists().where(*found).correlate(experiments)
    return not_(matching) if operator is Operator.IS_NULL else matching
