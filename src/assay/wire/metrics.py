"""How metric histories travel."""

from assay.entities.metrics import Metric
from assay.wire.endpoint import (
    READ_RUN,
    READ_RUNS,
    Area,
    Effect,
    Endpoint,
    Level,
    Message,
    Permission,
    Request,
)


class GetHistory(Request, frozen=True, kw_only=True):
    """One metric of one run; without `max_results`, all of it."""

    run_id: str
    run_uuid: str | None = None
    metric_key: str
    page_token: str = ""
    max_results: int | None = None


class History(Message, frozen=True, kw_only=True):
    """Points by timestamp, step and value."""

    metrics: tuple[Metric, ...] = ()
    next_page_token: str | None = None


class GetHistoryBulk(Request, frozen=True, kw_only=True):
    """One metric of up to 100 runs; the whole answer is cut at `max_results`."""

    run_id: tuple[str, ...] = ()
    metric_key: str = ""
    max_results: int = 25_000


class GetHistoryInterval(Request, frozen=True, kw_only=True):
    """One metric of up to 100 runs, thinned to at most `max_results` steps a run."""

    run_ids: tuple[str, ...] = ()
    metric_key: str
    start_step: int | None = None
    end_step: int | None = None
    max_results: int = 2500


class GetColumns(Request, frozen=True, kw_only=True):
    """One metric of one run as columns; steps from `start_step` to `end_step`, both included."""

    run_id: str
    metric_key: str
    start_step: int | None = None
    end_step: int | None = None


class GetBuckets(Request, frozen=True, kw_only=True):
    """One metric of one run, summarised over `n_buckets` equal ranges of steps."""

    run_id: str
    metric_key: str
    n_buckets: int = 1000
    start_step: int | None = None
    end_step: int | None = None


GET_HISTORY = Endpoint(
    name="get_metric_history",
    method="GET",
    path="metrics/get-history",
    request=GetHistory,
    response=History,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Get one metric's history.",
)
GET_HISTORY_BULK = Endpoint(
    name="get_metric_history_bulk",
    method="GET",
    area=Area.TRACKING_UI,
    path="metrics/get-history-bulk",
    request=GetHistoryBulk,
    response=History,
    permission=Permission(Level.READ, "run", "run_id"),
    effect=Effect.READ,
    summary="Get one metric's history over several runs.",
)
GET_HISTORY_INTERVAL = Endpoint(
    name="get_metric_history_interval",
    method="GET",
    path="metrics/get-history-bulk-interval",
    request=GetHistoryInterval,
    response=History,
    permission=READ_RUNS,
    effect=Effect.READ,
    summary="Get one metric over several runs at a bounded number of steps.",
)
GET_COLUMNS = Endpoint(
    name="get_metric_columns",
    method="GET",
    area=Area.ASSAY,
    path="metrics/columns",
    request=GetColumns,
    response=bytes,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Get one metric's whole history as a metric chunk.",
)
GET_BUCKETS = Endpoint(
    name="get_metric_buckets",
    method="GET",
    area=Area.ASSAY,
    path="metrics/buckets",
    request=GetBuckets,
    response=bytes,
    permission=READ_RUN,
    effect=Effect.READ,
    summary="Get one metric summarised in buckets of steps, as a binary frame.",
)
ENDPOINTS = (
    GET_HISTORY,
    GET_HISTORY_BULK,
    GET_HISTORY_INTERVAL,
    GET_COLUMNS,
    GET_BUCKETS,
)
