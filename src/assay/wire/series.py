"""How curves over many runs travel: one request for all lines of a chart, answered as a binary frame.

The frame's header has `x_min`, `x_max`, `n_buckets`, `cursor`, and `series` or `groups`. Entry i of
those names arrays that begin with `i.`: for a curve that is `exact`, `x` and `value`; for buckets, `n`,
`min`, `max` and `mean`, with others on request, one entry for each stretch between two of the shared
`edges`. A group has `x`, `n`, `center`, `low`, `high`, `min` and `max`. Where several processes logged to
one run, `ranks` asks for the curves of each, told apart by the entry's `rank`, or for one group over
the ranks of each run, whose `n_runs` counts ranks.
"""

from assay.wire.endpoint import READ_RUNS, Area, Effect, Endpoint, Request


class QuerySeries(Request, frozen=True, kw_only=True):
    """Some metrics of some runs along one x; a key that begins with `=` is a formula over metrics.

    `x` is `step`, `relative` (milliseconds since the run began), `wall` (since 1970) or
    `metrics.<key>`. `smoothing` is `ema`, `half_life`, `mean` or `gaussian`, with its amount.
    `fields` adds `first`, `last`, `x_first`, `x_last`, `n_nan`, `n_posinf` or `n_neginf`. With
    `group_by`, or `group_except` for all params but some, there is a line and a band for each group:
    `center` is `mean` or `median`, `band` is `std`, `stderr`, `ci95`, `minmax` or `iqr`. `since` is the
    `cursor` of an earlier answer: curves without new points come back as `unchanged`. `ranks` is `each`
    or `over`.
    """

    run_ids: tuple[str, ...]
    keys: tuple[str, ...]
    x: str = "step"
    x_min: float | None = None
    x_max: float | None = None
    n_buckets: int = 1000
    fields: tuple[str, ...] = ()
    smoothing: str = ""
    smoothing_amount: float = 0.0
    group_by: tuple[str, ...] = ()
    group_except: tuple[str, ...] = ()
    center: str = "mean"
    band: str = "std"
    since: str = ""
    ranks: str = ""


QUERY = Endpoint(
    name="query_series",
    method="POST",
    area=Area.ASSAY,
    path="series/query",
    request=QuerySeries,
    response=bytes,
    permission=READ_RUNS,
    effect=Effect.READ,
    summary="Get curves of many runs for a chart: raw points when few, buckets otherwise, or groups.",
)
ENDPOINTS = (QUERY,)
