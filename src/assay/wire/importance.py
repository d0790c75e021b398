"""How it is asked which params matter for a metric, and how the metric depends on them."""

from assay.wire.endpoint import READ_EXPERIMENTS, Area, Effect, Endpoint, Message
from assay.wire.run_tables import CellValue, RunTableRequest


class ExplainMetric(RunTableRequest, frozen=True, kw_only=True):
    """Which params matter for `target`, a column of metrics such as `metrics.loss.min`.

    `params` are their keys, all that differ when there are none.
    """

    target: str
    params: tuple[str, ...] = ()


class UsedRuns(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Which of the matching runs count: those that finished, with a finite value of the target.

    Without `is_enough` (20) there is no answer. Of more than 5,000 runs as many are drawn.
    """

    n_matching: int
    n_unfinished: int
    n_without_target: int
    n_not_finite: int
    n_used: int
    is_enough: bool


class ParamImportance(Message, frozen=True, kw_only=True, omit_defaults=False):
    """How much a param matters.

    `importance` is the share of the target's variance that trees predict worse when the param is shuffled
    among runs they have not seen, `std` its spread when trees are drawn anew. `spearman` is the rank
    correlation with the target, null for params that are no numbers.
    """

    name: str
    is_numeric: bool
    importance: float
    std: float
    spearman: float | None
    n_distinct: int
    n_missing: int


class CollinearParam(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A param that always goes with another one, so that nobody can tell which of them matters."""

    name: str
    goes_with: str


class MetricExplained(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Params by importance; `r2` is the share of the variance that is explained in runs not seen.

    `constant` are params that do not differ; `n_left_out` counts params beyond the first 100.
    """

    runs: UsedRuns
    r2: float | None = None
    params: tuple[ParamImportance, ...] = ()
    constant: tuple[str, ...] = ()
    collinear: tuple[CollinearParam, ...] = ()
    n_left_out: int = 0


class DescribeDependence(RunTableRequest, frozen=True, kw_only=True):
    """How `target` depends on one or two of the params that `params` names, all others as they are."""

    target: str
    on: tuple[str, ...]
    params: tuple[str, ...] = ()


class DependencePoint(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What is predicted where the params have `values`: the mean over the runs, and their quartiles."""

    values: tuple[CellValue, ...]
    mean: float
    low: float
    high: float


class DependenceDescribed(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The predictions, in the order of the first param, then of the second."""

    runs: UsedRuns
    on: tuple[str, ...]
    points: tuple[DependencePoint, ...] = ()


EXPLAIN = Endpoint(
    name="explain_metric",
    method="POST",
    area=Area.ASSAY,
    path="runs/importance",
    request=ExplainMetric,
    response=MetricExplained,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Tell which params matter for a metric over the matching runs.",
)
DEPENDENCE = Endpoint(
    name="describe_dependence",
    method="POST",
    area=Area.ASSAY,
    path="runs/dependence",
    request=DescribeDependence,
    response=DependenceDescribed,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Tell how a metric depends on one or two params over the matching runs.",
)
ENDPOINTS = (EXPLAIN, DEPENDENCE)
