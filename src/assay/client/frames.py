"""Search results as pandas tables; loaded only when somebody asks for one."""

from collections.abc import Sequence
from typing import Any

import pandas as pd  # noqa: TID253 this file exists to keep pandas out of the others

from assay.entities.logged_models import LoggedModel
from assay.entities.runs import Run

_INFO_COLUMNS = ("run_id", "experiment_id", "status", "artifact_uri")
_TIME_COLUMNS = ("start_time", "end_time")


def runs_frame(runs: Sequence[Run]) -> pd.DataFrame:
    """Return one row per run: info, then `metrics.*`, `params.*` and `tags.*` in order of meeting.

    Missing metrics are NaN, missing params and tags None; times are in UTC, NaT when unset.
    """
    columns: dict[str, Any] = {
        name: [str(getattr(run.info, name)) for run in runs] for name in _INFO_COLUMNS
    }
    for name in _TIME_COLUMNS:
        columns[name] = pd.to_datetime(
            pd.Series([getattr(run.info, name) for run in runs], dtype="Int64"), unit="ms", utc=True
        )
    metrics = [run.data.metrics for run in runs]
    for key in _keys(metrics):
        columns[f"metrics.{key}"] = [values.get(key, float("nan")) for values in metrics]
    for group, texts in (
        ("params", [run.data.params for run in runs]),
        ("tags", [run.data.tags for run in runs]),
    ):
        for key in _keys(texts):
            columns[f"{group}.{key}"] = pd.Series(
                [values.get(key) for values in texts], dtype="object"
            )
    return pd.DataFrame(columns)


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


def _keys(rows: Sequence[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(key for row in rows for key in row))
