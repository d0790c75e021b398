"""Experiments in the database: create, get, rename, delete, restore, and their tags."""

from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.exc import IntegrityError

from assay.entities.events import Changed
from assay.entities.experiments import Experiment, ExperimentTag
from assay.entities.locations import join_location
from assay.entities.names import MAX_INT64
from assay.entities.runs import NOTE_TAG
from assay.errors import (
    AlreadyExists,
    ExperimentNotFound,
    InactiveExperiment,
    InvalidParameter,
    NotFound,
)
from assay.store.change_log import note
from assay.store.connections import savepoint
from assay.store.notes import keep_note
from assay.store.purged import hold_folders
from assay.store.statements import Statement
from assay.store.tables import ACTIVE, DELETED, experiment_tags, experiments, runs

DEFAULT_ROOT: Final = "mlflow-artifacts:"

_NEXT_ID = Statement(
    "UPDATE counters SET value = value + 1 WHERE name = 'experiment' RETURNING value"
)
_ID_IS_TAKEN = Statement("SELECT 1 FROM experiments WHERE experiment_id = ?")
# Until the transaction ends nobody removes it; what is created in it finds it there.
_LIFECYCLE = Statement("SELECT lifecycle FROM experiments WHERE experiment_id = ? FOR KEEPING")
_BY_NAME = Statement("SELECT experiment_id, lifecycle FROM experiments WHERE name = ?")
_SET_TAG = Statement(
    "INSERT INTO experiment_tags (experiment_id, key, value) VALUES (?, ?, ?) "
    "ON CONFLICT (experiment_id, key) DO UPDATE SET value = excluded.value"
)


def experiment_number(experiment_id: str) -> int:
    """Return the number that `experiment_id` spells.

    Raises:
        InvalidParameter: It is not a number.
        ExperimentNotFound: No experiment can have it.
    """
    if not (experiment_id.isascii() and experiment_id.isdecimal()):
        raise InvalidParameter(
            f"Invalid experiment ID {experiment_id!r}: experiment ids are decimal numbers."
        )
    number = int(experiment_id) if len(experiment_id) <= 30 else MAX_INT64 + 1
    if number > MAX_INT64:
        raise ExperimentNotFound(experiment_id)
    return number


def create_experiment(
    conn: Connection,
    *,
    name: str,
    artifact_location: str = "",
    tags: Iterable[ExperimentTag] = (),
    now_ms: int,
    artifact_root: str = DEFAULT_ROOT,
    wanted_id: str | None = None,
) -> str:
    """Create an experiment and return its id.

    Args:
        conn: A writing connection.
        name: Must be new, also among deleted experiments.
        artifact_location: Where its runs keep their files; empty for `<artifact_root>/<id>`.
        tags: Its first tags; of two with one key the last counts.
        now_ms: The creation time.
        artifact_root: The server's own place for files.
        wanted_id: An id chosen by a client that worked offline; used when it is free.

    Raises:
        AlreadyExists: An experiment of this name exists.
        Conflict: The location lies in the folder of something that is being purged.
    """
    if _BY_NAME.row(conn, name) is not None:
        raise _taken(name)
    if artifact_location:
        hold_folders(conn, artifact_location)
    number = _free_number(conn, wanted_id)
    values = {
        "experiment_id": number,
        "name": name,
        "artifact_location": artifact_location or join_location(artifact_root, str(number)),
        "lifecycle": ACTIVE,
        "creation_time": now_ms,
        "last_update_time": now_ms,
    }
    _write_name(conn, experiments.insert().values(values), name)
    merged = {tag.key: tag.value for tag in tags}
    _SET_TAG.run_many(conn, [(number, key, value) for key, value in merged.items()])
    if NOTE_TAG in merged:
        keep_note(conn, number, merged[NOTE_TAG], now_ms=now_ms)
    note(conn, number, 0, Changed.CREATED)
    return str(number)


def get_experiment(conn: Connection, experiment_id: str) -> Experiment:
    """Return an experiment, also a deleted one; raise ExperimentNotFound when there is none."""
    number = experiment_number(experiment_id)
    row = conn.execute(select(experiments).where(experiments.c.experiment_id == number)).first()
    if row is None:
        raise ExperimentNotFound(experiment_id)
    return _with_tags(conn, [row])[0]


def get_experiment_by_name(conn: Connection, name: str) -> Experiment:
    """Return the experiment called `name`, also a deleted one; raise NotFound when there is none."""
    row = conn.execute(select(experiments).where(experiments.c.name == name)).first()
    if row is None:
        raise NotFound(f"Could not find experiment with name '{name}'")
    return _with_tags(conn, [row])[0]


def load_experiments(conn: Connection, numbers: Sequence[int]) -> list[Experiment]:
    """Return the experiments with these numbers, in this order, with two statements."""
    rows = conn.execute(select(experiments).where(experiments.c.experiment_id.in_(numbers))).all()
    found = {int(entity.experiment_id): entity for entity in _with_tags(conn, rows)}
    return [found[number] for number in numbers if number in found]


def rename_experiment(conn: Connection, experiment_id: str, *, name: str, now_ms: int) -> None:
    """Give an active experiment a new name.

    Raises:
        InactiveExperiment: It is deleted.
        AlreadyExists: Another experiment has this name.
    """
    number = active_experiment(conn, experiment_id)
    taken = _BY_NAME.row(conn, name)
    if taken is not None and taken[0] != number:
        raise _taken(name)
    change = (
        update(experiments)
        .where(experiments.c.experiment_id == number)
        .values(name=name, last_update_time=now_ms)
    )
    _write_name(conn, change, name)
    note(conn, number, 0, Changed.RENAMED)


