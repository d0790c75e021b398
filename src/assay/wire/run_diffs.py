"""How it is asked where runs differ in what was logged of them."""

from assay.wire.endpoint import READ_RUNS, Area, Effect, Endpoint, Message, Request


class DiffRuns(Request, frozen=True, kw_only=True):
    """Which 2 to 50 runs; metrics are held against `base`, the first run when there is none.

    Each section has at most `max_keys` keys; with `only_differing` those in which all runs agree are
    left out.
    """

    run_ids: tuple[str, ...]
    base: str = ""
    only_differing: bool = False
    max_keys: int = 1000


class DiffedText(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One key: its value in each run in the order asked, null where a run has none."""

    key: str
    values: tuple[str | None, ...]
    differs: bool


class DiffedNumber(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One figure of a metric in each run: what it is, and how far it is from the base run.

    A number that JSON lacks is `NaN`, `Infinity` or `-Infinity`. `deltas` are null where either run has
    no value, `percents` also where the base is zero or not finite.
    """

    values: tuple[float | str | None, ...]
    deltas: tuple[float | str | None, ...]
    percents: tuple[float | str | None, ...]


class DiffedMetric(Message, frozen=True, kw_only=True, omit_defaults=False):
    """One metric; the extremes are over finite values. It differs when any of the three does."""

    key: str
    last: DiffedNumber
    min: DiffedNumber
    max: DiffedNumber
    differs: bool


class TextSection(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Keys in natural order; `n` and `n_differing` count all, also those that are left out."""

    n: int
    n_differing: int
    rows: tuple[DiffedText, ...]
    is_cut: bool


class MetricSection(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Metrics in natural order; `n` and `n_differing` count all, also those that are left out."""

    n: int
    n_differing: int
    rows: tuple[DiffedMetric, ...]
    is_cut: bool


class RunsDiffed(Message, frozen=True, kw_only=True, omit_defaults=False):
    """Runs beside each other."""

    run_ids: tuple[str, ...]
    base: str
    attributes: TextSection
    params: TextSection
    metrics: MetricSection
    tags: TextSection


DIFF = Endpoint(
    name="diff_runs",
    method="POST",
    area=Area.ASSAY,
    path="runs/diff",
    request=DiffRuns,
    response=RunsDiffed,
    permission=READ_RUNS,
    effect=Effect.READ,
    summary="Tell where runs differ in attributes, params, metrics and tags.",
)
ENDPOINTS = (DIFF,)
