"""Runs as rows of a table, and as the record that `describe` prints."""

import re
from collections.abc import Iterable, Sequence

from assay.cli.output import as_time
from assay.entities.runs import Run

FIRST_COLUMNS = {
    "run_id": "ID",
    "name": "Name",
    "status": "Status",
    "started": "Started",
    "duration": "Took",
}
N_LOGGED_COLUMNS = 4
_FIELD = re.compile(r"\b(?:metrics|params|tags)\.(?:`[^`]+`|[\w\-/]+)")


def run_columns(
    runs: Sequence[Run], *, chosen: Iterable[str] | None = None, query: str = ""
) -> dict[str, str]:
    """Return the columns of a table of `runs`, each with its heading.

    These are the columns `chosen`, else what `query` (a filter and an order) speaks of, filled up with
    the first metrics that the runs have.
    """
    if chosen is None:
        named = [field.replace("`", "") for field in _FIELD.findall(query)]
        logged = [f"metrics.{key}" for run in runs for key in run.data.metrics]
        shown = [name for name in dict.fromkeys(logged) if not name.startswith("metrics.system/")]
        chosen = dict.fromkeys([*named, *shown[: max(0, N_LOGGED_COLUMNS - len(named))]])
    return FIRST_COLUMNS | {name.strip(): name.strip().partition(".")[2] or name for name in chosen}


def as_row(run: Run) -> dict[str, object]:
    """Return every field of `run` under the name that filters use for it."""
    return {
        "run_id": run.info.run_id,
        "experiment_id": run.info.experiment_id,
        "name": run.info.run_name,
        "status": str(run.info.status),
        "started": as_time(run.info.start_time),
        "duration": _duration(run.info.start_time, run.info.end_time),
        **{f"metrics.{key}": value for key, value in run.data.metrics.items()},
        **{f"params.{key}": value for key, value in run.data.params.items()},
        **{f"tags.{key}": value for key, value in run.data.tags.items()},
    }


def described(run: Run) -> dict[str, object]:
    """Return everything about `run`, with metrics, params and tags by key."""
    record = run.to_dictionary()
    record["data"] = {
        "metrics": run.data.metrics,
        "params": run.data.params,
        "tags": run.data.tags,
    }
    record.setdefault("outputs", {})
    return record


def took(milliseconds: int) -> str:
    """Return a length of time as people read it; none is shorter than nothing."""
    seconds = max(0, milliseconds) / 1000
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h {minutes:02}m" if hours else f"{minutes}m {rest:02}s"


def _duration(start_ms: int, end_ms: int | None) -> str:
    return "" if end_ms is None else took(end_ms - start_ms)