def delete_experiment(conn: Connection, experiment_id: str, *, now_ms: int) -> None:
    """Mark an active experiment and all its runs as deleted; raise ExperimentNotFound otherwise."""
    number = _move(conn, experiment_id, now_ms=now_ms, before=ACTIVE, after=DELETED)
    conn.execute(
        update(runs)
        .where(runs.c.experiment_id == number, runs.c.lifecycle == ACTIVE)
        .values(lifecycle=DELETED, deleted_time=now_ms)
    )
    note(conn, number, 0, Changed.DELETED)


def restore_experiment(conn: Connection, experiment_id: str, *, now_ms: int) -> None:
    """Restore a deleted experiment and all its runs; raise ExperimentNotFound otherwise."""
    number = _move(conn, experiment_id, now_ms=now_ms, before=DELETED, after=ACTIVE)
    conn.execute(
        update(runs)
        .where(runs.c.experiment_id == number, runs.c.lifecycle == DELETED)
        .values(lifecycle=ACTIVE, deleted_time=None)
    )
    note(conn, number, 0, Changed.RESTORED)


def set_experiment_tag(
    conn: Connection, experiment_id: str, *, key: str, value: str, now_ms: int
) -> None:
    """Set a tag on an active experiment; a note is kept as a version, too."""
    number = active_experiment(conn, experiment_id)
    _SET_TAG.run(conn, number, key, value)
    if key == NOTE_TAG:
        keep_note(conn, number, value, now_ms=now_ms)
    note(conn, number, 0, Changed.TAGS)


def delete_experiment_tag(conn: Connection, experiment_id: str, *, key: str) -> None:
    """Take a tag off an active experiment; raise NotFound when it has none of this key."""
    number = active_experiment(conn, experiment_id)
    gone = conn.execute(
        delete(experiment_tags).where(
            experiment_tags.c.experiment_id == number, experiment_tags.c.key == key
        )
    )
    if gone.rowcount == 0:
        raise NotFound(f"No tag with name: {key} in experiment with id {experiment_id}")
    note(conn, number, 0, Changed.TAGS)


def active_experiment(conn: Connection, experiment_id: str) -> int:
    """Return the number of an experiment that can be written to.

    Raises:
        ExperimentNotFound: There is none.
        InactiveExperiment: It is deleted.
    """
    number = experiment_number(experiment_id)
    # Asked for every run that is created: as an expression it took a third of the time of that.
    row = _LIFECYCLE.row(conn, number)
    if row is None:
        raise ExperimentNotFound(experiment_id)
    if row[0] != ACTIVE:
        raise InactiveExperiment(experiment_id)
    return number


def ensure_experiment(
    conn: Connection, *, name: str, wanted_id: str | None, now_ms: int, artifact_root: str
) -> str:
    """Return the id of the experiment called `name`, which is created when it does not exist."""
    row = _BY_NAME.row(conn, name)
    if row is not None:
        return str(row[0])
    try:
        return create_experiment(
            conn, name=name, now_ms=now_ms, artifact_root=artifact_root, wanted_id=wanted_id
        )
    except AlreadyExists:
        # Another server made it since we looked.
        row = _BY_NAME.row(conn, name)
        if row is None:
            raise
        return str(row[0])


def _free_number(conn: Connection, wanted_id: str | None) -> int:
    if wanted_id is not None and wanted_id.isascii() and wanted_id.isdecimal():
        wanted = int(wanted_id[:30])
        if wanted <= MAX_INT64 and _ID_IS_TAKEN.row(conn, wanted) is None:
            return wanted
    while True:
        row = _NEXT_ID.row(conn)
        if row is None:
            raise InvalidParameter("The database has lost its counter of experiments.")
        # An id that a client chose may lie ahead of the counter.
        if _ID_IS_TAKEN.row(conn, row[0]) is None:
            return int(row[0])


def _write_name(conn: Connection, statement: object, name: str) -> None:
    """Run a statement that sets a name, which another server may take at the same moment."""
    try:
        with savepoint(conn):
            conn.execute(statement)  # type: ignore[call-overload]  # an insert or an update
    except IntegrityError as error:
        raise _taken(name) from error


def _taken(name: str) -> AlreadyExists:
    return AlreadyExists(
        f"Experiment(name={name}) already exists. It may be deleted: restore it, or use another name."
    )


def _move(conn: Connection, experiment_id: str, *, now_ms: int, before: int, after: int) -> int:
    number = experiment_number(experiment_id)
    moved = conn.execute(
        update(experiments)
        .where(experiments.c.experiment_id == number, experiments.c.lifecycle == before)
        .values(lifecycle=after, last_update_time=now_ms)
    )
    if moved.rowcount == 0:
        raise ExperimentNotFound(experiment_id)
    return number


def _with_tags(conn: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> list[Experiment]:
    numbers = [row.experiment_id for row in rows]
    tags: dict[int, list[ExperimentTag]] = {number: [] for number in numbers}
    query = (
        select(experiment_tags)
        .where(experiment_tags.c.experiment_id.in_(numbers))
        .order_by(experiment_tags.c.experiment_id, experiment_tags.c.key)
    )
    for tag in conn.execute(query):
        tags[tag.experiment_id].append(ExperimentTag(tag.key, tag.value))
    return [
        Experiment(
            experiment_id=str(row.experiment_id),
            name=row.name,
            artifact_location=row.artifact_location,
            lifecycle_stage="active" if row.lifecycle == ACTIVE else "deleted",
            creation_time=row.creation_time,
            last_update_time=row.last_update_time,
            tag_list=tuple(tags[row.experiment_id]),
        )
        for row in rows
    ]
