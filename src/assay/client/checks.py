"""Turning what callers pass to metric functions into exact values, or an error at the call."""

import time
from collections.abc import Mapping
from typing import Any

from assay.entities.names import check_int64, check_key
from assay.errors import InvalidParameter


def check_metric_key(key: Any) -> str:
    """Return `key` if it can name a metric, else raise InvalidParameter."""
    if not isinstance(key, str):
        raise InvalidParameter(f"A metric name must be a string. Got {key!r}.")
    check_key(key, what="Metric name", where="name")
    return key


def metric_value(value: Any, key: str) -> float:
    """Return `value` as a float: numbers, booleans, numeric text, one-element arrays and tensors.

    Raises:
        InvalidParameter: It is no number.
    """
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        raise InvalidParameter(
            f"Got invalid value {value!r} for metric '{key}' (timestamp now). Please specify value "
            f"as a valid double (64-bit floating point): {error}"
        ) from None


def metric_step(step: Any) -> int:
    """Return `step` as an integer of 64 bits, 0 for None."""
    if step is None:
        return 0
    return _integer(step, "step")


def metric_timestamp(timestamp: Any) -> int:
    """Return `timestamp` as milliseconds since the epoch, now for None."""
    if timestamp is None:
        return time.time_ns() // 1_000_000
    number = _integer(timestamp, "timestamp")
    if number < 0:
        raise InvalidParameter(f"A metric's timestamp cannot be negative. Got {number}.")
    return number


def _integer(value: Any, where: str) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidParameter(
            f"Invalid value {value!r} for parameter '{where}' supplied: it must be an integer."
        ) from None
    if number != value and not isinstance(value, str):
        raise InvalidParameter(
            f"Invalid value {value!r} for parameter '{where}' supplied: it must be an integer."
        )
    check_int64(number, where=where)
    return number


def checked_metrics(metrics: Mapping[Any, Any]) -> list[tuple[str, float]]:
    """Return the names and values of `metrics`, all of them checked first."""
    return [(check_metric_key(key), metric_value(value, key)) for key, value in metrics.items()]
