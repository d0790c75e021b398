"""The two problems that the study solves, from the data that comes with scikit-learn."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

Features = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Some rows of a problem, features shaped `(rows, columns)`, labels `(rows,)`."""

    features: Features
    labels: Labels


@dataclass(frozen=True)
class Problem:
    """Labelled rows in three parts: to learn from, to choose by, and to judge the choice by."""

    name: str
    source: str
    classes: tuple[str, ...]
    train: Part
    validation: Part
    test: Part


def digits(seed: int) -> Problem:
    """Return 1,797 handwritten digits of 8 x 8 pixels: which digit is it?"""
    loaded = load_digits()
    classes = tuple(str(label) for label in range(10))
    return _split("digits", "sklearn.datasets.load_digits", loaded, classes=classes, seed=seed)


def breast_cancer(seed: int) -> Problem:
    """Return 569 tumours in 30 measurements: malignant or benign?"""
    loaded = load_breast_cancer()
    classes = tuple(str(label) for label in loaded.target_names)
    source = "sklearn.datasets.load_breast_cancer"
    return _split("breast-cancer", source, loaded, classes=classes, seed=seed)


PROBLEMS = (digits, breast_cancer)


def _split(name: str, source: str, loaded: Any, *, classes: tuple[str, ...], seed: int) -> Problem:
    learn, rest, learn_labels, rest_labels = train_test_split(
        loaded.data, loaded.target, test_size=0.4, random_state=seed, stratify=loaded.target
    )
    choose, judge, choose_labels, judge_labels = train_test_split(
        rest, rest_labels, test_size=0.5, random_state=seed, stratify=rest_labels
    )
    # The scale comes from the training rows alone: nothing of the others may leak into it.
    scaler = StandardScaler().fit(learn)
    return Problem(
        name=name,
        source=source,
        classes=classes,
        train=Part(scaler.transform(learn), learn_labels),
        validation=Part(scaler.transform(choose), choose_labels),
        test=Part(scaler.transform(judge), judge_labels),
    )
