"""Search results as pandas tables; loaded only when somebody asks for one."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from assay.client.run_columns import WholeColumn
from assay.entities.logged_models import LoggedModel
from assay.errors import InvalidParameter

try:
    import pandas as pd
except ImportError as missing:
    raise InvalidParameter(
        "This needs pandas, which is not installed: pip install 'assay[pandas]'."
    ) from missing

_LABELS: Final = ("params.", "tags.")


def to_frame(columns: Mapping[str, WholeColumn]) -> pd.DataFrame:
    """Return columns as a frame: missing numbers are NaN, missing texts None, times in UTC, NaT when unset."""
    return pd.DataFrame({name: _series(name, column) for name, column in columns.items()})


def _series(name: str, column: WholeColumn) -> Any:
    if column.kind == "time":
        milliseconds = column.values.astype("datetime64[ms]")
        milliseconds[column.is_missing] = np.datetime64("NaT")
        return pd.Series(milliseconds).dt.tz_localize("UTC")
    if column.kind == "text":
        is_label = name.startswith(_LABELS)
        return pd.Series(column.values, dtype="object") if is_label else column.values.tolist()
    return column.values


def models_frame(models: Sequence[LoggedModel]) -> pd.DataFrame:
    """Return one row per logged model."""
    return pd.DataFrame(
        {
            "artifact_location": [model.info.artifact_uri for model in models],
            "creation_timestamp": [model.info.creation_timestamp_ms for model in models],
            "experiment_id": [model.info.experiment_id for model in models],
            "last_updated_timestamp": [model.info.last_updated_timestamp_ms for model in models],
            "metrics": [model.data.metrics for model in models],
            "model_id": [model.info.model_id for model in models],
            "model_type": [model.info.model_type for model in models],
            "name": [model.info.name for model in models],
            "params": [model.data.params for model in models],
            "source_run_id": [model.info.source_run_id for model in models],
            "status": [str(model.info.status) for model in models],
            "status_message": [model.info.status_message for model in models],
            "tags": [model.info.tags for model in models],
        }
    )
