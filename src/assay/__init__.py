"""assay: track machine-learning experiments, keep every trial, manage models.

Nothing is imported before it is asked for: `_HOMES` says where the public names live, and the
package's `__getattr__` fetches a name on first use. The imports under TYPE_CHECKING say the same to
type checkers; a test compares the two.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.client.active import (
        ActiveRun as ActiveRun,
    )
    from assay.client.fluent import (
        active_run as active_run,
    )
    from assay.client.fluent import (
        end_run as end_run,
    )
    from assay.client.fluent import (
        fork as fork,
    )
    from assay.client.fluent import (
        last_active_run as last_active_run,
    )
    from assay.client.fluent import (
        set_experiment as set_experiment,
    )
    from assay.client.fluent import (
        start_run as start_run,
    )
    from assay.client.fluent_artifacts import (
        flush_artifact_async_logging as flush_artifact_async_logging,
    )
    from assay.client.fluent_artifacts import (
        get_artifact_uri as get_artifact_uri,
    )
    from assay.client.fluent_artifacts import (
        load_table as load_table,
    )
    from assay.client.fluent_artifacts import (
        log_artifact as log_artifact,
    )
    from assay.client.fluent_artifacts import (
        log_artifacts as log_artifacts,
    )
    from assay.client.fluent_artifacts import (
        log_dict as log_dict,
    )
    from assay.client.fluent_artifacts import (
        log_figure as log_figure,
    )
    from assay.client.fluent_artifacts import (
        log_image as log_image,
    )
    from assay.client.fluent_artifacts import (
        log_stream as log_stream,
    )
    from assay.client.fluent_artifacts import (
        log_table as log_table,
    )
    from assay.client.fluent_artifacts import (
        log_text as log_text,
    )
    from assay.client.fluent_log import (
        amend_param as amend_param,
    )
    from assay.client.fluent_log import (
        delete_tag as delete_tag,
    )
    from assay.client.fluent_log import (
        flush_async_logging as flush_async_logging,
    )
    from assay.client.fluent_log import (
        log_input as log_input,
    )
    from assay.client.fluent_log import (
        log_inputs as log_inputs,
    )
    from assay.client.fluent_log import (
        log_metric as log_metric,
    )
    from assay.client.fluent_log import (
        log_metrics as log_metrics,
    )
    from assay.client.fluent_log import (
        log_outputs as log_outputs,
    )
    from assay.client.fluent_log import (
        log_param as log_param,
    )
    from assay.client.fluent_log import (
        log_params as log_params,
    )
    from assay.client.fluent_log import (
        set_tag as set_tag,
    )
    from assay.client.fluent_log import (
        set_tags as set_tags,
    )
    from assay.client.fluent_models import (
        ActiveModel as ActiveModel,
    )
    from assay.client.fluent_models import (
        clear_active_model as clear_active_model,
    )
    from assay.client.fluent_models import (
        delete_logged_model_tag as delete_logged_model_tag,
    )
    from assay.client.fluent_models import (
        finalize_logged_model as finalize_logged_model,
    )
    from assay.client.fluent_models import (
        get_active_model_id as get_active_model_id,
    )
    from assay.client.fluent_models import (
        get_logged_model as get_logged_model,
    )
    from assay.client.fluent_models import (
        initialize_logged_model as initialize_logged_model,
    )
    from assay.client.fluent_models import (
        last_logged_model as last_logged_model,
    )
    from assay.client.fluent_models import (
        log_model_params as log_model_params,
    )
    from assay.client.fluent_models import (
        search_logged_models as search_logged_models,
    )
    from assay.client.fluent_models import (
        set_active_model as set_active_model,
    )
    from assay.client.fluent_models import (
        set_logged_model_tags as set_logged_model_tags,
    )
    from assay.client.fluent_search import (
        create_experiment as create_experiment,
    )
    from assay.client.fluent_search import (
        delete_experiment as delete_experiment,
    )
    from assay.client.fluent_search import (
        delete_experiment_tag as delete_experiment_tag,
    )
    from assay.client.fluent_search import (
        delete_run as delete_run,
    )
    from assay.client.fluent_search import (
        get_experiment as get_experiment,
    )
    from assay.client.fluent_search import (
        get_experiment_by_name as get_experiment_by_name,
    )
    from assay.client.fluent_search import (
        get_parent_run as get_parent_run,
    )
    from assay.client.fluent_search import (
        get_run as get_run,
    )
    from assay.client.fluent_search import (
        history_frame as history_frame,
    )
    from assay.client.fluent_search import (
        restore_experiment as restore_experiment,
    )
    from assay.client.fluent_search import (
        restore_run as restore_run,
    )
    from assay.client.fluent_search import (
        search_experiments as search_experiments,
    )
    from assay.client.fluent_search import (
        search_runs as search_runs,
    )
    from assay.client.fluent_search import (
        set_experiment_tag as set_experiment_tag,
    )
    from assay.client.fluent_search import (
        set_experiment_tags as set_experiment_tags,
    )
    from assay.client.media_values import (
        Audio as Audio,
    )
    from assay.client.media_values import (
        Histogram as Histogram,
    )
    from assay.client.media_values import (
        Image as Image,
    )
    from assay.client.media_values import (
        Table as Table,
    )
    from assay.client.media_values import (
        Text as Text,
    )
    from assay.client.media_values import (
        Video as Video,
    )
    from assay.client.operations import (
        RunOperations as RunOperations,
    )
    from assay.client.rich_log import (
        log as log,
    )
    from assay.client.run_comparison import (
        RunComparison as RunComparison,
    )
    from assay.client.run_comparison import (
        compare_runs as compare_runs,
    )
    from assay.client.sync import (
        sync as sync,
    )
    from assay.client.system_metrics import (
        disable_system_metrics_logging as disable_system_metrics_logging,
    )
    from assay.client.system_metrics import (
        enable_system_metrics_logging as enable_system_metrics_logging,
    )
    from assay.client.system_metrics import (
        set_system_metrics_node_id as set_system_metrics_node_id,
    )
    from assay.client.system_metrics import (
        set_system_metrics_samples_before_logging as set_system_metrics_samples_before_logging,
    )
    from assay.client.system_metrics import (
        set_system_metrics_sampling_interval as set_system_metrics_sampling_interval,
    )
    from assay.client.tracking_client import (
        AssayClient as AssayClient,
    )
    from assay.client.tracking_client import (
        Client as Client,
    )
    from assay.client.tracking_client import (
        MlflowClient as MlflowClient,
    )
    from assay.client.tracking_uri import (
        get_registry_uri as get_registry_uri,
    )
    from assay.client.tracking_uri import (
        get_tracking_uri as get_tracking_uri,
    )
    from assay.client.tracking_uri import (
        is_tracking_uri_set as is_tracking_uri_set,
    )
    from assay.client.tracking_uri import (
        set_registry_uri as set_registry_uri,
    )
    from assay.client.tracking_uri import (
        set_tracking_uri as set_tracking_uri,
    )
    from assay.client.verify import (
        verify as verify,
    )
    from assay.data.uses import (
        use_data as use_data,
    )
    from assay.entities.runs import (
        Run as Run,
    )
    from assay.errors import (
        AssayError as AssayError,
    )
    from assay.exceptions import (
        MlflowException as MlflowException,
    )
    from assay.transfer.run_export import (
        export_histories as export_histories,
    )
    from assay.transfer.run_export import (
        export_runs as export_runs,
    )
    from assay.transfer.run_import import (
        import_runs as import_runs,
    )
    from assay.version import (
        __version__ as __version__,
    )

_HOMES = {
    "assay.client.active": ("ActiveRun",),
    "assay.client.fluent": (
        "active_run",
        "end_run",
        "fork",
        "last_active_run",
        "set_experiment",
        "start_run",
    ),
    "assay.client.fluent_artifacts": (
        "flush_artifact_async_logging",
        "get_artifact_uri",
        "load_table",
        "log_artifact",
        "log_artifacts",
        "log_dict",
        "log_figure",
        "log_image",
        "log_stream",
        "log_table",
        "log_text",
    ),
    "assay.client.fluent_log": (
        "amend_param",
        "delete_tag",
        "flush_async_logging",
        "log_input",
        "log_inputs",
        "log_metric",
        "log_metrics",
        "log_outputs",
        "log_param",
        "log_params",
        "set_tag",
        "set_tags",
    ),
    "assay.client.fluent_models": (
        "ActiveModel",
        "clear_active_model",
        "delete_logged_model_tag",
        "finalize_logged_model",
        "get_active_model_id",
        "get_logged_model",
        "initialize_logged_model",
        "last_logged_model",
        "log_model_params",
        "search_logged_models",
        "set_active_model",
        "set_logged_model_tags",
    ),
    "assay.client.fluent_search": (
        "create_experiment",
        "delete_experiment",
        "delete_experiment_tag",
        "delete_run",
        "get_experiment",
        "get_experiment_by_name",
        "get_parent_run",
        "get_run",
        "history_frame",
        "restore_experiment",
        "restore_run",
        "search_experiments",
        "search_runs",
        "set_experiment_tag",
        "set_experiment_tags",
    ),
    "assay.client.media_values": ("Audio", "Histogram", "Image", "Table", "Text", "Video"),
    "assay.client.operations": ("RunOperations",),
    "assay.client.rich_log": ("log",),
    "assay.client.run_comparison": ("RunComparison", "compare_runs"),
    "assay.client.sync": ("sync",),
    "assay.client.system_metrics": (
        "disable_system_metrics_logging",
        "enable_system_metrics_logging",
        "set_system_metrics_node_id",
        "set_system_metrics_samples_before_logging",
        "set_system_metrics_sampling_interval",
    ),
    "assay.client.tracking_client": (
        "AssayClient",
        "Client",
        "MlflowClient",
    ),
    "assay.client.tracking_uri": (
        "get_registry_uri",
        "get_tracking_uri",
        "is_tracking_uri_set",
        "set_registry_uri",
        "set_tracking_uri",
    ),
    "assay.client.verify": ("verify",),
    "assay.data.uses": ("use_data",),
    "assay.entities.runs": ("Run",),
    "assay.errors": ("AssayError",),
    "assay.exceptions": ("MlflowException",),
    "assay.transfer.run_export": ("export_histories", "export_runs"),
    "assay.transfer.run_import": ("import_runs",),
    "assay.version": ("__version__",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}

# What is reached as an attribute without an import of its own, as in `mlflow.entities.Metric`.
_SUBMODULES = frozenset({"artifacts", "client", "data", "entities", "exceptions", "tracking"})

__all__ = [
    "ActiveModel",
    "ActiveRun",
    "AssayClient",
    "AssayError",
    "Audio",
    "Client",
    "Histogram",
    "Image",
    "MlflowClient",
    "MlflowException",
    "Run",
    "RunComparison",
    "RunOperations",
    "Table",
    "Text",
    "Video",
    "__version__",
    "active_run",
    "amend_param",
    "clear_active_model",
    "compare_runs",
    "create_experiment",
    "delete_experiment",
    "delete_experiment_tag",
    "delete_logged_model_tag",
    "delete_run",
    "delete_tag",
    "disable_system_metrics_logging",
    "enable_system_metrics_logging",
    "end_run",
    "export_histories",
    "export_runs",
    "finalize_logged_model",
    "flush_artifact_async_logging",
    "flush_async_logging",
    "fork",
    "get_active_model_id",
    "get_artifact_uri",
    "get_experiment",
    "get_experiment_by_name",
    "get_logged_model",
    "get_parent_run",
    "get_registry_uri",
    "get_run",
    "get_tracking_uri",
    "history_frame",
    "import_runs",
    "initialize_logged_model",
    "is_tracking_uri_set",
    "last_active_run",
    "last_logged_model",
    "load_table",
    "log",
    "log_artifact",
    "log_artifacts",
    "log_dict",
    "log_figure",
    "log_image",
    "log_input",
    "log_inputs",
    "log_metric",
    "log_metrics",
    "log_model_params",
    "log_outputs",
    "log_param",
    "log_params",
    "log_stream",
    "log_table",
    "log_text",
    "restore_experiment",
    "restore_run",
    "search_experiments",
    "search_logged_models",
    "search_runs",
    "set_active_model",
    "set_experiment",
    "set_experiment_tag",
    "set_experiment_tags",
    "set_logged_model_tags",
    "set_registry_uri",
    "set_system_metrics_node_id",
    "set_system_metrics_samples_before_logging",
    "set_system_metrics_sampling_interval",
    "set_tag",
    "set_tags",
    "set_tracking_uri",
    "start_run",
    "sync",
    "use_data",
    "verify",
]


def __getattr__(name: str) -> Any:
    if name in _HOME_OF:
        value = getattr(importlib.import_module(_HOME_OF[name]), name)
    elif name in _SUBMODULES:
        value = importlib.import_module(f"assay.{name}")
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
