"""Naming a run as people do: by its id, by how the id begins, or by its name."""

import re
from typing import Final

from assay.client import experiments, search
from assay.client.connection import Connection
from assay.entities.lifecycle import ViewType
from assay.entities.runs import Run
from assay.errors import InvalidParameter, NotFound

N_SHOWN: Final = 5
_WHOLE_ID: Final = re.compile(r"[0-9a-fA-F]{32}")
_BEGINNING: Final = re.compile(r"[0-9a-f]{4,31}")


def run_id_of(connection: Connection, text: str, view: ViewType = ViewType.ALL) -> str:
    """Return the id of the run that `text` names; active runs come before deleted ones.

    A whole id is taken as it is, without asking.

    Raises:
        NotFound: No run is meant.
        InvalidParameter: Several runs are meant, or none can be.
    """
    if _WHOLE_ID.fullmatch(text):
        return text.lower()
    if not text:
        raise InvalidParameter("Name a run by its id, the beginning of it, or its name.")
    stages = (ViewType.ACTIVE_ONLY, ViewType.DELETED_ONLY) if view is ViewType.ALL else (view,)
    for stage in stages:
        found = _named(connection, text, stage)
        if found:
            return _only(found, text)
    raise NotFound(
        f"No run is called {text!r} and no id begins so. `assay runs search` and `assay ls` show runs."
    )


def _named(connection: Connection, text: str, stage: ViewType) -> dict[str, Run]:
    """Return runs by id: those with exactly this name, and those whose id begins like this."""
    places = _experiment_ids(connection)
    quote = '"' if "'" in text else "'"
    filters = [] if quote in text else [f"attributes.run_name = {quote}{text}{quote}"]
    if _BEGINNING.fullmatch(text):
        filters.append(f"attributes.run_id LIKE '{text}%'")
    return {
        run.info.run_id: run
        for each in filters
        for run in search.search_runs(
            connection, places, each, run_view_type=stage, max_results=N_SHOWN + 1
        )
    }


def _experiment_ids(connection: Connection) -> list[str]:
    found: list[str] = []
    token: str | None = None
    while True:
        page = experiments.search_experiments(connection, ViewType.ALL, page_token=token)
        found += [experiment.experiment_id for experiment in page]
        token = page.token
        if not token:
            return found


def _only(found: dict[str, Run], text: str) -> str:
    if len(found) == 1:
        return next(iter(found))
    shown = ", ".join(
        f"{run_id} ({run.info.run_name})" for run_id, run in list(found.items())[:N_SHOWN]
    )
    more = ", ..." if len(found) > N_SHOWN else ""
    raise InvalidParameter(
        f"Several runs are meant by {text!r}: {shown}{more}. Give more of the id."
    )
