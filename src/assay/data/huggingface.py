"""Describing data sets of the Hugging Face `datasets` library, through the object that is given."""

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

from assay.data.arrays import MAX_DIGESTED
from assay.data.described import DescribedDataset, check_columns
from assay.data.pandas_frames import frame_digest, frame_schema
from assay.data.sources import DatasetSource, source_of
from assay.errors import InvalidParameter


def from_huggingface(  # noqa: PLR0913 the compatible signature
    ds: Any,
    path: str | None = None,
    targets: str | None = None,
    data_dir: str | None = None,
    data_files: str | Sequence[str] | Mapping[str, str | Sequence[str]] | None = None,
    revision: str | None = None,
    name: str | None = None,
    digest: str | None = None,
    source: Any = None,
) -> DescribedDataset:
    """Describe a `datasets.Dataset` by its first 10,000 rows.

    Args:
        ds: The data set; one split, not a dictionary of them.
        path: What it is called on the hub.
        targets: The column to predict.
        data_dir: The folder in it that was loaded.
        data_files: The files in it that were loaded.
        revision: The version of it that was loaded.
        name: What to call the data.
        digest: What tells it apart from others; made from its first rows when None.
        source: Where it is from, when that is not the hub.

    Raises:
        InvalidParameter: It is no such data set, or has no column `targets`.
    """
    if not hasattr(ds, "to_pandas") or not hasattr(ds, "column_names"):
        raise InvalidParameter(
            f"A data set of the datasets library is needed, not {type(ds).__name__}. "
            "Of a dictionary of splits, give one split."
        )
    check_columns(ds.column_names, targets=targets)
    first = next(iter(itertools.islice(ds.to_pandas(batch_size=MAX_DIGESTED, batched=True), 1)))
    origin = source_of(source) if path is None else _hub(ds, path, data_dir, data_files, revision)
    return DescribedDataset(
        name=name,
        digest=digest or frame_digest(first),
        source=origin,
        schema=frame_schema(first),
        profile={
            "num_rows": ds.num_rows,
            "dataset_size": ds.dataset_size,
            "size_in_bytes": ds.size_in_bytes,
        },
        data=ds,
        targets=targets,
    )


def _hub(
    ds: Any, path: str, data_dir: str | None, data_files: Any, revision: str | None
) -> DatasetSource:
    return DatasetSource(
        "hugging_face",
        {
            "path": path,
            "config_name": ds.config_name,
            "data_dir": data_dir,
            "data_files": data_files,
            "split": str(ds.split),
            "revision": revision,
        },
    )
