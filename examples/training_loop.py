"""A training loop of your own: curves, checkpoints, and going on after an interruption."""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import assay

RATE = 0.5
N_EPOCHS = 40


def train(weights: np.ndarray, *, first_epoch: int, stop_before: int) -> np.ndarray:
    """Fit a line by gradient descent, logging the loss and keeping a checkpoint now and then."""
    generator = np.random.default_rng(0)
    inputs = np.column_stack([np.ones(200), generator.uniform(-1, 1, 200)])
    targets = inputs @ np.array([0.5, 2.0]) + generator.normal(0, 0.1, 200)
    for epoch in range(first_epoch, stop_before):
        errors = inputs @ weights - targets
        weights = weights - RATE * inputs.T @ errors / len(targets)
        assay.log_metric("loss", float(np.mean(errors**2)), step=epoch)
        if epoch % 10 == 9:
            save(weights, epoch)
    return weights


def save(weights: np.ndarray, epoch: int) -> None:
    """Keep the weights with the run, and say which checkpoint is the newest."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "weights.npy"
        np.save(path, weights)
        assay.log_artifact(str(path), artifact_path=f"checkpoints/{epoch}")
    assay.set_tag("newest_checkpoint", epoch)


def load(run_id: str) -> tuple[np.ndarray, int]:
    """Return the newest checkpoint of a run, and the epoch to go on with."""
    epoch = int(assay.get_run(run_id).data.tags["newest_checkpoint"])
    path = f"checkpoints/{epoch}/weights.npy"
    return np.load(assay.artifacts.download_artifacts(run_id=run_id, artifact_path=path)), epoch + 1


assay.set_experiment("example-training-loop")

with assay.start_run(run_name="line") as run:
    assay.log_params({"rate": RATE, "n_epochs": N_EPOCHS})
    train(np.zeros(2), first_epoch=0, stop_before=25)

# The machine was needed for something else. Later, perhaps elsewhere, the same run goes on:
with assay.start_run(run_id=run.info.run_id):
    weights, epoch = load(run.info.run_id)
    weights = train(weights, first_epoch=epoch, stop_before=N_EPOCHS)

history = assay.Client().get_metric_history(run.info.run_id, "loss")
print(f"{len(history)} points, last loss {history[-1].value:.4f}, weights {weights.round(2)}")
