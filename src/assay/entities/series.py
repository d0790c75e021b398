"""How curves over many runs are asked for: along which x, smoothed how, grouped how."""

from enum import StrEnum

import msgspec


class AxisKind(StrEnum):
    """What a point's x is: step, milliseconds since the run began or since 1970, or another metric."""

    STEP = "step"
    RELATIVE = "relative"
    WALL = "wall"
    METRIC = "metric"


class Axis(msgspec.Struct, frozen=True):
    """The x of a chart; `key` names the metric of `AxisKind.METRIC`."""

    kind: AxisKind = AxisKind.STEP
    key: str = ""


class SmoothingKind(StrEnum):
    """How neighbouring points are weighted."""

    EMA = "ema"
    HALF_LIFE = "half_life"
    MEAN = "mean"
    GAUSSIAN = "gaussian"


class Smoothing(msgspec.Struct, frozen=True):
    """A kind of smoothing and its strength.

    `amount` is alpha for `ema` (0 to 0.999), a length in units of x for `half_life`, a number of
    points for `mean` (odd), and a standard deviation in points for `gaussian` (up to 100).
    """

    kind: SmoothingKind
    amount: float


class Center(StrEnum):
    """The line of a group of runs."""

    MEAN = "mean"
    MEDIAN = "median"


class Band(StrEnum):
    """What is drawn around the line of a group."""

    STD = "std"
    STDERR = "stderr"
    CI95 = "ci95"
    MINMAX = "minmax"
    IQR = "iqr"
