"""What code written for MLflow reaches as `mlflow.tracking`: the client class and the tracking URI."""

from assay.client.tracking_client import MlflowClient
from assay.client.tracking_uri import (
    get_registry_uri,
    get_tracking_uri,
    is_tracking_uri_set,
    set_registry_uri,
    set_tracking_uri,
)

__all__ = [
    "MlflowClient",
    "get_registry_uri",
    "get_tracking_uri",
    "is_tracking_uri_set",
    "set_registry_uri",
    "set_tracking_uri",
]
