"""Where runs differ in what was logged of them."""

import math
from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection

from assay.entities.names import check_run_id
from assay.errors import InvalidParameter
from assay.server.routing import reads
from assay.server.services import Services
from assay.store.run_diffs import Numbers, Texts, against, are_equal, logged_by
from assay.store.time_limits import limited_search
from assay.wire import run_diffs as wire

MAX_RUNS: Final = 50
MAX_KEYS: Final = 5000


def _diff(_services: Services, conn: Connection, request: wire.DiffRuns) -> wire.RunsDiffed:
    base = _checked_base(request)
    with limited_search(conn):
        logged = logged_by(conn, request.run_ids)
    return wire.RunsDiffed(
        run_ids=request.run_ids,
        base=request.run_ids[base],
        attributes=_text_section(logged.attributes, request),
        params=_text_section(logged.params, request),
        metrics=_metric_section(logged.metrics, request, base),
        tags=_text_section(logged.tags, request),
    )


def _checked_base(request: wire.DiffRuns) -> int:
    """Return the place of the base run in a request that makes sense."""
    run_ids = request.run_ids
    if not 2 <= len(run_ids) <= MAX_RUNS or len(set(run_ids)) < len(run_ids):
        raise InvalidParameter(f"Name from 2 to {MAX_RUNS} different runs in 'run_ids'.")
    if not 1 <= request.max_keys <= MAX_KEYS:
        raise InvalidParameter(f"max_keys must lie between 1 and {MAX_KEYS}.")
    for run_id in run_ids:
        check_run_id(run_id)
    if request.base and request.base not in run_ids:
        raise InvalidParameter(f"The base {request.base!r} is none of the runs in 'run_ids'.")
    return run_ids.index(request.base) if request.base else 0


def _text_section(found: Mapping[str, Texts], request: wire.DiffRuns) -> wire.TextSection:
    rows = [
        wire.DiffedText(key=key, values=values, differs=not are_equal(values))
        for key, values in found.items()
    ]
    shown = [row for row in rows if row.differs or not request.only_differing]
    return wire.TextSection(
        n=len(rows),
        n_differing=sum(row.differs for row in rows),
        rows=tuple(shown[: request.max_keys]),
        is_cut=len(shown) > request.max_keys,
    )


def _metric_section(
    found: Mapping[str, tuple[Numbers, Numbers, Numbers]], request: wire.DiffRuns, base: int
) -> wire.MetricSection:
    differing = {key for key, parts in found.items() if not all(map(are_equal, parts))}
    shown = [key for key in found if key in differing or not request.only_differing]
    return wire.MetricSection(
        n=len(found),
        n_differing=len(differing),
        rows=tuple(
            _metric(key, found[key], base, differs=key in differing)
            for key in shown[: request.max_keys]
        ),
        is_cut=len(shown) > request.max_keys,
    )


def _metric(
    key: str, parts: tuple[Numbers, Numbers, Numbers], base: int, *, differs: bool
) -> wire.DiffedMetric:
    last, least, most = (_number(part, base) for part in parts)
    return wire.DiffedMetric(key=key, last=last, min=least, max=most, differs=differs)


def _number(values: Numbers, base: int) -> wire.DiffedNumber:
    parts = against(values, base)
    return wire.DiffedNumber(
        values=tuple(map(_spelt, parts.values)),
        deltas=tuple(map(_spelt, parts.deltas)),
        percents=tuple(map(_spelt, parts.percents)),
    )


def _spelt(number: float | None) -> float | str | None:
    """Return a number, as text when JSON lacks it."""
    if number is None or math.isfinite(number):
        return number
    if math.isnan(number):
        return "NaN"
    return "Infinity" if number > 0 else "-Infinity"


ROUTES = (reads(wire.DIFF, _diff),)
