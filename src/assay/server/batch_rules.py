"""Checking the metrics of one request, by column: a thousand values cost one look at each name.

Everything else about batches is checked by `entities/batches.py`.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from assay.entities.batches import check_log_batch, check_text
from assay.entities.metrics import Metric
from assay.entities.names import (
    MAX_BATCH_ITEMS,
    MAX_BATCH_METRICS,
    MAX_DATASET_DIGEST,
    MAX_DATASET_NAME,
    check_key,
    check_run_id,
)
from assay.errors import InvalidParameter, MissingParameter
from assay.store.run_batch import RunBatch
from assay.wire.chunk import MetricColumns, SeriesKey, columns_of
from assay.wire.runs import LogBatch

MAX_MODEL_ID: Final = 255

_MAX_CHECKED: Final = 20_000
_checked: set[SeriesKey] = set()


def log_batch(request: LogBatch, *, truncate: bool) -> RunBatch:
    """Return what a batch of the compatible API asks the store to apply.

    Args:
        request: Metrics, params and tags of one run.
        truncate: Cut values that are too long instead of refusing them.

    Raises:
        InvalidParameter: It breaks a limit or a rule for names.
    """
    check_run_id(request.run_id)
    _check_counts(request)
    if not (request.params or request.tags):
        return RunBatch(run_id=request.run_id, metrics=_batch_columns(request))
    params, tags = check_log_batch((), request.params, request.tags, truncate=truncate)
    return RunBatch(
        run_id=request.run_id, metrics=_batch_columns(request), params=params, tags=tags
    )


def _batch_columns(request: LogBatch) -> MetricColumns | None:
    return checked_columns(request.metrics, where="metrics[{}].")


def checked_columns(metrics: Sequence[Metric], *, where: str = "") -> MetricColumns | None:
    """Return `metrics` as columns, None when there are none.

    Args:
        metrics: What a request logs.
        where: What stands before the names of a metric's fields, with braces for its index.

    Raises:
        InvalidParameter: A name is wrong, or a time is negative or beyond 64 bits.
    """
    if not metrics:
        return None
    columns = columns_of(metrics)
    if not _checked.issuperset(columns.keys):
        _check_keys(columns, where)
    if np.frombuffer(columns.timestamp, np.int64).min() < 0:
        raise _negative(columns, where)
    return columns


def _check_keys(columns: MetricColumns, where: str) -> None:
    for place, series in enumerate(columns.keys):
        try:
            _check_series(series, "")
        except InvalidParameter:
            # Only now is it worth knowing which metric it is; this raises the same with its place.
            _check_series(series, where.format(columns.key_index.index(place)))
    if len(_checked) + len(columns.keys) > _MAX_CHECKED:
        _checked.clear()
    _checked.update(columns.keys)


def _check_counts(request: LogBatch) -> None:
    n_metrics = len(request.metrics)
    n_items = n_metrics + len(request.params) + len(request.tags)
    for count, limit, what in (
        (n_metrics, MAX_BATCH_METRICS, "metrics"),
        (n_items, MAX_BATCH_ITEMS, "metrics, params, and tags"),
    ):
        if count > limit:
            raise InvalidParameter(
                f"A batch logging request can contain at most {limit} {what}. Got {count} {what}. "
                f"Please split up {what} across multiple requests and try again."
            )


def _check_series(series: SeriesKey, where: str) -> None:
    if not series.key:
        raise MissingParameter(f"{where}key")
    check_key(series.key, what="Metric name", where=f"{where}name")
    _check_text(series.model_id, f"{where}model_id", MAX_MODEL_ID)
    _check_text(series.dataset_name, f"{where}dataset_name", MAX_DATASET_NAME)
    _check_text(series.dataset_digest, f"{where}dataset_digest", MAX_DATASET_DIGEST)


def _check_text(text: str | None, where: str, limit: int) -> None:
    if text is not None:
        check_text(text, where=where, limit=limit)


def _negative(columns: MetricColumns, where: str) -> InvalidParameter:
    index = next(place for place, time in enumerate(columns.timestamp) if time < 0)
    return InvalidParameter(
        f"Invalid value {columns.timestamp[index]} for parameter '{where.format(index)}timestamp' "
        "supplied: metric timestamps are milliseconds since the epoch and must not be negative."
    )
