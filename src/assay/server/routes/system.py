"""The server about itself."""

from sqlalchemy import Connection

from assay.server.routing import answers, reads
from assay.server.services import Services
from assay.store.totals import count_store
from assay.version import VERSION
from assay.wire import system as wire
from assay.wire.endpoint import NoInput


def _info(services: Services, _request: NoInput) -> wire.ServerInfo:
    return wire.ServerInfo(assay_version=services.version)


def _health(_services: Services, _request: NoInput) -> str:
    return "OK"


def _version(_services: Services, _request: NoInput) -> str:
    return VERSION


def _summary(services: Services, conn: Connection, _request: NoInput) -> wire.StoreSummary:
    totals = count_store(conn)
    path = services.database.path
    return wire.StoreSummary(
        experiments=totals.experiments,
        runs=totals.runs,
        dialect=services.database.dialect,
        schema_revision=totals.schema_revision,
        size_bytes=path.stat().st_size if path is not None else None,
    )


ROUTES = (
    answers(wire.INFO, _info),
    answers(wire.HEALTH, _health),
    answers(wire.VERSION, _version),
    reads(wire.SUMMARY, _summary),
)
