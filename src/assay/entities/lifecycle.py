"""Whether a thing is active or deleted, and which of both a search should see."""

from enum import IntEnum
from typing import Literal

LifecycleStage = Literal["active", "deleted"]


class ViewType(IntEnum):
    """Which lifecycle stages a search returns; numbers are those of the compatible API."""

    ACTIVE_ONLY = 1
    DELETED_ONLY = 2
    ALL = 3
