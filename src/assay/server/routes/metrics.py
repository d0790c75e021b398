"""Metric histories: as points for compatible clients, as columns and buckets for ours."""

import itertools
from array import array
from typing import Any, Final

from sqlalchemy import Connection

from assay.entities.metrics import Metric
from assay.errors import InvalidPageToken, InvalidParameter, MissingParameter, RunNotFound
from assay.server.bucket_frames import bucket_frame
from assay.server.routing import reads
from assay.server.services import Services
from assay.server.step_sampling import is_chosen, sample_steps
from assay.store.buckets import read_buckets
from assay.store.cursors import Cursor, decode_cursor, encode_cursor, fingerprint
from assay.store.histories import read_history
from assay.store.history_pages import TimePlace, history_page
from assay.store.keys import find_key_ids
from assay.store.page_limits import check_max_results
from assay.store.points import SeriesColumns, by_time, no_points
from assay.store.runs import find_run
from assay.wire import metrics as wire
from assay.wire.chunk import MetricColumns, SeriesKey, encode_chunk

MAX_POINTS: Final = 1_000_000
MAX_BULK_RUNS: Final = 100
MAX_BULK_POINTS: Final = 25_000
MAX_INTERVAL_STEPS: Final = 2500
NO_KEY: Final = 0
"""The id of no key; rows are numbered from 1."""


def _get_history(_services: Services, conn: Connection, request: wire.GetHistory) -> wire.History:
    query = fingerprint("history", request.run_id, request.metric_key)
    after = _place_in_token(request.page_token, query)
    if request.max_results is not None:
        check_max_results(request.max_results, most=MAX_POINTS)
    spot = _find_series(conn, request.run_id, request.metric_key)
    if spot is None:
        return wire.History()
    page = history_page(conn, *spot, after=after, max_results=request.max_results)
    return wire.History(
        metrics=_metrics(page.points, request.metric_key),
        next_page_token=encode_cursor(Cursor(page.end, 0), query) if page.end else None,
    )


def _get_bulk(_services: Services, conn: Connection, request: wire.GetHistoryBulk) -> wire.History:
    if not request.run_id:
        raise InvalidParameter("GetMetricHistoryBulk request must specify at least one run_id.")
    if len(request.run_id) > MAX_BULK_RUNS:
        raise InvalidParameter(
            f"GetMetricHistoryBulk request cannot specify more than {MAX_BULK_RUNS} run_ids. "
            f"Received {len(request.run_id)} run_ids."
        )
    if not request.metric_key:
        raise InvalidParameter("GetMetricHistoryBulk request must specify a metric_key.")
    limit = min(request.max_results, MAX_BULK_POINTS)
    check_max_results(limit, most=MAX_BULK_POINTS)
    metrics: tuple[Metric, ...] = ()
    for run_id in sorted(set(request.run_id)):
        points = by_time(_history(conn, run_id, request.metric_key))[: limit - len(metrics)]
        metrics += _metrics(points, request.metric_key, run_id)
        if len(metrics) >= limit:
            break
    return wire.History(metrics=metrics)


def _get_interval(
    _services: Services, conn: Connection, request: wire.GetHistoryInterval
) -> wire.History:
    _check_interval(request)
    steps = {"start_step": request.start_step or 0, "end_step": request.end_step}
    histories = {
        run_id: _history(conn, run_id, request.metric_key, **steps)
        for run_id in dict.fromkeys(request.run_ids)
    }
    chosen = sample_steps([points.steps for points in histories.values()], request.max_results)
    thinned = (
        _metrics(
            points[is_chosen(points.steps, chosen)][:MAX_INTERVAL_STEPS], request.metric_key, run_id
        )
        for run_id, points in histories.items()
    )
    return wire.History(metrics=tuple(itertools.chain.from_iterable(thinned)))


def _get_columns(_services: Services, conn: Connection, request: wire.GetColumns) -> bytes:
    find_run(conn, request.run_id)
    points = _history(
        conn,
        request.run_id,
        request.metric_key,
        start_step=request.start_step,
        end_step=request.end_step,
    )
    return encode_chunk(
        MetricColumns(
            keys=[SeriesKey(request.metric_key)],
            key_index=array("I", bytes(4 * len(points))),
            step=array("q", points.steps.tobytes()),
            timestamp=array("q", points.timestamps.tobytes()),
            value=array("d", points.values.tobytes()),
        )
    )


def _get_buckets(_services: Services, conn: Connection, request: wire.GetBuckets) -> bytes:
    run_number = find_run(conn, request.run_id).run_number
    history = read_buckets(
        conn,
        run_number,
        find_key_ids(conn, [request.metric_key]).get(request.metric_key, NO_KEY),
        n_buckets=request.n_buckets,
        start_step=request.start_step,
        end_step=request.end_step,
    )
    return bucket_frame(history)


def _find_series(conn: Connection, run_id: str, key: str) -> tuple[int, int] | None:
    """Return the numbers of a run and a metric's name; None when either is unknown."""
    try:
        run_number = find_run(conn, run_id).run_number
    except RunNotFound:
        return None
    key_id = find_key_ids(conn, [key]).get(key)
    return None if key_id is None else (run_number, key_id)


def _history(conn: Connection, run_id: str, key: str, **steps: Any) -> SeriesColumns:
    """Return the points of one metric; none when the run or the metric is unknown."""
    spot = _find_series(conn, run_id, key)
    return no_points() if spot is None else read_history(conn, *spot, **steps)


def _metrics(points: SeriesColumns, key: str, run_id: str | None = None) -> tuple[Metric, ...]:
    return tuple(
        Metric(key, value, timestamp, step, None, None, None, run_id)
        for value, timestamp, step in zip(
            points.values.tolist(), points.timestamps.tolist(), points.steps.tolist(), strict=True
        )
    )


def _place_in_token(token: str, query: str) -> TimePlace | None:
    if not token:
        return None
    match decode_cursor(token, query).of_shape((int, int, int)):
        case (int(timestamp), int(step), int(rank)):
            return TimePlace(timestamp, step, rank)
        case _:
            raise InvalidPageToken("it was not made for this history")


def _check_interval(request: wire.GetHistoryInterval) -> None:
    if not request.run_ids:
        raise MissingParameter("run_ids")
    if len(request.run_ids) > MAX_BULK_RUNS:
        raise InvalidParameter(
            f"GetMetricHistoryBulkInterval request must specify at most {MAX_BULK_RUNS} run_ids. "
            f"Received {len(request.run_ids)} run_ids."
        )
    if not 1 <= request.max_results <= MAX_INTERVAL_STEPS:
        raise InvalidParameter(f"max_results must be between 1 and {MAX_INTERVAL_STEPS}.")
    if (request.start_step is None) != (request.end_step is None):
        raise InvalidParameter(
            "If either start step or end step are specified, both must be specified."
        )
    if (request.start_step or 0) > (request.end_step or 0):
        raise InvalidParameter(
            "end_step must be greater than start_step. "
            f"Found start_step={request.start_step} and end_step={request.end_step}."
        )


ROUTES = (
    reads(wire.GET_HISTORY, _get_history),
    reads(wire.GET_HISTORY_BULK, _get_bulk),
    reads(wire.GET_HISTORY_INTERVAL, _get_interval),
    reads(wire.GET_COLUMNS, _get_columns),
    reads(wire.GET_BUCKETS, _get_buckets),
)
