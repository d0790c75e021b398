"""Creating the runs that journals announce, with the ids that their clients chose."""

import time
from collections.abc import Mapping

from sqlalchemy import Connection

from assay.entities.experiments import DEFAULT_EXPERIMENT_ID
from assay.errors import AlreadyExists, AssayError, RunNotFound
from assay.store.experiments import ensure_experiment
from assay.store.purged import find_purged
from assay.store.runs import RunHome, create_run_in, find_home
from assay.store.statements import Statement
from assay.wire.ingest import RunCreation

_EXISTING = Statement("SELECT run_id FROM runs WHERE run_id IN (?text...)")


def create_missing_runs(
    conn: Connection, wanted: Mapping[str, RunCreation], *, artifact_root: str
) -> dict[str, AssayError]:
    """Create those runs that do not exist; return why each of the others could not be created."""
    if not wanted:
        return {}
    existing = {row[0] for row in _EXISTING.rows(conn, sorted(wanted))}
    # Asked after `_EXISTING`: a run that is removed in between is found here.
    gone = find_purged(conn, wanted.keys() - existing)
    failures: dict[str, AssayError] = {run_id: RunNotFound(run_id) for run_id in gone}
    homes: dict[tuple[str | None, str | None], RunHome] = {}
    for run_id in sorted(wanted.keys() - existing - gone):
        creation = wanted[run_id]
        place = creation.experiment_name, creation.experiment_id
        try:
            # Many runs at once mostly go to one experiment, which is looked up once.
            home = homes[place] = homes.get(place) or _find_home(conn, creation, artifact_root)
            _create(conn, run_id, creation, home)
        except AlreadyExists:
            # Another server has created it since we looked: it is the same run.
            continue
        except AssayError as error:
            failures[run_id] = error
    return failures


def _find_home(conn: Connection, creation: RunCreation, artifact_root: str) -> RunHome:
    experiment_id = creation.experiment_id or DEFAULT_EXPERIMENT_ID
    if creation.experiment_name is not None:
        experiment_id = ensure_experiment(
            conn,
            name=creation.experiment_name,
            wanted_id=creation.experiment_id,
            now_ms=time.time_ns() // 1_000_000,
            artifact_root=artifact_root,
        )
    return find_home(conn, experiment_id)


def _create(conn: Connection, run_id: str, creation: RunCreation, home: RunHome) -> None:
    create_run_in(
        conn,
        home,
        run_id=run_id,
        user_id=creation.user_id,
        run_name=creation.run_name,
        start_time=creation.start_time,
        tags=creation.tags,
    )
