"""Files that runs produce: where they lie, how they are read, written and moved.

For users, the package also offers the functions of `_FUNCTIONS`, as the compatible API has them
here. They need a client, so they are looked up by name when asked for; nothing here imports one.
"""

import pkgutil
from typing import Any, Final

_FUNCTIONS: Final = (
    "download_artifacts",
    "list_artifacts",
    "load_dict",
    "load_image",
    "load_text",
)
_HOME: Final = "assay.client.fluent_artifacts"


def __getattr__(name: str) -> Any:
    """Return one of the functions for users."""
    if name in _FUNCTIONS:
        return pkgutil.resolve_name(f"{_HOME}:{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted((*globals(), *_FUNCTIONS))
