"""All endpoints, by name. The server refuses to start when one has no route."""

from typing import Any

from assay.wire import (
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
from assay.wire.endpoint import Endpoint

ENDPOINTS: dict[str, Endpoint[Any, Any]] = {
    endpoint.name: endpoint
    for resource in (
        experiments,
        runs,
        metrics,
        dataset_uses,
        datasets,
        artifacts,
        logged_models,
        attempts,
        ranks,
        media,
        params,
        run_tables,
        run_diffs,
        run_rows,
        series,
        find,
        importance,
        events,
        ingest,
        lineage,
        trash,
        space,
        views,
        system,
    )
    for endpoint in resource.ENDPOINTS
}
