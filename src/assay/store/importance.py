"""Which params matter for a metric, and how: a random forest over the runs, asked by shuffling.

Only runs that FINISHED with a finite value count. A param whose every value spells a number is binned by
quantiles, any other becomes a feature for each of its most frequent values; a missing value is a bin or a
value of its own. Params that never differ, or that always go with another one, are told apart: no run
can say which of the two matters.
"""

import hashlib
import itertools
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

import numpy as np

from assay.store.answer_cache import AnswerCache
from assay.store.forest import (
    Bins,
    Forest,
    grow,
    out_of_bag_r2,
    permutation_importance,
)
from assay.store.points import Floats, Ints
from assay.store.run_columns import Texts, as_numbers

FEWEST: Final = 20
MOST_ROWS: Final = 5000
MOST_PARAMS: Final = 100
N_BINS: Final = 32
MOST_VALUES: Final = 20
MOST_GRID: Final = 50
GRID_OF_TWO: Final = 12
N_PREDICTED: Final = 400
SEED: Final = 7
COLLINEAR: Final = 0.99
N_RESAMPLES: Final = 200
MISSING: Final = "(missing)"
_FOREST_BYTES: Final = 2_000_000


class Feature(NamedTuple):
    """A param over the rows: numbers with NaN where missing, or codes of values, -1 where missing."""

    name: str
    numbers: Floats | None
    codes: Ints
    values: list[str]

    @property
    def n_missing(self) -> int:
        """How many rows lack it."""
        return int((self.codes < 0).sum())


class Weight(NamedTuple):
    """How much a param matters: the share of the variance that is lost without it, and its spread."""

    name: str
    is_numeric: bool
    importance: float
    std: float
    spearman: float | None
    n_distinct: int
    n_missing: int


class Importance(NamedTuple):
    """Params by importance; `constant` never differ, `collinear` go with another one."""

    weights: list[Weight]
    constant: list[str]
    collinear: list[tuple[str, str]]
    r2: float


class Dependence(NamedTuple):
    """What the forest predicts where params have some values: mean and quartiles over the runs."""

    grid: list[list[float | str]]
    mean: Floats
    low: Floats
    high: Floats


class Study:
    """The forest of some runs, grown once for the same values.

    Args:
        params: Name and values of each param, in the order of the runs.
        target: The metric's value in each run, finite; at least `FEWEST` of them.
        cache: Where forests are kept.
    """

    def __init__(
        self, params: Iterable[tuple[str, Texts]], target: Floats, cache: AnswerCache
    ) -> None:
        self.rows: Final = _sample(len(target))
        self.target: Final = target[self.rows]
        features = [_feature(name, column, self.rows) for name, column in params]
        self.constant: Final = [one.name for one in features if _n_distinct(one) < 2]
        varying = [one for one in features if _n_distinct(one) >= 2]
        self.collinear: Final = _collinear(varying)
        apart = {name for name, _other in self.collinear}
        self.features: Final = [one for one in varying if one.name not in apart]
        self._bins, self._groups = _binned(self.features)
        self._forest: Forest | None = None
        self._cache = cache

    def importance(self) -> Importance:
        """Return which params matter, the weightiest first."""
        if not self.features:
            return Importance([], self.constant, self.collinear, 0.0)
        return self._cache.get(("importance", self._mark()), self._importance, lambda _made: 20_000)

    def dependence(self, names: Sequence[str]) -> Dependence:
        """Return how the prediction depends on one or two params."""
        chosen = [next(one for one in self.features if one.name == name) for name in names]
        most = MOST_GRID if len(chosen) == 1 else GRID_OF_TWO
        grids = [_grid(one, most) for one in chosen]
        rows = self._bins[:: max(1, len(self._bins) // N_PREDICTED)][:N_PREDICTED]
        forest = self._grown()
        figures = []
        for point in itertools.product(*(range(len(grid)) for grid in grids)):
            fixed = rows.copy()
            for one, grid, place in zip(chosen, grids, point, strict=True):
                group = self._groups[self.features.index(one)]
                fixed[:, group] = _bins_of(one, grid[place])
            predicted = forest.predict(fixed)
            figures.append((predicted.mean(), *np.quantile(predicted, (0.25, 0.75))))
        mean, low, high = np.array(figures).T
        return Dependence(grids, mean, low, high)

    def _importance(self) -> Importance:
        forest = self._grown()
        rises = permutation_importance(forest, self._bins, self.target, self._groups, seed=SEED)
        drawn = np.random.default_rng(SEED).integers(0, len(rises), (N_RESAMPLES, len(rises)))
        spread = rises[drawn].mean(axis=1).std(axis=0, ddof=1)
        weights = [
            Weight(
                one.name,
                one.numbers is not None,
                float(rises[:, place].mean()),
                float(spread[place]),
                None if one.numbers is None else spearman(one.numbers, self.target),
                _n_distinct(one),
                one.n_missing,
            )
            for place, one in enumerate(self.features)
        ]
        weights.sort(key=lambda one: (-one.importance, one.name))
        r2 = out_of_bag_r2(forest, self._bins, self.target)
        return Importance(weights, self.constant, self.collinear, r2)

    def _grown(self) -> Forest:
        return self._cache.get(
            ("forest", self._mark()),
            lambda: grow(self._bins, self.target, n_bins=N_BINS + 1, seed=SEED),
            lambda _made: _FOREST_BYTES,
        )

    def _mark(self) -> bytes:
        """Return what tells these rows and features from all others."""
        digest = hashlib.blake2b(self.target.tobytes(), digest_size=16)
        digest.update(self._bins.tobytes())
        digest.update(
            repr([(one.name, one.values[:MOST_VALUES]) for one in self.features]).encode()
        )
        return digest.digest()


def spearman(numbers: Floats, target: Floats) -> float | None:
    """Return the rank correlation over the rows that have a number; None without variety."""
    known = ~np.isnan(numbers)
    one, other = _ranks(numbers[known]), _ranks(target[known])
    if len(one) < 2 or one.std() == 0 or other.std() == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])


