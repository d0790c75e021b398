"""Params with their types and amendments."""

from sqlalchemy import Connection

from assay.server.routing import reads
from assay.server.services import Services
from assay.store import params
from assay.wire import params as wire


def _get(_services: Services, conn: Connection, request: wire.GetParams) -> wire.Params:
    return params.get_params(conn, request.run_id)


ROUTES = (reads(wire.GET, _get),)
