"""Every setting: name, type, default, help. The only reader of the environment.

A setting is read from `ASSAY_<NAME>`; where the compatible API has a variable of the same meaning,
that one counts too, after ours. Values are read when asked for, so tests and notebooks can change
them. A value that does not parse raises InvalidParameter naming the variable.
"""

import os
from collections.abc import Callable, Iterable
from typing import Final, Generic, TypeVar

from assay.errors import InvalidParameter

Value = TypeVar("Value")

MAX_DAYS: Final = 36_500

_TRUE = frozenset({"true", "1", "yes", "on"})
_FALSE = frozenset({"false", "0", "no", "off", ""})


def _boolean(text: str) -> bool:
    lowered = text.strip().lower()
    if lowered in _TRUE:
        return True
    if lowered in _FALSE:
        return False
    raise ValueError("expected true, false, 1 or 0")


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise ValueError("expected a number above 0")
    return value


def _whole(text: str) -> int:
    value = int(text)
    if value < 0:
        raise ValueError("expected a whole number from 0 on")
    return value


def _days(text: str) -> float:
    value = float(text)
    if not 0 <= value <= MAX_DAYS:
        raise ValueError(f"expected a number of days from 0 to {MAX_DAYS}")
    return value


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError("expected a whole number from 1 on")
    return value


class Setting(Generic[Value]):
    """One setting; `get` reads it, `variables` are the environment variables that set it."""

    def __init__(
        self,
        name: str,
        parse: Callable[[str], Value],
        default: Value,
        *,
        help: str,  # noqa: A002 the field's own word, as in click and argparse
        compatible: Iterable[str] = (),
    ) -> None:
        self.name = name
        self.default = default
        self.help = help
        self.variables: Final = (f"ASSAY_{name}", *compatible)
        self._parse = parse

    def get(self) -> Value:
        """Return the value from the environment, else the default.

        Raises:
            InvalidParameter: The variable is set to something that does not parse.
        """
        for variable in self.variables:
            text = os.environ.get(variable)
            if text is None or text == "":
                continue
            try:
                return self._parse(text)
            except ValueError as error:
                raise InvalidParameter(
                    f"The environment variable {variable} is set to {text!r}: {error}. "
                    f"It means: {self.help}"
                ) from error
        return self.default

    def is_set(self) -> bool:
        """Return whether the environment gives this setting."""
        return any(os.environ.get(variable) for variable in self.variables)

    def set(self, text: str) -> None:
        """Set the value for this process and those that it starts."""
        os.environ[self.variables[0]] = text

    def unset(self) -> None:
        """Forget the value in every variable, for this process and those that it starts."""
        for variable in self.variables:
            os.environ.pop(variable, None)


