"""The attempts of a run."""

from sqlalchemy import Connection

from assay.server.routing import reads
from assay.server.services import Services
from assay.store.attempts import list_attempts
from assay.wire import attempts as wire


def _list(_services: Services, conn: Connection, request: wire.ListAttempts) -> wire.Attempts:
    return wire.Attempts(attempts=list_attempts(conn, request.run_id))


ROUTES = (reads(wire.LIST, _list),)
