"""A described data set: what a run stores of it, and the data while this process holds it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from assay.data.sources import DatasetSource, source_of
from assay.entities.datasets import Dataset, DatasetInput
from assay.entities.names import MAX_DATASET_PROFILE, MAX_DATASET_SCHEMA
from assay.errors import InvalidParameter

DEFAULT_NAME: Final = "dataset"
CONTENT_TAG: Final = "assay.data.sha256"
"""The input tag that holds the digest over the whole content."""


class DescribedDataset:
    """Name, digest, source, schema and profile of data, and the data itself.

    Args:
        name: What to call it.
        digest: What tells it apart; made as MLflow makes it.
        source: Where it is from.
        schema: Its columns or tensors.
        profile: Its size, ranges, missing values and histograms.
        content_sha256: The digest over all of it, None where that was not made.
        data: What was described.
        targets: The column to predict, or its values.
        predictions: The column of a model's predictions.
    """

    def __init__(  # noqa: PLR0913 a description has that many parts
        self,
        *,
        name: str | None,
        digest: str,
        source: DatasetSource,
        schema: Mapping[str, Any] | None,
        profile: Mapping[str, Any] | None,
        content_sha256: str | None = None,
        data: Any = None,
        targets: Any = None,
        predictions: str | None = None,
    ) -> None:
        self.name: Final = name or DEFAULT_NAME
        self.digest: Final = digest
        self.source: Final = source
        self.schema: Final = schema
        self.profile: Final = profile
        self.content_sha256: Final = content_sha256
        self.data: Final = data
        self.targets: Final = targets
        self.predictions: Final = predictions

    @property
    def df(self) -> Any:
        """The DataFrame that was described."""
        return self.data

    @property
    def features(self) -> Any:
        """The arrays that were described."""
        return self.data

    @property
    def ds(self) -> Any:
        """The Hugging Face data set that was described."""
        return self.data

    @property
    def entity(self) -> Dataset:
        """The description as runs store it."""
        return Dataset(
            name=self.name,
            digest=self.digest,
            source_type=self.source.type,
            source=self.source.to_json(),
            schema=_fitting(self.schema, MAX_DATASET_SCHEMA),
            profile=_fitting(self.profile, MAX_DATASET_PROFILE),
        )

    @property
    def input_tags(self) -> dict[str, str]:
        """What is noted of each use by a run."""
        return {} if self.content_sha256 is None else {CONTENT_TAG: self.content_sha256}

    def to_dict(self) -> dict[str, Any]:
        """Return the description as texts by name."""
        return {field: getattr(self.entity, field) for field in Dataset.__struct_fields__}

    def to_json(self) -> str:
        """Return the description as JSON text."""
        return json_text(self.to_dict())

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} {self.digest}>"


class MetaDataset(DescribedDataset):
    """Data of which only the source is known; nothing of it is read.

    Args:
        source: A path, an address or a source.
        name: What to call it.
        digest: What tells it apart; made from name, source and schema when None.
        schema: Its columns, if they are known.
    """

    def __init__(
        self,
        source: Any,
        name: str | None = None,
        digest: str | None = None,
        schema: Mapping[str, Any] | None = None,
    ) -> None:
        origin = source_of(source)
        super().__init__(
            name=name,
            digest=digest or _meta_digest(name or DEFAULT_NAME, origin, schema),
            source=origin,
            schema=schema,
            profile=None,
        )


def get_source(dataset: Any) -> DatasetSource:
    """Return where a data set is from: one of ours, one of a run, or any with `source`."""
    if isinstance(dataset, DescribedDataset):
        return dataset.source
    entity = dataset.dataset if isinstance(dataset, DatasetInput) else dataset
    if isinstance(entity.source, str):
        return DatasetSource(entity.source_type, msgspec.json.decode(entity.source, type=dict))
    return source_of(entity.source)


def check_columns(columns: Any, **wanted: str | None) -> None:
    """Raise InvalidParameter unless every wanted column is there."""
    for what, column in wanted.items():
        if column is not None and column not in columns:
            raise InvalidParameter(
                f"The data has no column {column!r} to be its {what}. It has {list(columns)}."
            )


def json_text(value: Any) -> str:
    """Return `value` as compact JSON; what is no JSON value becomes text."""
    return msgspec.json.encode(value, enc_hook=str).decode()


def md5_digest(*parts: bytes) -> str:
    """Return eight hexadecimal digits that stand for `parts`."""
    digest = hashlib.md5(usedforsecurity=False)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()[:8]


def _fitting(value: Mapping[str, Any] | None, limit: int) -> str | None:
    """Return `value` as JSON, or None when that is longer than a store takes (very many columns)."""
    text = None if value is None else json_text(value)
    return None if text is None or len(text) > limit else text


def _meta_digest(name: str, source: DatasetSource, schema: Mapping[str, Any] | None) -> str:
    # With the spaces of Python's own encoder: that text is what others make the digest of.
    parts = {
        "name": name,
        "source": json.dumps(source.to_dict()),
        "source_type": source.type,
        "schema": schema.get("mlflow_colspec", "") if schema else "",
    }
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:8]
