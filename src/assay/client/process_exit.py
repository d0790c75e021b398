"""What happens when the interpreter ends: active runs are ended, journals delivered."""

import atexit
import logging
import os
import pkgutil
import sys
import time

from assay import settings
from assay.client import active, connection
from assay.client.capture import exit_reason
from assay.errors import AssayError

_logger = logging.getLogger("assay")


class _Watch:
    is_set = False


def watch() -> None:
    """Have active runs ended at exit; calling it again changes nothing."""
    if not _Watch.is_set:
        _Watch.is_set = True
        atexit.register(_finish)
        if _is_worker():
            # Children of multiprocessing end without the interpreter's exit, but run these.
            pkgutil.resolve_name("multiprocessing.util:Finalize")(None, _finish, exitpriority=100)


def _is_worker() -> bool:
    """Return whether multiprocessing started this process."""
    process = sys.modules.get("multiprocessing.process")
    return process is not None and process.parent_process() is not None


def _watch_again() -> None:
    """After a fork: the child may end in another way than its parent."""
    _Watch.is_set = False


def _finish() -> None:
    deadline_s = time.monotonic() + settings.FLUSH_TIMEOUT.get()
    ending = exit_reason.of_process()
    for entry in active.all_active():
        active.end(entry, ending.status, ending=ending)
    for each in connection.all_connections():
        try:
            for run in each.open_runs():
                each.close_run(run)
            is_delivered = each.flush(max(0.0, deadline_s - time.monotonic()))
            if not is_delivered and not each.is_offline:
                each.report_undelivered()
            each.finish(max(0.0, deadline_s - time.monotonic()))
            each.close()
        except AssayError as error:
            _logger.warning("Finishing %s failed: %s", each.target.uri, error)


os.register_at_fork(after_in_child=_watch_again)
