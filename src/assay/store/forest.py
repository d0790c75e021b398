"""A random forest for regression over binned features, grown level by level with histograms.

Features are small integers, so that a split is `bin <= limit` and a level of a tree costs one pass over
the rows for each feature. What is random comes from a seed: the same rows give the same forest.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from assay.store.abandonment import stop_if_abandoned
from assay.store.points import Floats, Ints

N_TREES: Final = 64
MAX_DEPTH: Final = 8
MIN_LEAF: Final = 3
_LEAF: Final = -1

Bins = NDArray[np.uint8]
"""Rows by features."""


class Tree(NamedTuple):
    """A tree as columns by node; a leaf has feature -1."""

    feature: Ints
    limit: Ints
    left: Ints
    right: Ints
    value: Floats

    def predict(self, bins: Bins) -> Floats:
        """Return the value of each row."""
        rows = np.arange(len(bins))
        node = np.zeros(len(bins), np.int64)
        for _ in range(MAX_DEPTH):
            feature = self.feature[node]
            if (feature == _LEAF).all():
                break
            goes_left = bins[rows, np.maximum(feature, 0)] <= self.limit[node]
            child = np.where(goes_left, self.left[node], self.right[node])
            node = np.where(feature == _LEAF, node, child)
        return self.value[node]


class Forest(NamedTuple):
    """Trees, and for each of them which rows it was grown without."""

    trees: list[Tree]
    out_of_bag: list[Ints]

    def predict(self, bins: Bins) -> Floats:
        """Return the mean over the trees for each row."""
        total = np.zeros(len(bins))
        for tree in self.trees:
            total += tree.predict(bins)
        return total / len(self.trees)


def grow(bins: Bins, target: Floats, *, n_bins: int, seed: int, n_trees: int = N_TREES) -> Forest:
    """Grow a forest.

    Args:
        bins: Features of each row, all below `n_bins`.
        target: What to predict, finite.
        n_bins: How many bins the features have at most.
        seed: Settles everything that is random.
        n_trees: How many trees.

    Raises:
        Abandoned: The client has gone.
    """
    random = np.random.default_rng(seed)
    n_rows = len(target)
    trees, out_of_bag = [], []
    for _ in range(n_trees):
        stop_if_abandoned()
        drawn = random.integers(0, n_rows, n_rows)
        weights = np.bincount(drawn, minlength=n_rows).astype(np.float64)
        trees.append(_Growing(bins, target, weights, n_bins, random).tree())
        out_of_bag.append(np.flatnonzero(weights == 0))
    return Forest(trees, out_of_bag)


def out_of_bag_r2(forest: Forest, bins: Bins, target: Floats) -> float:
    """Return the share of the variance that trees explain on rows they have not seen."""
    total, n = np.zeros(len(target)), np.zeros(len(target))
    for tree, rows in zip(forest.trees, forest.out_of_bag, strict=True):
        total[rows] += tree.predict(bins[rows])
        n[rows] += 1
    seen = n > 0
    errors = target[seen] - total[seen] / n[seen]
    variance = float(target[seen].var())
    return 1.0 - float((errors**2).mean()) / variance if variance > 0 else 0.0


def permutation_importance(
    forest: Forest, bins: Bins, target: Floats, groups: Sequence[Sequence[int]], *, seed: int
) -> Floats:
    """Return how much worse each tree gets on rows it has not seen when a group of features is shuffled.

    Args:
        forest: Grown on these rows.
        bins: As for `grow`.
        target: As for `grow`.
        groups: Features that are shuffled together.
        seed: Settles the shuffling.

    Returns:
        Shape `(n_trees, n_groups)`: the rise of the mean squared error, as a share of the variance.
    """
    variance = float(target.var()) or 1.0
    rises = [
        row
        for number, (tree, rows) in enumerate(zip(forest.trees, forest.out_of_bag, strict=True))
        for row in _rises(tree, bins[rows], target[rows], groups, seed + number)
    ]
    return np.array(rises).reshape(len(forest.trees), len(groups)) / variance


def _rises(
    tree: Tree, bins: Bins, target: Floats, groups: Sequence[Sequence[int]], seed: int
) -> Iterator[list[float]]:
    stop_if_abandoned()
    if not len(target):
        yield [0.0] * len(groups)
        return
    order = np.random.default_rng(seed).permutation(len(target))
    before = float(((tree.predict(bins) - target) ** 2).mean())
    used = set(tree.feature.tolist())
    found = []
    for group in groups:
        if used.isdisjoint(group):
            found.append(0.0)
            continue
        shuffled = bins.copy()
        shuffled[:, list(group)] = bins[order][:, list(group)]
        found.append(float(((tree.predict(shuffled) - target) ** 2).mean()) - before)
    yield found


class _Growing:
    """One tree while it grows."""

    def __init__(
        self, bins: Bins, target: Floats, weights: Floats, n_bins: int, random: np.random.Generator
    ) -> None:
        rows = np.flatnonzero(weights)
        self._bins = bins[rows].astype(np.int64)
        self._weights = weights[rows]
        self._sums = weights[rows] * target[rows]
        self._n_bins = n_bins
        # Where each row counts in a node's histograms, feature by feature.
        self._spots = self._bins + np.arange(bins.shape[1]) * n_bins
        self._random = random
        self._n_tried = max(1, -(-bins.shape[1] // 3))
        self._node = np.zeros(len(rows), np.int64)
        mean = float(self._sums.sum() / self._weights.sum())
        self._columns: list[list[Any]] = [[_LEAF], [0], [0], [0], [mean]]

    def tree(self) -> Tree:
        """Grow it, and return it."""
        open_nodes = np.array([0])
        for _ in range(MAX_DEPTH):
            open_nodes = self._level(open_nodes)
            if not len(open_nodes):
                break
        feature, limit, left, right = (np.array(one, np.int64) for one in self._columns[:4])
        return Tree(feature, limit, left, right, np.array(self._columns[4]))

    def _level(self, nodes: Ints) -> Ints:
        """Split the nodes that gain by it; return their children."""
        place_of = np.full(len(self._columns[0]), -1)
        place_of[nodes] = np.arange(len(nodes))
        place = place_of[self._node]
        held = np.flatnonzero(place >= 0)
        counts, sums = self._histograms(place[held], held, len(nodes))
        gains, n_left, s_left = self._gains(counts, sums)
        best = gains.reshape(len(nodes), -1).argmax(axis=1)
        feature, limit = np.divmod(best, self._n_bins)
        chosen = gains[np.arange(len(nodes)), feature, limit] > 1e-12
        children: list[int] = []
        left_of, right_of = np.zeros(len(nodes), np.int64), np.zeros(len(nodes), np.int64)
        for spot in np.flatnonzero(chosen).tolist():
            split = spot, int(feature[spot]), int(limit[spot])
            n_one, s_one = n_left[split], s_left[split]
            n_all, s_all = counts[spot, 0].sum(), sums[spot, 0].sum()
            left_of[spot] = self._leaf(s_one / n_one)
            right_of[spot] = self._leaf((s_all - s_one) / (n_all - n_one))
            node = int(nodes[spot])
            fields = (*split[1:], int(left_of[spot]), int(right_of[spot]))
            for column, value in zip(self._columns, fields, strict=False):
                column[node] = value
            children += fields[2:]
        self._descend(held[chosen[place[held]]], place, (feature, limit, left_of, right_of))
        return np.array(children, np.int64)

    def _descend(self, rows: Ints, place: Ints, splits: tuple[Ints, Ints, Ints, Ints]) -> None:
        """Move rows of nodes that were split to their children."""
        spots = place[rows]
        feature, limit, left_of, right_of = (column[spots] for column in splits)
        goes_left = self._bins[rows, feature] <= limit
        self._node[rows] = np.where(goes_left, left_of, right_of)

    def _leaf(self, value: float) -> int:
        for column, field in zip(self._columns, (_LEAF, 0, 0, 0, float(value)), strict=True):
            column.append(field)
        return len(self._columns[0]) - 1

    def _histograms(self, place: Ints, held: Ints, n_nodes: int) -> tuple[Floats, Floats]:
        """Return weights and sums of the target by node, feature and bin."""
        n_features = self._bins.shape[1]
        shape = (n_nodes, n_features, self._n_bins)
        index = (place * (n_features * self._n_bins))[:, None] + self._spots[held]
        n_cells = n_nodes * n_features * self._n_bins
        counts = np.bincount(index.ravel(), np.repeat(self._weights[held], n_features), n_cells)
        sums = np.bincount(index.ravel(), np.repeat(self._sums[held], n_features), n_cells)
        # As types: with weights it counts in floats.
        return np.asarray(counts.reshape(shape), np.float64), np.asarray(
            sums.reshape(shape), np.float64
        )

    def _gains(self, counts: Floats, sums: Floats) -> tuple[Floats, Floats, Floats]:
        """Return how much each split lowers the squared error, and what goes left."""
        n_left, s_left = counts.cumsum(axis=2), sums.cumsum(axis=2)
        n_all, s_all = n_left[:, :, -1:], s_left[:, :, -1:]
        n_right, s_right = n_all - n_left, s_all - s_left
        is_split = (n_left >= MIN_LEAF) & (n_right >= MIN_LEAF)
        with np.errstate(divide="ignore", invalid="ignore"):
            gains = s_left**2 / n_left + s_right**2 / n_right - s_all**2 / n_all
        # Of each node some features are tried, so that trees differ and weaker ones are seen too.
        draws = self._random.random(counts.shape[:2])
        cut = np.partition(draws, self._n_tried - 1, axis=1)[:, self._n_tried - 1 : self._n_tried]
        is_tried = (draws <= cut)[:, :, None]
        return np.where(is_split & is_tried, gains, -np.inf), n_left, s_left
