"""The index of a run's media."""

from sqlalchemy import Connection

from assay.server.routing import reads
from assay.server.services import Services
from assay.store import media
from assay.wire import media as wire


def _list(_services: Services, conn: Connection, request: wire.ListMedia) -> wire.MediaPage:
    return media.list_media(conn, request)


ROUTES = (reads(wire.LIST, _list),)
