"""Labelling a run that need not be active: all tags at once, and an answer whether it worked."""

from collections.abc import Collection, Mapping

from assay.client import runs
from assay.client.connection import Connection
from assay.entities.names import check_key
from assay.entities.runs import RunTag
from assay.errors import InvalidParameter, NotFound
from assay.wire import runs as wire


def label_run(
    connection: Connection,
    run_id: str,
    *,
    tags: Mapping[str, str],
    removed: Collection[str] = (),
) -> dict[str, str]:
    """Set tags of a run and take others off; return all that it has then.

    Raises:
        RunNotFound: No run has this id.
        InactiveRun: It is deleted.
        NotFound: A tag that should be taken off is not there; then nothing changes.
        InvalidParameter: A tag should be both set and taken off, or its name is none.
    """
    for key in tags:
        check_key(key, what="Tag key")
    present = runs.get_active_run(connection, run_id).data.tags
    for key in removed:
        if key in tags:
            raise InvalidParameter(f"The tag {key!r} cannot be set and taken off at once.")
        if key not in present:
            raise NotFound(f"Run {run_id!r} has no tag {key!r}.")
    if tags:
        labels = tuple(RunTag(key, value) for key, value in tags.items())
        connection.call(wire.LOG_BATCH, wire.LogBatch(run_id=run_id, tags=labels))
    for key in removed:
        connection.call(wire.DELETE_TAG, wire.DeleteTag(run_id=run_id, key=key))
    return dict(runs.get_run(connection, run_id).data.tags)