def _ranks(values: Floats) -> Floats:
    """Return ranks, equal values sharing the mean of theirs."""
    _values, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return np.asarray((ends - (counts - 1) / 2)[inverse], np.float64)


def _sample(n_rows: int) -> Ints:
    if n_rows <= MOST_ROWS:
        return np.arange(n_rows)
    drawn = np.random.default_rng(SEED).choice(n_rows, MOST_ROWS, replace=False)
    return np.sort(drawn)


def _feature(name: str, column: Texts, rows: Ints) -> Feature:
    spelt = as_numbers(column)
    if spelt is None:
        return Feature(name, None, column.codes[rows], column.values)
    numbers = np.where(spelt.is_missing, np.nan, spelt.values)[rows]
    known, inverse = np.unique(numbers[~np.isnan(numbers)], return_inverse=True)
    codes = np.full(len(rows), -1, np.int64)
    codes[~np.isnan(numbers)] = inverse
    return Feature(name, numbers, codes, [repr(value) for value in known.tolist()])


def _n_distinct(one: Feature) -> int:
    """Return how many different things the rows have, missing being one of them."""
    return len(np.unique(one.codes))


def _collinear(features: Sequence[Feature]) -> list[tuple[str, str]]:
    """Return params that go with an earlier one: another name for it, or the same ranks."""
    found: list[tuple[str, str]] = []
    kept: list[Feature] = []
    for one in features:
        other = next((each for each in kept if _go_together(each, one)), None)
        if other is None:
            kept.append(one)
        else:
            found.append((one.name, other.name))
    return found


def _go_together(one: Feature, other: Feature) -> bool:
    n_one, n_other = _n_distinct(one), _n_distinct(other)
    # Values that hardly repeat name the runs: that they go with others of that kind says nothing.
    if n_one == n_other and n_one <= len(one.codes) // 2:
        pairs = (one.codes + 1) * (len(other.values) + 2) + other.codes + 1
        if len(np.unique(pairs)) == n_one:
            return True
    if one.numbers is None or other.numbers is None or min(n_one, n_other) < 3:
        return False
    both = ~np.isnan(one.numbers) & ~np.isnan(other.numbers)
    if not (np.isnan(one.numbers) == np.isnan(other.numbers)).all():
        return False
    rank = spearman(one.numbers[both], other.numbers[both])
    return rank is not None and abs(rank) >= COLLINEAR


def _edges(numbers: Floats) -> Floats:
    """Return the greatest number of each bin of a numeric param but the last."""
    known = np.sort(numbers[~np.isnan(numbers)])
    distinct = np.unique(known)
    if len(distinct) <= N_BINS:
        return distinct[:-1]
    places = np.linspace(0, len(known) - 1, N_BINS + 1)[1:-1].astype(np.int64)
    return np.unique(known[places])


def _frequent(one: Feature) -> Ints:
    """Return the codes of the most frequent values, -1 for missing among them."""
    codes, counts = np.unique(one.codes, return_counts=True)
    order = np.lexsort((codes, -counts))
    return codes[order][:MOST_VALUES]


def _binned(features: Sequence[Feature]) -> tuple[Bins, list[list[int]]]:
    """Return the features of the forest, and which of them belong to each param."""
    columns: list[Bins] = []
    groups: list[list[int]] = []
    for one in features:
        if one.numbers is not None:
            own = [_number_bins(one.numbers, one.numbers)]
        else:
            own = [(one.codes == code).astype(np.uint8) for code in _frequent(one).tolist()]
        groups.append(list(range(len(columns), len(columns) + len(own))))
        columns += own
    if not columns:
        return np.empty((0, 0), np.uint8), groups
    return np.stack(columns, axis=1), groups


def _number_bins(numbers: Floats, of: Floats) -> Bins:
    """Return the bin of each number among those `of` a param, 0 where it is missing."""
    places = np.searchsorted(_edges(of), numbers, "left") + 1
    return np.where(np.isnan(numbers), 0, places).astype(np.uint8)


def _grid(one: Feature, most: int) -> list[float | str]:
    """Return the values of a param to predict at."""
    if one.numbers is None:
        names = [*one.values, MISSING]
        return [names[code] for code in _frequent(one).tolist()][:most]
    known = np.unique(one.numbers[np.isfinite(one.numbers)])
    if len(known) <= most:
        return list(known.tolist())
    places = np.linspace(0, len(known) - 1, most).astype(np.int64)
    return list(known[places].tolist())


def _bins_of(one: Feature, value: float | str) -> Bins:
    """Return the features of the forest for one value of a param."""
    if one.numbers is not None:
        return _number_bins(np.array([value], np.float64), one.numbers)
    code = -1 if value == MISSING and value not in one.values else one.values.index(str(value))
    found: Bins = (_frequent(one) == code).astype(np.uint8)
    return found
