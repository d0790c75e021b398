"""The client tower: what users call, the journal behind it, and how records reach a store.

`MlflowClient` can be had from here too, as code written for MLflow does: `from assay.client import
MlflowClient`. It is loaded when asked for.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.client.tracking_client import MlflowClient as MlflowClient

__all__ = ["MlflowClient"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("assay.client.tracking_client"), name)
