"""Trains every combination of every family on every problem, and records it all with assay.

Read it as an example: everything that touches assay is in `_record_family` and `_record_trial`.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np
from sklearn.metrics import accuracy_score, confusion_matrix, f1_score, log_loss

import assay
from assay.demo.families import FAMILIES, Classifier, Family, Params
from assay.demo.figures import confusion_figure
from assay.demo.problems import PROBLEMS, Part, Problem

SEED = 7


@dataclass(frozen=True)
class Trial:
    """One combination of parameters of one family on one problem, and how it did."""

    run_id: str
    problem: str
    family: str
    validation_accuracy: float


def n_trials() -> int:
    """Return how many trials a study has."""
    return len(PROBLEMS) * sum(len(list(family.combinations())) for family in FAMILIES)


def run_study(on_trial: Callable[[Trial], None]) -> None:
    """Run every trial, telling `on_trial` of each as it ends."""
    for load, family in product(PROBLEMS, FAMILIES):
        _record_family(load(SEED), family, on_trial=on_trial)


def _record_family(problem: Problem, family: Family, *, on_trial: Callable[[Trial], None]) -> None:
    """Record one parent run, with one nested run for each combination."""
    assay.set_experiment(f"demo-{problem.name}")
    with assay.start_run(run_name=family.name, tags={"family": family.name, "kind": "family"}):
        trials = []
        for params in family.combinations():
            trial = _record_trial(problem, family, params)
            trials.append(trial)
            on_trial(trial)
        best = max(trials, key=lambda trial: trial.validation_accuracy)
        assay.log_param("n_trials", len(trials))
        assay.log_metric("best_validation_accuracy", best.validation_accuracy)
        assay.set_tag("best_run_id", best.run_id)


def _record_trial(problem: Problem, family: Family, params: Params) -> Trial:
    """Train one model and record its parameters, data, curves, scores and confusion matrix."""
    name = " ".join([family.name, *(f"{value}" for value in params.values())])
    with assay.start_run(run_name=name, nested=True) as run:
        assay.set_tags({"family": family.name, "kind": "trial", "step": family.step})
        assay.log_params({"family": family.name, "seed": SEED, **params})
        _record_data(problem)
        for step, model in enumerate(family.train(params, problem.train, SEED)):
            assay.log_metrics(_scores(model, problem.train, "train"), step=step)
            scores = _scores(model, problem.validation, "validation")
            assay.log_metrics(scores, step=step)
        _record_verdict(model, problem, name)
        # Whatever a program prints is in the console of its run.
        accuracy = scores["validation_accuracy"]
        sys.stderr.write(f"{problem.name} {name}: {accuracy:.1%} of validation rows are right\n")
    return Trial(run.info.run_id, problem.name, family.name, scores["validation_accuracy"])


def _record_data(problem: Problem) -> None:
    for context, part in (("train", problem.train), ("validation", problem.validation)):
        data = assay.data.from_numpy(
            part.features, source=problem.source, targets=part.labels, name=problem.name
        )
        assay.log_input(data, context=context)


def _record_verdict(model: Classifier, problem: Problem, name: str) -> None:
    """Record how the finished model does on rows that nobody has looked at."""
    predicted = np.argmax(model.predict_proba(problem.test.features), axis=1)
    labels = problem.test.labels
    assay.log_metrics(
        {
            "test_accuracy": accuracy_score(labels, predicted),
            "test_f1": f1_score(labels, predicted, average="macro"),
        }
    )
    counts = confusion_matrix(labels, predicted)
    figure = confusion_figure(counts, problem.classes, title=f"{problem.name}: {name}")
    assay.log_figure(figure, "confusion_matrix.png")
    assay.log_dict({"classes": problem.classes, "counts": counts.tolist()}, "confusion_matrix.json")


def _scores(model: Classifier, part: Part, prefix: str) -> dict[str, float]:
    probabilities = model.predict_proba(part.features)
    loss = log_loss(part.labels, probabilities, labels=range(probabilities.shape[1]))
    accuracy = accuracy_score(part.labels, np.argmax(probabilities, axis=1))
    return {f"{prefix}_loss": float(loss), f"{prefix}_accuracy": float(accuracy)}
