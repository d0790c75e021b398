"""Tags that say who ran what: set on every run that the fluent functions start."""

import getpass
import sys
from pathlib import Path
from typing import Final

import msgspec

from assay import settings
from assay.client.git_head import find_commit
from assay.entities.runs import USER_TAG
from assay.errors import InvalidParameter

SOURCE_NAME_TAG: Final = "mlflow.source.name"
SOURCE_TYPE_TAG: Final = "mlflow.source.type"
GIT_COMMIT_TAG: Final = "mlflow.source.git.commit"


def user_name() -> str:
    """Return who runs this process: the user of the tracking server's credentials, else the system's."""
    name = settings.TRACKING_USERNAME.get()
    if name:
        return name
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        # A container whose user id has no entry in the password file.
        return "unknown"


def context_tags() -> dict[str, str]:
    """Return the tags that describe user, source and commit, and those of ASSAY_RUN_CONTEXT."""
    tags = {USER_TAG: user_name(), **_source_tags()}
    tags.update(_tags_of_environment())
    return tags


def _source_tags() -> dict[str, str]:
    if "ipykernel" in sys.modules:
        return {SOURCE_NAME_TAG: "notebook", SOURCE_TYPE_TAG: "NOTEBOOK"}
    script = sys.argv[0] if sys.argv and sys.argv[0] not in {"", "-c"} else sys.executable
    tags = {SOURCE_NAME_TAG: script, SOURCE_TYPE_TAG: "LOCAL"}
    commit = find_commit(Path(script).absolute().parent)
    if commit:
        tags[GIT_COMMIT_TAG] = commit
    return tags


def _tags_of_environment() -> dict[str, str]:
    text = settings.RUN_CONTEXT.get()
    if not text:
        return {}
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.MsgspecError as error:
        raise InvalidParameter(
            f"The environment variable {settings.RUN_CONTEXT.variables[0]} must be a JSON object of "
            f"strings: {error}."
        ) from error
