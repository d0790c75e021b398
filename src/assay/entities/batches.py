"""Rules for what one request may log: how much, which names, how long the values.

The server checks every request here before it reaches the store, which trusts what it gets.
"""

from collections.abc import Sequence

from assay.entities.datasets import DatasetInput
from assay.entities.metrics import Metric
from assay.entities.names import (
    MAX_BATCH_ITEMS,
    MAX_BATCH_METRICS,
    MAX_BATCH_PARAMS,
    MAX_BATCH_TAGS,
    MAX_DATASET_DIGEST,
    MAX_DATASET_NAME,
    MAX_DATASET_PROFILE,
    MAX_DATASET_SCHEMA,
    MAX_DATASET_SOURCE,
    MAX_INPUT_TAG_KEY,
    MAX_INPUT_TAG_VALUE,
    MAX_PARAM_VALUE,
    MAX_TAG_VALUE,
    check_int64,
    check_key,
    check_length,
)
from assay.entities.runs import Param, RunTag
from assay.errors import InvalidParameter, MissingParameter


def check_log_batch(
    metrics: Sequence[Metric],
    params: Sequence[Param],
    tags: Sequence[RunTag],
    *,
    truncate: bool = True,
) -> tuple[tuple[Param, ...], tuple[RunTag, ...]]:
    """Check a batch of the compatible API; return its params and tags as they are to be kept.

    Args:
        metrics: Metric values, at most 1,000.
        params: Params, at most 100, each key once.
        tags: Tags, at most 100.
        truncate: Cut values that are too long instead of refusing them.

    Raises:
        InvalidParameter: It breaks a limit or a rule for names.
    """
    _check_sizes(len(metrics), len(params), len(tags))
    check_metrics(metrics)
    kept_params = tuple(
        checked_param(param, where=f"params[{index}].", truncate=truncate)
        for index, param in enumerate(params)
    )
    _check_once(kept_params)
    kept_tags = tuple(
        checked_tag(tag, where=f"tags[{index}].", truncate=truncate)
        for index, tag in enumerate(tags)
    )
    return kept_params, kept_tags


def check_metrics(metrics: Sequence[Metric]) -> None:
    """Raise InvalidParameter when one of `metrics` cannot be kept."""
    for index, metric in enumerate(metrics):
        check_metric(metric, where=f"metrics[{index}].")


def check_metric(metric: Metric, *, where: str = "") -> None:
    """Raise InvalidParameter when `metric`, the request's `where`, cannot be kept."""
    if not metric.key:
        raise MissingParameter(f"{where}key")
    check_key(metric.key, what="Metric name", where=f"{where}name")
    if metric.timestamp < 0:
        raise InvalidParameter(
            f"Invalid value {metric.timestamp} for parameter '{where}timestamp' supplied: metric "
            "timestamps are milliseconds since the epoch and must not be negative."
        )
    check_int64(metric.timestamp, where=f"{where}timestamp")
    check_int64(metric.step, where=f"{where}step")
    if metric.dataset_name is not None:
        check_text(metric.dataset_name, where=f"{where}dataset_name", limit=MAX_DATASET_NAME)
    if metric.dataset_digest is not None:
        check_text(metric.dataset_digest, where=f"{where}dataset_digest", limit=MAX_DATASET_DIGEST)


def checked_param(
    param: Param, *, where: str = "", truncate: bool = True, limit: int = MAX_PARAM_VALUE
) -> Param:
    """Return `param` as it is to be kept; raise InvalidParameter when it cannot be."""
    check_key(param.key, what="Param key", where=f"{where}key")
    value = _fitting(param.value, where=f"{where}value", truncate=truncate, limit=limit)
    return param if value is param.value else Param(param.key, value)


def checked_tag(
    tag: RunTag, *, where: str = "", truncate: bool = True, limit: int = MAX_TAG_VALUE
) -> RunTag:
    """Return `tag` as it is to be kept; raise InvalidParameter when it cannot be."""
    check_key(tag.key, what="Tag key", where=f"{where}key")
    value = _fitting(tag.value, where=f"{where}value", truncate=truncate, limit=limit)
    return tag if value is tag.value else RunTag(tag.key, value)


def check_dataset_inputs(inputs: Sequence[DatasetInput]) -> None:
    """Raise InvalidParameter when the description of a used data set is too long or has a NUL."""
    for index, use in enumerate(inputs):
        where = f"datasets[{index}]."
        for name, limit in _DATASET_LIMITS.items():
            text = getattr(use.dataset, name)
            if text is not None:
                check_text(text, where=f"{where}dataset.{name}", limit=limit)
        for place, tag in enumerate(use.tags):
            check_text(tag.key, where=f"{where}tags[{place}].key", limit=MAX_INPUT_TAG_KEY)
            check_text(tag.value, where=f"{where}tags[{place}].value", limit=MAX_INPUT_TAG_VALUE)


def check_text(text: str, *, where: str, limit: int) -> None:
    """Raise InvalidParameter when `text` is too long or has a character no database keeps."""
    check_length(text, what=where, limit=limit)
    if "\x00" in text:
        raise InvalidParameter(
            f"Invalid value for parameter '{where}' supplied: it has a NUL character."
        )


_DATASET_LIMITS = {
    "name": MAX_DATASET_NAME,
    "digest": MAX_DATASET_DIGEST,
    "source_type": MAX_DATASET_NAME,
    "source": MAX_DATASET_SOURCE,
    "schema": MAX_DATASET_SCHEMA,
    "profile": MAX_DATASET_PROFILE,
}


def _fitting(value: str, *, where: str, truncate: bool, limit: int) -> str:
    if truncate and len(value) > limit:
        value = value[:limit]
    check_text(value, where=where, limit=limit)
    return value


def _check_sizes(n_metrics: int, n_params: int, n_tags: int) -> None:
    limits = (
        ("metrics", n_metrics, MAX_BATCH_METRICS),
        ("params", n_params, MAX_BATCH_PARAMS),
        ("tags", n_tags, MAX_BATCH_TAGS),
        ("metrics, params, and tags", n_metrics + n_params + n_tags, MAX_BATCH_ITEMS),
    )
    for what, n_items, limit in limits:
        if n_items > limit:
            raise InvalidParameter(
                f"A batch logging request can contain at most {limit} {what}. Got {n_items} "
                f"{what}. Please split up {what} across multiple requests and try again."
            )


def _check_once(params: Sequence[Param]) -> None:
    keys = [param.key for param in params]
    if len(set(keys)) != len(keys):
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise InvalidParameter(
            f"Duplicate parameter keys have been submitted: {twice}. Please ensure the request "
            "contains only one param value per param key."
        )
