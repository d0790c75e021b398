"""Telling of an equal earlier run: same code, same command, same environment. A notice, never an error."""

import logging

from assay.client import search
from assay.client.active import Entry
from assay.client.capture.fingerprint import RUN_TAG
from assay.client.probe import ServerKind
from assay.entities.runs import Run
from assay.errors import AssayError

_logger = logging.getLogger("assay")


def tell_of_equal_run(entry: Entry, fingerprint: str) -> None:
    """Say in one line that a finished run of the same experiment did the same, if there is one."""
    try:
        earlier = find_equal_run(entry, fingerprint)
    except AssayError as error:
        _logger.debug("Earlier runs were not compared: %s", error)
        return
    if earlier is not None:
        _logger.warning(
            "Run %s (%s) ran the same code with the same command and environment before.",
            earlier.info.run_name,
            earlier.info.run_id,
        )


def find_equal_run(entry: Entry, fingerprint: str) -> Run | None:
    """Return the latest finished run of the experiment with this fingerprint, other than `entry`."""
    connection = entry.connection
    if not connection.is_reachable() or connection.server_kind is ServerKind.MLFLOW:
        return None
    page = search.search_runs(
        connection,
        [entry.run.info.experiment_id],
        filter_string=f"tags.`{RUN_TAG}` = '{fingerprint}' AND attributes.status = 'FINISHED'",
        max_results=2,
        order_by=["attributes.start_time DESC"],
    )
    return next((run for run in page if run.info.run_id != entry.run.info.run_id), None)
