"""Rules for names and sizes of what users log, the same on the client and on the server.

Messages are those that compatible clients and their tests look for.
"""

import posixpath
import re
from typing import Final

from assay.errors import InvalidParameter, MissingParameter

MAX_KEY: Final = 250
MAX_PARAM_VALUE: Final = 6000
MAX_TAG_VALUE: Final = 8000
MAX_NATIVE_VALUE: Final = 1_000_000
MAX_EXPERIMENT_NAME: Final = 500
MAX_EXPERIMENT_TAG_VALUE: Final = 20_000
MAX_DATASET_NAME: Final = 500
MAX_DATASET_DIGEST: Final = 36
MAX_DATASET_SOURCE: Final = 65_535
MAX_DATASET_SCHEMA: Final = 1_048_575
MAX_DATASET_PROFILE: Final = 16_777_215
MAX_INPUT_TAG_KEY: Final = 255
MAX_INPUT_TAG_VALUE: Final = 500
MAX_ARTIFACT_LOCATION: Final = 2048
MAX_BATCH_METRICS: Final = 1000
MAX_BATCH_PARAMS: Final = 100
MAX_BATCH_TAGS: Final = 100
MAX_BATCH_ITEMS: Final = 1000
MIN_INT64: Final = -(2**63)
MAX_INT64: Final = 2**63 - 1

_KEY = re.compile(r"[/\w.\- :]*")
_RUN_ID = re.compile(r"[a-zA-Z0-9][\w\-]{0,255}", re.ASCII)
_checked_keys: dict[str, None] = {}
_CHECKED_KEYS_LIMIT: Final = 100_000

BAD_CHARACTER = (
    "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), "
    "colon(:) and slashes (/)."
)
BAD_PATH = "Names may be treated as files in certain cases, and must not resolve to other names when treated as such."


def check_key(key: str, *, what: str, where: str = "key") -> None:
    """Raise unless `key` can name a metric, param or tag.

    Args:
        key: The name to check.
        what: What it names, as the message should call it: "Metric name", "Param key", "Tag key".
        where: The parameter that holds it, such as `metrics[0].key`.

    Raises:
        MissingParameter: The name is empty.
        InvalidParameter: It is too long, has a character outside the set, or is no plain path.
    """
    if key in _checked_keys:
        return
    if not key:
        raise MissingParameter(where)
    check_length(key, what=what, limit=MAX_KEY)
    if not _KEY.fullmatch(key):
        raise InvalidParameter(
            f"Invalid value {key!r} for parameter '{where}' supplied: {BAD_CHARACTER}"
        )
    normal = posixpath.normpath(key)
    if normal != key or normal == "." or normal.startswith(("..", "/")):
        raise InvalidParameter(
            f"Invalid value {key!r} for parameter '{where}' supplied: {BAD_PATH} Got {key!r}, "
            f"which resolves to {normal!r}."
        )
    if len(_checked_keys) >= _CHECKED_KEYS_LIMIT:
        _checked_keys.clear()
    _checked_keys[key] = None


def check_length(text: str, *, what: str, limit: int) -> None:
    """Raise InvalidParameter when `text` has more than `limit` characters."""
    if len(text) > limit:
        raise InvalidParameter(f"'{what}' exceeds the maximum length of {limit} characters")


def check_run_id(run_id: str) -> None:
    """Raise InvalidParameter unless `run_id` has the form of a run id."""
    if not _RUN_ID.fullmatch(run_id):
        raise InvalidParameter(f"Invalid run ID: {run_id!r}")


def check_experiment_name(name: str) -> None:
    """Raise InvalidParameter unless `name` can name an experiment."""
    if not name.strip():
        raise MissingParameter("name")
    check_length(name, what="name", limit=MAX_EXPERIMENT_NAME)


def check_int64(value: int, *, where: str) -> None:
    """Raise InvalidParameter when `value` does not fit into 64 bits."""
    if not MIN_INT64 <= value <= MAX_INT64:
        raise InvalidParameter(
            f"Invalid value {value} for parameter '{where}' supplied: it does not fit into 64 bits."
        )
