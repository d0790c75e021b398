"""The ranks of a run."""

from sqlalchemy import Connection

from assay.server.routing import reads
from assay.server.services import Services
from assay.store.ranks import list_ranks
from assay.wire import ranks as wire


def _list(_services: Services, conn: Connection, request: wire.ListRanks) -> wire.Ranks:
    return wire.Ranks(ranks=list_ranks(conn, request.run_id))


ROUTES = (reads(wire.LIST, _list),)
