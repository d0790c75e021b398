"""How whole runs travel in bulk, exactly: pages of columns and of histories as binary frames.

The frame of rows has `n_runs`, `next_page_token` and `columns`; entry i names the arrays that begin
with `i.`. A `number` is `value` with `missing` (bytes, 1 where never logged) when some run lacks it;
a `time` is `value` in milliseconds and `missing`; a `text` is `code`, -1 where missing, and its entry
lists `values`. Params also have `type`: a place in the header's `param_types`, 0 for text.

The frame of histories has `series`, each with `run_id`, `key` and `n`, and the arrays `step`, `timestamp` and
`value`, which hold the points of one series after the other; `next_page_token` as above. By rank, each
of them also has `rank`.
"""

from typing import Final

from assay.entities.typed_values import TYPES
from assay.wire.endpoint import (
    READ_EXPERIMENTS,
    READ_RUNS,
    Area,
    Effect,
    Endpoint,
    Request,
)
from assay.wire.run_tables import RunTableRequest

PARAM_TYPES: Final = ("", *sorted(TYPES))
"""What params can be, in the order of their numbers."""

MAX_ROWS: Final = 10_000
MAX_COLUMNS: Final = 500
MAX_HISTORY_RUNS: Final = 1000
MAX_HISTORY_POINTS: Final = 1_000_000


class FetchRows(RunTableRequest, frozen=True, kw_only=True):
    """A page of matching runs in order, with attributes and all they logged, or only `columns`."""

    columns: tuple[str, ...] | None = None
    order_by: tuple[str, ...] = ()
    max_results: int = 1000
    page_token: str = ""


class FetchHistories(Request, frozen=True, kw_only=True):
    """All points of some metrics of some runs, of all metrics when `keys` is null, run by run.

    `by_rank` asks for what each rank logged, where several processes logged to one run.
    """

    run_ids: tuple[str, ...]
    keys: tuple[str, ...] | None = None
    by_rank: bool = False
    page_token: str = ""


FETCH_ROWS = Endpoint(
    name="fetch_run_rows",
    method="POST",
    area=Area.ASSAY,
    path="runs/rows",
    request=FetchRows,
    response=bytes,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Get a page of runs with all they logged, exactly, as a binary frame of columns.",
)
FETCH_HISTORIES = Endpoint(
    name="fetch_histories",
    method="POST",
    area=Area.ASSAY,
    path="runs/histories",
    request=FetchHistories,
    response=bytes,
    permission=READ_RUNS,
    effect=Effect.READ,
    summary="Get all points of metrics of many runs, page by page, as binary frames.",
)
ENDPOINTS = (FETCH_ROWS, FETCH_HISTORIES)
