"""Finding experiments, runs, models and data sets by name or id."""

from typing import Final

from sqlalchemy import Connection

from assay.errors import InvalidParameter
from assay.server.routing import reads
from assay.server.services import Services
from assay.store.find import find_anything
from assay.store.time_limits import limited_search
from assay.wire import find as wire

MAX_FOUND: Final = 200


def _find(_services: Services, conn: Connection, request: wire.FindAnything) -> wire.FoundThings:
    if not 1 <= request.limit <= MAX_FOUND:
        raise InvalidParameter(f"limit must lie between 1 and {MAX_FOUND}.")
    with limited_search(conn):
        findings = find_anything(conn, request.text, limit=request.limit)
    return wire.FoundThings(
        found=tuple(
            wire.Found(
                kind=one.kind,
                id=one.id,
                name=one.name,
                experiment_id=str(one.experiment_id),
                time_ms=one.time_ms,
            )
            for one in findings
        )
    )


ROUTES = (reads(wire.FIND, _find),)
