"""Forking: a new run that begins as a copy of another one, up to some step.

What is copied goes through the new run's journal like everything else, so it is delivered once, also
after a crash, and also to a plain MLflow server. Artifacts stay with the run they belong to, and so do
system metrics, whose steps are samples of that run's machine.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from assay.client import experiments, runs
from assay.client.connection import Connection
from assay.client.context_tags import user_name
from assay.client.launchers import current_rank
from assay.client.open_run import OpenRun
from assay.client.params import get_params
from assay.client.ranks import find_ranks
from assay.client.run_rows import iter_histories
from assay.client.system_metrics import PREFIX as SYSTEM_PREFIX
from assay.entities.runs import FORKED_FROM_TAG, FORKED_STEP_TAG, NOTE_TAG, Run

_INTERNAL: Final = ("mlflow.", "assay.")


def find_source(connection: Connection, run_id: str) -> Run:
    """Return the run that is to be forked.

    Raises:
        RunNotFound: No run has this id.
        InactiveRun: It is deleted.
    """
    connection.is_reachable()
    return runs.get_active_run(connection, run_id)


def fork_run(connection: Connection, run_id: str, step: int, run_name: str | None = None) -> Run:
    """Create a run that has what another one has up to `step`, ready to be gone on with by its id.

    Raises:
        RunNotFound: No run has this id.
        InactiveRun: It is deleted.
    """
    source = find_source(connection, run_id)
    run = runs.begin_run(
        connection,
        experiments.find_existing(connection, source.info.experiment_id),
        run_name=run_name or name_of_fork(source, step),
        start_time_ms=None,
        tags=tags_of_fork(source, step, {}),
        user_id=user_name(),
    )
    copy_until(connection, source, runs.open_run(connection, run.info.run_id), step)
    runs.set_terminated(connection, run.info.run_id)
    return run


def name_of_fork(source: Run, step: int) -> str:
    """Return what a fork is called when nobody gave it a name."""
    return f"{source.info.run_name} from {step}"


def tags_of_fork(source: Run, step: int, tags: Mapping[str, Any]) -> dict[str, str]:
    """Return the tags of a fork: those of users, where it comes from, and `tags`."""
    own = {
        key: value
        for key, value in source.data.tags.items()
        if key == NOTE_TAG or not key.startswith(_INTERNAL)
    }
    origin = {FORKED_FROM_TAG: source.info.run_id, FORKED_STEP_TAG: str(step)}
    return {**own, **{key: str(value) for key, value in tags.items()}, **origin}


def copy_until(connection: Connection, source: Run, fork: OpenRun, step: int) -> int:
    """Log to `fork` what `source` has up to `step`, this step included; return how many points."""
    rank = current_rank()
    run_id = source.info.run_id
    of_ranks = rank is not None and bool(find_ranks(connection, run_id))
    if rank is not None and rank.number and not of_ranks:
        # The first rank copies for all.
        return 0
    for key, value in get_params(connection, run_id).items():
        fork.log_param(key, value)
    if source.inputs.dataset_inputs or source.inputs.model_inputs:
        fork.log_inputs(source.inputs.dataset_inputs, source.inputs.model_inputs)
    n_points = 0
    for history in iter_histories(connection, [run_id], by_rank=of_ranks):
        if history.key.startswith(SYSTEM_PREFIX):
            continue
        if of_ranks and rank is not None and history.rank != rank.number:
            continue
        chosen = np.flatnonzero(history.steps <= step)
        n_points += len(chosen)
        columns = (history.values, history.steps, history.timestamps)
        for point in zip(*(column[chosen].tolist() for column in columns), strict=True):
            fork.journal.append_metric(history.key, *point)
    return n_points
