"""Params with their types: nested ones by dotted keys, corrections with what was there before."""

import time
from collections.abc import Mapping
from typing import Any

from assay.client.connection import Connection
from assay.client.open_run import OpenRun
from assay.client.probe import ServerKind
from assay.client.runs import get_run, open_run
from assay.entities.typed_values import ParamAmendment, flatten, params_by_key
from assay.wire import params as wire


def log_nested(run: OpenRun, params: Mapping[str, Any]) -> None:
    """Log params; those that are mappings by dotted keys."""
    for key, value in params.items():
        for name, inner in flatten(key, value):
            run.log_param(name, inner)


def amend(run: OpenRun, key: str, value: Any, reason: str | None) -> None:
    """Correct a param, or every one below `key` when `value` is a mapping."""
    now_ms = time.time_ns() // 1_000_000
    for name, inner in flatten(key, value):
        run.amend_param(name, inner, timestamp_ms=now_ms, reason=reason)


def amend_param(
    connection: Connection, run_id: str, key: str, value: Any, reason: str | None = None
) -> None:
    """Correct a param of a run; what it was before is kept, with the time and the reason."""
    amend(open_run(connection, run_id), key, value, reason)


def get_params(connection: Connection, run_id: str) -> dict[str, Any]:
    """Return the params of a run with the values that were logged, not their texts.

    Numbers, booleans, None, lists, tuples and dictionaries of such come back as they were; everything
    else, and what other clients logged, comes back as text.
    """
    if not connection.is_reachable() or connection.server_kind is ServerKind.MLFLOW:
        return dict(get_run(connection, run_id).data.params)
    return params_by_key(connection.call(wire.GET, wire.GetParams(run_id=run_id)).params)


def get_param_amendments(connection: Connection, run_id: str) -> list[ParamAmendment]:
    """Return how params of a run were corrected, the oldest correction first."""
    if not connection.is_reachable() or connection.server_kind is ServerKind.MLFLOW:
        return []
    return list(connection.call(wire.GET, wire.GetParams(run_id=run_id)).amendments)
