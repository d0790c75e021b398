"""How tables over runs travel: pages and groups as JSON columns, whole columns as binary frames."""

from assay.entities.lifecycle import ViewType
from assay.wire.endpoint import READ_EXPERIMENTS, Area, Effect, Endpoint, Message, Request

CellValue = str | int | float | None


class RunTableRequest(Request, frozen=True, kw_only=True):
    """Which runs: those of some experiments that match a filter."""

    experiment_ids: tuple[str, ...]
    filter: str = ""
    run_view_type: ViewType = ViewType.ACTIVE_ONLY


class QueryRuns(RunTableRequest, frozen=True, kw_only=True):
    """A window of rows in order, with chosen columns such as `metrics.loss.min` or `params.lr`.

    `count_clauses` asks which of the conditions that AND joins lets how many runs pass.
    """

    order_by: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    offset: int = 0
    limit: int = 100
    count_clauses: bool = False


class ClauseCount(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One condition of a filter: how many runs match it alone, and how many match all the others."""

    filter: str
    n_runs: int
    n_without: int


class TableColumn(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One column; a missing cell is null, a number that JSON lacks is `NaN`, `Infinity` or `-Infinity`."""

    name: str
    values: tuple[CellValue, ...]


class RunTable(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A window of rows; `total` counts all runs that match, exactly; `clauses` only when asked for."""

    total: int
    offset: int
    run_ids: tuple[str, ...]
    columns: tuple[TableColumn, ...]
    clauses: tuple[ClauseCount, ...] = ()


class FetchColumns(RunTableRequest, frozen=True, kw_only=True):
    """Chosen columns of all matching runs; `run_id` is a column like others."""

    columns: tuple[str, ...]


class FindKeys(RunTableRequest, frozen=True, kw_only=True):
    """All params, metrics and tags of the matching runs, or of the `newest` so many of them."""

    newest: int = 0


class KeySummary(Message, frozen=True, kw_only=True, omit_defaults=False):
    """What is known of one key: how many runs have it, and whether it differs between them.

    `type` is `number` or `text`; params and tags count as numbers when the values that were looked at
    all spell numbers: the least, the greatest, and those of 200 runs. `n_distinct` may stop at 1,000.
    """

    kind: str
    name: str
    type: str
    n_runs: int
    n_distinct: int
    varies: bool
    value: CellValue = None


class RunKeys(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The keys, in natural order; `value` is given where all runs that have the key agree.

    `total` counts all matching runs, `n_seen` those that the figures are about.
    """

    total: int
    n_seen: int
    keys: tuple[KeySummary, ...]


class CompleteValues(RunTableRequest, frozen=True, kw_only=True):
    """Values of a param or a tag that begin with `prefix`, most frequent first."""

    column: str
    prefix: str = ""
    limit: int = 50


class ValueCount(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One value and how many of the matching runs have it."""

    value: str
    count: int


class ValueCounts(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Values with counts."""

    values: tuple[ValueCount, ...]


class DescribeColumns(RunTableRequest, frozen=True, kw_only=True):
    """Statistics of chosen columns over all matching runs."""

    columns: tuple[str, ...]
    n_bins: int = 20


class ColumnStatistics(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A column in figures; those of numbers are over finite values, and null where there are none.

    `edges` has one entry more than `counts`. `top` are the most frequent values of a text column.
    """

    name: str
    type: str
    n_runs: int
    n_missing: int
    n_nan: int
    n_posinf: int
    n_neginf: int
    n_distinct: int
    min: CellValue = None
    median: CellValue = None
    mean: CellValue = None
    std: CellValue = None
    max: CellValue = None
    edges: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    top: tuple[ValueCount, ...] = ()


class ColumnsDescribed(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Statistics, one entry for each column asked for."""

    columns: tuple[ColumnStatistics, ...]


class GroupRuns(RunTableRequest, frozen=True, kw_only=True):
    """Matching runs grouped by columns, or by all params except some; figures for `metrics` columns."""

    group_by: tuple[str, ...] = ()
    group_except: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    limit: int = 1000


class GroupFigure(Message, frozen=True, kw_only=True, omit_defaults=False):
    """A metric over the runs of a group: `n` finite values, their mean and standard deviation (n - 1)."""

    name: str
    n: int
    mean: CellValue = None
    std: CellValue = None


class RunGroup(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Runs that agree in all columns of the grouping; `values` are in the order of its columns."""

    values: tuple[CellValue, ...]
    n_runs: int
    run_ids: tuple[str, ...]
    figures: tuple[GroupFigure, ...]


class RunGroups(Message, frozen=True, kw_only=True, omit_defaults=False):
    """The largest groups first; `total` counts all groups."""

    total: int
    columns: tuple[str, ...]
    groups: tuple[RunGroup, ...]


QUERY = Endpoint(
    name="query_runs",
    method="POST",
    area=Area.ASSAY,
    path="runs/query",
    request=QueryRuns,
    response=RunTable,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Get a window of runs with chosen columns and the exact total.",
)
FETCH = Endpoint(
    name="fetch_run_columns",
    method="POST",
    area=Area.ASSAY,
    path="runs/columns",
    request=FetchColumns,
    response=bytes,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Get chosen columns of all matching runs as a binary frame.",
)
KEYS = Endpoint(
    name="find_run_keys",
    method="POST",
    area=Area.ASSAY,
    path="runs/keys",
    request=FindKeys,
    response=RunKeys,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="List params, metrics and tags of the matching runs with type and coverage.",
)
VALUES = Endpoint(
    name="complete_run_values",
    method="POST",
    area=Area.ASSAY,
    path="runs/values",
    request=CompleteValues,
    response=ValueCounts,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Complete the value of a param or tag, with counts.",
)
DESCRIBE = Endpoint(
    name="describe_run_columns",
    method="POST",
    area=Area.ASSAY,
    path="runs/statistics",
    request=DescribeColumns,
    response=ColumnsDescribed,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Summarise columns over all matching runs: histogram, quantiles, missing, NaN, top values.",
)
GROUP = Endpoint(
    name="group_runs",
    method="POST",
    area=Area.ASSAY,
    path="runs/groups",
    request=GroupRuns,
    response=RunGroups,
    permission=READ_EXPERIMENTS,
    effect=Effect.READ,
    summary="Group matching runs, with count, mean and standard deviation of metrics.",
)
ENDPOINTS = (QUERY, FETCH, KEYS, VALUES, DESCRIBE, GROUP)