TRACKING_URI = Setting(
    "TRACKING_URI",
    str,
    "",
    help="Where runs are logged: a server's http(s) address, a folder, offline:FOLDER. "
    "Empty for the nearest .assay folder.",
    compatible=("MLFLOW_TRACKING_URI",),
)
REGISTRY_URI = Setting(
    "REGISTRY_URI",
    str,
    "",
    help="Where registered models live; empty for the tracking URI.",
    compatible=("MLFLOW_REGISTRY_URI",),
)
TRACKING_USERNAME = Setting(
    "TRACKING_USERNAME",
    str,
    "",
    help="User name for the tracking server.",
    compatible=("MLFLOW_TRACKING_USERNAME",),
)
TRACKING_PASSWORD = Setting(
    "TRACKING_PASSWORD",
    str,
    "",
    help="Password for the tracking server.",
    compatible=("MLFLOW_TRACKING_PASSWORD",),
)
TRACKING_TOKEN = Setting(
    "TRACKING_TOKEN",
    str,
    "",
    help="Bearer token for the tracking server; wins over user name and password.",
    compatible=("MLFLOW_TRACKING_TOKEN",),
)
TRACKING_INSECURE_TLS = Setting(
    "TRACKING_INSECURE_TLS",
    _boolean,
    False,
    help="Do not verify the tracking server's certificate.",
    compatible=("MLFLOW_TRACKING_INSECURE_TLS",),
)
TRACKING_SERVER_CERT_PATH = Setting(
    "TRACKING_SERVER_CERT_PATH",
    str,
    "",
    help="CA bundle to verify the tracking server with.",
    compatible=("MLFLOW_TRACKING_SERVER_CERT_PATH",),
)
EXPERIMENT_NAME = Setting(
    "EXPERIMENT_NAME",
    str,
    "",
    help="Experiment that new runs belong to; created when missing.",
    compatible=("MLFLOW_EXPERIMENT_NAME",),
)
EXPERIMENT_ID = Setting(
    "EXPERIMENT_ID",
    str,
    "",
    help="Id of the experiment that new runs belong to.",
    compatible=("MLFLOW_EXPERIMENT_ID",),
)
RUN_ID = Setting(
    "RUN_ID",
    str,
    "",
    help="Run that the next start_run resumes.",
    compatible=("MLFLOW_RUN_ID",),
)
JOIN_RANKS = Setting(
    "JOIN_RANKS",
    _boolean,
    True,
    help="Have the processes that a launcher starts together (torchrun, srun, mpirun, Ray Train) log "
    "to one run, each as a rank of it.",
)
LAUNCH_ID = Setting(
    "LAUNCH_ID",
    str,
    "",
    help="Names a job of several ranks where no launcher does; the same new word for all of them.",
)
RANK = Setting("RANK", _whole, 0, help="Number of this process in the job of ASSAY_LAUNCH_ID.")
WORLD_SIZE = Setting(
    "WORLD_SIZE", _count, 1, help="How many processes the job of ASSAY_LAUNCH_ID has."
)
RESTART = Setting(
    "RESTART",
    str,
    "0",
    help="Which start of the job of ASSAY_LAUNCH_ID this is; another one is "
    "another attempt of its runs.",
)
RANK_PROCESS = Setting(
    "RANK_PROCESS",
    str,
    "",
    help="Set by the process of a rank, so that those that it starts do not take its place.",
)
ACTIVE_MODEL_ID = Setting(
    "ACTIVE_MODEL_ID",
    str,
    "",
    help="Logged model that metrics are linked to.",
    compatible=("MLFLOW_ACTIVE_MODEL_ID",),
)
RUN_CONTEXT = Setting(
    "RUN_CONTEXT",
    str,
    "",
    help="JSON object of extra tags for new runs.",
    compatible=("MLFLOW_RUN_CONTEXT",),
)
ENABLE_ASYNC_LOGGING = Setting(
    "ENABLE_ASYNC_LOGGING",
    _boolean,
    False,
    help="Return RunOperations from log calls when `synchronous` is not given.",
    compatible=("MLFLOW_ENABLE_ASYNC_LOGGING",),
)
HTTP_REQUEST_TIMEOUT = Setting(
    "HTTP_REQUEST_TIMEOUT",
    float,
    120.0,
    help="Seconds that one request to the server may take.",
    compatible=("MLFLOW_HTTP_REQUEST_TIMEOUT",),
)
HTTP_REQUEST_MAX_RETRIES = Setting(
    "HTTP_REQUEST_MAX_RETRIES",
    int,
    5,
    help="How often a request is repeated before its caller hears of the failure.",
    compatible=("MLFLOW_HTTP_REQUEST_MAX_RETRIES",),
)
FLUSH_TIMEOUT = Setting(
    "FLUSH_TIMEOUT",
    float,
    10.0,
    help="Seconds that end_run and interpreter exit wait for the server; the rest stays in the "
    "journal for `assay sync`.",
)
JOURNAL_DIR = Setting(
    "JOURNAL_DIR",
    str,
    "",
    help="Folder for journals. Empty: `journal` in the nearest .assay folder.",
)
KEEP_JOURNAL = Setting(
    "KEEP_JOURNAL",
    _boolean,
    False,
    help="Keep journals after the server has acknowledged them.",
)
JOURNAL_FSYNC_SECONDS = Setting(
    "JOURNAL_FSYNC_SECONDS",
    float,
    1.0,
    help="How often the journal is forced to disk; bounds what a power cut can take. 0: never.",
)
CAPTURE = Setting(
    "CAPTURE",
    str,
    "all",
    help="What runs record by themselves, comma-separated: git, diff, untracked, command, packages, "
    "system, variables, console, exit. `all` for all, `none` for nothing, `all,-console` to leave out.",
)
CAPTURE_FILE_BYTES = Setting(
    "CAPTURE_FILE_BYTES",
    int,
    1024 * 1024,
    help="Largest file that is recorded by itself; a larger one is only named. All untracked files "
    "together, and the diff, may have 16 times as much.",
)
CAPTURE_VARIABLES = Setting(
    "CAPTURE_VARIABLES",
    str,
    "",
    help="Further environment variables to record, comma-separated; * stands for anything. "
    "What looks like a secret is withheld all the same.",
)
CONSOLE_BYTES = Setting(
    "CONSOLE_BYTES",
    int,
    1024 * 1024,
    help="How much console output a run keeps: the first quarter from its start, the rest from its end.",
)
DATA_DIGEST_MEGABYTES = Setting(
    "DATA_DIGEST_MEGABYTES",
    float,
    1000.0,
    help="Largest data in memory whose whole content is digested when it is described; files always are.",
)
ENABLE_SYSTEM_METRICS_LOGGING = Setting(
    "ENABLE_SYSTEM_METRICS_LOGGING",
    _boolean,
    False,
    help="Log what the machine does while a run goes on, as metrics that begin with system/.",
    compatible=("MLFLOW_ENABLE_SYSTEM_METRICS_LOGGING",),
)
SYSTEM_METRICS_SAMPLING_INTERVAL = Setting(
    "SYSTEM_METRICS_SAMPLING_INTERVAL",
    _positive,
    10.0,
    help="Seconds between two samples of system metrics.",
    compatible=("MLFLOW_SYSTEM_METRICS_SAMPLING_INTERVAL",),
)
SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING = Setting(
    "SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING",
    _count,
    1,
    help="Of how many samples a logged system metric is the mean.",
    compatible=("MLFLOW_SYSTEM_METRICS_SAMPLES_BEFORE_LOGGING",),
)
SYSTEM_METRICS_NODE_ID = Setting(
    "SYSTEM_METRICS_NODE_ID",
    str,
    "",
    help="Name of this machine in system metrics, when several log to one run.",
    compatible=("MLFLOW_SYSTEM_METRICS_NODE_ID",),
)
TRUNCATE_LONG_VALUES = Setting(
    "TRUNCATE_LONG_VALUES",
    _boolean,
    True,
    help="Cut long param and tag values of compatible clients instead of refusing them.",
    compatible=("MLFLOW_TRUNCATE_LONG_VALUES",),
)
SUPPRESS_PRINTING_URL = Setting(
    "SUPPRESS_PRINTING_URL",
    _boolean,
    False,
    help="Do not print the address of a run when it ends.",
    compatible=("MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT",),
)
ARTIFACTS_PROGRESS_BAR = Setting(
    "ARTIFACTS_PROGRESS_BAR",
    _boolean,
    True,
    help="Show progress while many or large artifacts travel.",
    compatible=("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR",),
)
BACKEND_STORE_URI = Setting(
    "BACKEND_STORE_URI",
    str,
    "",
    help="The server's database: sqlite:///FILE or postgresql://...; empty for .assay/assay.db.",
    compatible=("MLFLOW_BACKEND_STORE_URI",),
)
ARTIFACTS_DESTINATION = Setting(
    "ARTIFACTS_DESTINATION",
    str,
    "",
    help="Where the server keeps artifacts: a folder, s3://..., gs://... or az://...",
    compatible=("MLFLOW_ARTIFACTS_DESTINATION",),
)
ARTIFACTS_ONLY = Setting(
    "ARTIFACTS_ONLY",
    _boolean,
    False,
    help="Serve files alone: everything else is answered with 503.",
    compatible=("MLFLOW_ARTIFACTS_ONLY",),
)
SERVE_ARTIFACTS = Setting(
    "SERVE_ARTIFACTS",
    _boolean,
    True,
    help="Serve the files of runs; always on, the name is there for scripts written for MLflow.",
    compatible=("MLFLOW_SERVE_ARTIFACTS",),
)
ARTIFACT_LOCATION_MAX_LENGTH = Setting(
    "ARTIFACT_LOCATION_MAX_LENGTH",
    int,
    2048,
    help="Longest artifact location that an experiment may have.",
    compatible=("MLFLOW_ARTIFACT_LOCATION_MAX_LENGTH",),
)
S3_ENDPOINT_URL = Setting(
    "S3_ENDPOINT_URL",
    str,
    "",
    help="Address of an S3-compatible service other than Amazon's.",
    compatible=("MLFLOW_S3_ENDPOINT_URL", "AWS_ENDPOINT_URL"),
)
HOST = Setting(
    "HOST",
    str,
    "127.0.0.1",
    help="Address that the server listens on.",
    compatible=("MLFLOW_HOST",),
)
PORT = Setting(
    "PORT", int, 5000, help="Port that the server listens on.", compatible=("MLFLOW_PORT",)
)
WORKERS = Setting(
    "WORKERS", int, 1, help="How many server processes.", compatible=("MLFLOW_WORKERS",)
)
ALLOWED_HOSTS = Setting(
    "ALLOWED_HOSTS",
    str,
    "",
    help="Host names, comma-separated, that the server answers to; loopback ones always. * for all.",
    compatible=("MLFLOW_SERVER_ALLOWED_HOSTS",),
)
CORS_ALLOWED_ORIGINS = Setting(
    "CORS_ALLOWED_ORIGINS",
    str,
    "",
    help="Origins, comma-separated, of foreign pages that may call the server.",
    compatible=("MLFLOW_SERVER_CORS_ALLOWED_ORIGINS",),
)
STATIC_PREFIX = Setting(
    "STATIC_PREFIX",
    str,
    "",
    help="Path prefix under which a proxy serves the pages; starts with / and does not end with it.",
    compatible=("MLFLOW_STATIC_PREFIX",),
)
DATABASE_SYNCHRONOUS = Setting(
    "DATABASE_SYNCHRONOUS",
    str,
    "FULL",
    help="SQLite's durability: FULL survives a power cut, NORMAL only the death of the process.",
)

TRASH_DAYS = Setting(
    "TRASH_DAYS",
    _days,
    30.0,
    help="Days for which what was deleted can be restored; `assay gc` purges it only afterwards.",
)
DEBUG = Setting(
    "DEBUG",
    _boolean,
    False,
    help="Show the traceback when a command fails, not only its message.",
)

ALL: Final[tuple[Setting[object], ...]] = tuple(
    value for value in list(globals().values()) if isinstance(value, Setting)
)
