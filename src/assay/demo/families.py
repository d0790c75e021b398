"""Three families of models, each with a grid of parameters, that learn step by step.

A family yields its classifier after each step, so that whoever trains it can draw a learning curve.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Protocol

import numpy as np
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier

from assay.demo.problems import Features, Labels, Part

Params = Mapping[str, float | int | str]


class Classifier(Protocol):
    """What the study needs of a model: class probabilities, shape `(rows, classes)`."""

    def predict_proba(self, features: Features) -> Features:
        """Return how likely each class is for each row."""
        ...


Train = Callable[[Params, Part, int], Iterator[Classifier]]


@dataclass(frozen=True)
class Family:
    """One kind of model: what a step is, which values to try, and how it learns."""

    name: str
    step: str
    grid: Mapping[str, tuple[float | int | str, ...]]
    train: Train

    def combinations(self) -> Iterator[Params]:
        """Yield every combination of the grid's values."""
        for values in product(*self.grid.values()):
            yield dict(zip(self.grid, values, strict=True))


def _train_linear(params: Params, rows: Part, seed: int) -> Iterator[Classifier]:
    model = SGDClassifier(
        loss="log_loss",
        alpha=params["alpha"],
        learning_rate="constant",
        eta0=params["learning_rate"],
        random_state=seed,
    )
    yield from _in_epochs(model, rows, n_epochs=30, seed=seed)


def _train_network(params: Params, rows: Part, seed: int) -> Iterator[Classifier]:
    model = MLPClassifier(
        hidden_layer_sizes=(params["hidden_units"],),
        learning_rate_init=params["learning_rate"],
        batch_size=64,
        random_state=seed,
    )
    yield from _in_epochs(model, rows, n_epochs=30, seed=seed)


def _train_forest(params: Params, rows: Part, seed: int) -> Iterator[Classifier]:
    model = RandomForestClassifier(
        n_estimators=0,
        max_depth=params["max_depth"],
        max_features=params["max_features"],
        warm_start=True,
        random_state=seed,
    )
    for n_trees in range(4, 84, 4):
        model.set_params(n_estimators=n_trees)
        yield model.fit(rows.features, rows.labels)


def _in_epochs(
    model: SGDClassifier | MLPClassifier, rows: Part, *, n_epochs: int, seed: int
) -> Iterator[Classifier]:
    generator = np.random.default_rng(seed)
    classes: Labels = np.unique(rows.labels)
    for _ in range(n_epochs):
        order = generator.permutation(len(rows.labels))
        yield model.partial_fit(rows.features[order], rows.labels[order], classes=classes)


FAMILIES = (
    Family(
        "linear",
        "epoch",
        {"alpha": (0.001, 0.1), "learning_rate": (0.0003, 0.003)},
        _train_linear,
    ),
    Family("forest", "4 trees", {"max_depth": (4, 12), "max_features": (0.1, 0.4)}, _train_forest),
    Family(
        "network",
        "epoch",
        {"hidden_units": (16, 64), "learning_rate": (0.001, 0.01)},
        _train_network,
    ),
)
