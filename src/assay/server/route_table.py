"""All routes. Importing this raises when an endpoint has none, so such a server never starts."""

from typing import Final

from assay.server.routes import (
    artifacts,
    attempts,
    dataset_uses,
    datasets,
    events,
    experiments,
    find,
    importance,
    ingest,
    lineage,
    logged_models,
    media,
    metrics,
    params,
    ranks,
    run_diffs,
    run_rows,
    run_tables,
    runs,
    series,
    space,
    system,
    trash,
    views,
)
from assay.server.routing import Route, check_routes
from assay.wire.table import ENDPOINTS

ROUTES: Final[tuple[Route, ...]] = (
    *experiments.ROUTES,
    *runs.ROUTES,
    *metrics.ROUTES,
    *dataset_uses.ROUTES,
    *datasets.ROUTES,
    *artifacts.ROUTES,
    *logged_models.ROUTES,
    *attempts.ROUTES,
    *ranks.ROUTES,
    *media.ROUTES,
    *params.ROUTES,
    *run_tables.ROUTES,
    *run_diffs.ROUTES,
    *run_rows.ROUTES,
    *series.ROUTES,
    *find.ROUTES,
    *importance.ROUTES,
    *events.ROUTES,
    *ingest.ROUTES,
    *lineage.ROUTES,
    *trash.ROUTES,
    *space.ROUTES,
    *views.ROUTES,
    *system.ROUTES,
)
check_routes(ROUTES, ENDPOINTS)
ROUTE_BY_NAME: Final = {route.endpoint.name: route for route in ROUTES}
