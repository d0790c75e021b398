"""Noting that the active run uses a file or folder: `assay.use_data`."""

import pkgutil
from pathlib import Path
from typing import Any, Final

from assay.client import fluent_log

_FROM_FILES: Final = "assay.data.files:from_files"


def use_data(path: str | Path, name: str | None = None, context: str | None = None) -> str:
    """Note that the active run uses a file or folder, by its content, and return its path.

    Args:
        path: A file, a folder, or an address such as `s3://bucket/train.parquet`.
        name: What to call it; its own name when None.
        context: What the run uses it for, such as "train".

    Raises:
        InvalidParameter: There is no such file or folder.
    """
    describe: Any = pkgutil.resolve_name(_FROM_FILES)
    fluent_log.log_input(describe(path, name=name), context=context)
    return str(path)
