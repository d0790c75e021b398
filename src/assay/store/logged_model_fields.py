"""What can be compared and sorted by when logged models are searched, as SQL on `logged_models`.

A model's metrics lie in `series` rows, one for each run, key and data set; of several the row that
was written last, by timestamp and then by step, is the one to sort by.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    and_,
    cast,
    exists,
    false,
    not_,
    or_,
    select,
    true,
)
from sqlalchemy import Text as SqlText

from assay.entities.filters.tree import Comparison, Kind, Operator
from assay.entities.filters.vocabulary import LOGGED_MODELS, ValueType
from assay.entities.logged_models import LoggedModelStatus
from assay.errors import InvalidFilter, MissingParameter
from assay.store.comparisons import (
    Condition,
    Expression,
    compare_attribute,
    compare_number,
    compare_text,
)
from assay.store.sorting import MISSING, Term, of_rank, rank
from assay.store.tables import (
    NO_MODEL,
    logged_model_params,
    logged_model_tags,
    logged_models,
    series,
)
from assay.store.tables import datasets as dataset_table
from assay.wire.logged_models import DatasetFilter, LoggedModelOrder

COLUMNS: Final[dict[str, Expression]] = {
    "name": logged_models.c.name,
    "model_id": logged_models.c.model_id,
    "model_type": logged_models.c.model_type,
    "status": logged_models.c.status,
    "source_run_id": logged_models.c.source_run_id,
    "experiment_id": cast(logged_models.c.experiment_id, SqlText),
    "artifact_location": logged_models.c.artifact_uri,
    "creation_timestamp": logged_models.c.creation_time,
    "last_updated_timestamp": logged_models.c.last_updated_time,
}
_LABELS: Final = {Kind.PARAM: logged_model_params, Kind.TAG: logged_model_tags}
_METRICS: Final = "metrics."
_STATUS_NAMES: Final = {
    "PENDING": LoggedModelStatus.PENDING.value,
    "READY": LoggedModelStatus.READY.value,
    "FAILED": LoggedModelStatus.FAILED.value,
}


class ModelFields(NamedTuple):
    """What names stand for in one search over logged models."""

    key_ids: Mapping[str, int]
    datasets: Sequence[DatasetFilter]
    now_ms: int
    dialect: str

    def condition(self, comparison: Comparison) -> Condition:
        """Return what a comparison means, never NULL."""
        kind = comparison.field.kind
        if kind is Kind.ATTRIBUTE:
            return self._attribute(comparison)
        found = self._metric(comparison) if kind is Kind.METRIC else self._label(comparison)
        if comparison.operator is Operator.IS_NULL:
            return not_(found)
        return found

    def has_metric_on_datasets(self) -> Condition:
        """Return the condition that a model has any metric on the data sets asked for."""
        table = series.alias()
        return _exists(table, [on_datasets(table, self.datasets)])

    def terms(self, order: LoggedModelOrder) -> list[Term]:
        """Return what to sort by for one order key."""
        metric = metric_key(order)
        if metric is not None:
            return self._metric_terms(order, metric)
        attribute = LOGGED_MODELS.attributes[order.field_name.removeprefix("attributes.")]
        column = COLUMNS[attribute.name]
        type_ = int if attribute.type is ValueType.TIME else str
        value = Term(type_, order.ascending, column)
        is_optional = attribute.name in ("model_type", "source_run_id")
        return [rank(column, column), value] if is_optional else [value]

    def _attribute(self, comparison: Comparison) -> Condition:
        key = comparison.field.key
        if key == "status":
            comparison = _with_status_names(comparison)
        return compare_attribute(
            COLUMNS[key],
            comparison,
            LOGGED_MODELS.attributes[key].type,
            now_ms=self.now_ms,
            dialect=self.dialect,
        )

    def _metric(self, comparison: Comparison) -> Condition:
        key_id = self.key_ids.get(comparison.field.key)
        if key_id is None:
            return false()
        table = series.alias()
        found = [table.c.key_id == key_id, on_datasets(table, self.datasets)]
        if comparison.operator not in (Operator.IS_NULL, Operator.IS_NOT_NULL):
            values = comparison.values
            found.append(compare_number(table.c.last_value, comparison.operator, values))
        return _exists(table, found)

    def _label(self, comparison: Comparison) -> Condition:
        table = _LABELS[comparison.field.kind].alias()
        found = [table.c.key == comparison.field.key]
        operator, values = comparison.operator, comparison.values
        if operator not in (Operator.IS_NULL, Operator.IS_NOT_NULL):
            found.append(compare_text(table.c.value, operator, values, dialect=self.dialect))
        return _exists(table, found)

    def _metric_terms(self, order: LoggedModelOrder, key: str) -> list[Term]:
        key_id = self.key_ids.get(key)
        if key_id is None:
            return of_rank(MISSING, [Term(int), Term(float)])
        chosen = _order_datasets(order)
        row = _latest(key_id, chosen, "run_number")
        value = _latest(key_id, chosen, "last_value")
        return [rank(row, value), Term(float, order.ascending, value)]


def metric_key(order: LoggedModelOrder) -> str | None:
    """Return the metric that an order key names, or None for an attribute.

    Raises:
        MissingParameter: It names nothing, or a digest without a name.
        InvalidFilter: There is no such attribute.
    """
    name = order.field_name
    if not name:
        raise MissingParameter("field_name")
    if order.dataset_digest and not order.dataset_name:
        raise MissingParameter("dataset_name")
    if name.startswith(_METRICS) and len(name) > len(_METRICS):
        return name.removeprefix(_METRICS)
    if name.removeprefix("attributes.") not in LOGGED_MODELS.attributes:
        known = sorted(LOGGED_MODELS.attributes)
        raise InvalidFilter(
            f"Invalid order by field name: {name[:100]!r}. "
            f"Use metrics.<key> or one of {', '.join(known)}."
        )
    return None


def on_datasets(table: FromClause, chosen: Sequence[DatasetFilter]) -> Condition:
    """Return the condition that series are on one of the data sets; true when none is chosen."""
    if not chosen:
        return true()
    wanted = [
        and_(
            dataset_table.c.name == one.dataset_name,
            dataset_table.c.digest == one.dataset_digest if one.dataset_digest else true(),
        )
        for one in chosen
    ]
    return table.c.dataset_id.in_(select(dataset_table.c.dataset_id).where(or_(*wanted)))


def _order_datasets(order: LoggedModelOrder) -> list[DatasetFilter]:
    if not order.dataset_name:
        return []
    return [DatasetFilter(dataset_name=order.dataset_name, dataset_digest=order.dataset_digest)]


def _latest(key_id: int, chosen: Sequence[DatasetFilter], column: str) -> ColumnElement[Any]:
    table = series.alias()
    rows: Select[Any] = (
        select(table.c[column])
        .where(
            table.c.model_number == logged_models.c.model_number,
            table.c.model_number > NO_MODEL,
            table.c.key_id == key_id,
            on_datasets(table, chosen),
        )
        .order_by(table.c.last_timestamp.desc(), table.c.last_step.desc())
        .order_by(table.c.run_number.desc(), table.c.dataset_id.desc())
        .limit(1)
    )
    return rows.correlate(logged_models).scalar_subquery()


def _exists(table: FromClause, found: Sequence[Condition]) -> Condition:
    of_model = table.c.model_number == logged_models.c.model_number
    is_model = table.c.model_number > NO_MODEL
    return exists().where(of_model, is_model, *found).correlate(logged_models)


def _with_status_names(comparison: Comparison) -> Comparison:
    values = tuple(_STATUS_NAMES.get(str(value), value) for value in comparison.values)
    return Comparison(comparison.field, comparison.operator, values)
