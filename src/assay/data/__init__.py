"""Describing data for `assay.log_input`: name, digest, source, schema and profile of what a run used.

The data itself stays where it is. Nothing here is loaded before it is asked for: describing a
DataFrame brings its library along, naming this module does not.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assay.data.arrays import from_numpy as from_numpy
    from assay.data.described import DescribedDataset as DescribedDataset
    from assay.data.described import MetaDataset as MetaDataset
    from assay.data.described import get_source as get_source
    from assay.data.files import from_files as from_files
    from assay.data.huggingface import from_huggingface as from_huggingface
    from assay.data.pandas_frames import from_pandas as from_pandas
    from assay.data.polars_frames import from_polars as from_polars
    from assay.data.sources import DatasetSource as DatasetSource

_HOME_OF = {
    "DatasetSource": "assay.data.sources",
    "DescribedDataset": "assay.data.described",
    "MetaDataset": "assay.data.described",
    "from_files": "assay.data.files",
    "from_huggingface": "assay.data.huggingface",
    "from_numpy": "assay.data.arrays",
    "from_pandas": "assay.data.pandas_frames",
    "from_polars": "assay.data.polars_frames",
    "get_source": "assay.data.described",
}

__all__ = [
    "DatasetSource",
    "DescribedDataset",
    "MetaDataset",
    "from_files",
    "from_huggingface",
    "from_numpy",
    "from_pandas",
    "from_polars",
    "get_source",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(importlib.import_module(_HOME_OF[name]), name)
    return value
