"""What assay talks about: frozen values and the rules for their names.

Field names are those of the compatible API (MLflow's entities), so that code which reads
``run.info.start_time`` or builds ``Metric(key=..., timestamp=...)`` works unchanged. All times are
integer milliseconds since the epoch, UTC.
"""

from assay.entities.artifacts import FileInfo
from assay.entities.datasets import (
    Dataset,
    DatasetInput,
    DatasetSummary,
    InputTag,
    LoggedModelInput,
    LoggedModelOutput,
)
from assay.entities.experiments import Experiment, ExperimentTag
from assay.entities.lifecycle import LifecycleStage, ViewType
from assay.entities.logged_models import (
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from assay.entities.metrics import Metric
from assay.entities.pages import Page
from assay.entities.runs import (
    Param,
    Run,
    RunData,
    RunInfo,
    RunInputs,
    RunOutputs,
    RunStatus,
    RunTag,
)

__all__ = [
    "Dataset",
    "DatasetInput",
    "DatasetSummary",
    "Experiment",
    "ExperimentTag",
    "FileInfo",
    "InputTag",
    "LifecycleStage",
    "LoggedModel",
    "LoggedModelData",
    "LoggedModelInfo",
    "LoggedModelInput",
    "LoggedModelOutput",
    "LoggedModelParameter",
    "LoggedModelStatus",
    "LoggedModelTag",
    "Metric",
    "Page",
    "Param",
    "Run",
    "RunData",
    "RunInfo",
    "RunInputs",
    "RunOutputs",
    "RunStatus",
    "RunTag",
    "ViewType",
]
