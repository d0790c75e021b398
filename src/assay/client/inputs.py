"""Data sets and models that went into a run, in every form that callers pass them."""

from collections.abc import Mapping, Sequence
from typing import Any

from assay.entities.datasets import (
    CONTEXT_TAG,
    Dataset,
    DatasetInput,
    InputTag,
    LoggedModelInput,
)
from assay.entities.logged_models import LoggedModel
from assay.entities.names import (
    MAX_DATASET_DIGEST,
    MAX_DATASET_NAME,
    MAX_DATASET_PROFILE,
    MAX_DATASET_SCHEMA,
    MAX_DATASET_SOURCE,
    MAX_INPUT_TAG_KEY,
    MAX_INPUT_TAG_VALUE,
    check_length,
)
from assay.errors import InvalidParameter


def dataset_of(described: Any) -> Dataset:
    """Return `described` as a data set: one of ours, or any object with `to_dict`.

    Raises:
        InvalidParameter: It describes no data set, or a part of it is too long.
    """
    if isinstance(described, Dataset):
        return _checked(described)
    to_dict = getattr(described, "to_dict", None)
    fields = to_dict() if callable(to_dict) else None
    if not isinstance(fields, Mapping) or not {"name", "digest", "source"} <= fields.keys():
        raise InvalidParameter(
            f"A data set must be an assay.entities.Dataset, or have a to_dict() with name, digest, "
            f"source_type and source. Got {type(described).__name__}."
        )
    return _checked(
        Dataset(
            name=str(fields["name"]),
            digest=str(fields["digest"]),
            source_type=str(fields.get("source_type", "")),
            source=str(fields["source"]),
            schema=fields.get("schema"),
            profile=fields.get("profile"),
        )
    )


def dataset_input(
    described: Any, context: str | None = None, tags: Mapping[str, str] | None = None
) -> DatasetInput:
    """Return a data set with what a run used it for."""
    noted = getattr(described, "input_tags", {})
    labels = {**noted, **(tags or {}), **({CONTEXT_TAG: context} if context is not None else {})}
    for key, value in labels.items():
        check_length(key, what="Dataset input tag key", limit=MAX_INPUT_TAG_KEY)
        check_length(str(value), what="Dataset input tag value", limit=MAX_INPUT_TAG_VALUE)
    return DatasetInput(
        dataset_of(described), tuple(InputTag(key, str(value)) for key, value in labels.items())
    )


def dataset_inputs(
    described: Sequence[Any] | None,
    contexts: Sequence[str | None] | None,
    tags_list: Sequence[Mapping[str, str] | None] | None,
) -> list[DatasetInput]:
    """Return several data sets, each with its own context and tags.

    Raises:
        InvalidParameter: The lists differ in length.
    """
    sets = list(described or ())
    uses = list(contexts) if contexts is not None else [None] * len(sets)
    labels = list(tags_list) if tags_list is not None else [None] * len(sets)
    if not len(sets) == len(uses) == len(labels):
        raise InvalidParameter("`contexts` and `tags_list` must be as long as `datasets`.")
    return [
        dataset_input(one, context, tags)
        for one, context, tags in zip(sets, uses, labels, strict=True)
        if one is not None
    ]


def model_inputs(models: Sequence[Any] | None) -> list[LoggedModelInput]:
    """Return logged models, given as entities or inputs, as inputs of a run."""
    return [
        model if isinstance(model, LoggedModelInput) else LoggedModelInput(_model_id(model))
        for model in models or ()
        if model is not None
    ]


def _model_id(model: Any) -> str:
    if isinstance(model, LoggedModel | str):
        return model if isinstance(model, str) else model.model_id
    model_id = getattr(model, "model_id", None)
    if not isinstance(model_id, str):
        raise InvalidParameter(f"{model!r} is no logged model: it has no model_id.")
    return model_id


def _checked(dataset: Dataset) -> Dataset:
    check_length(dataset.name, what="Dataset name", limit=MAX_DATASET_NAME)
    check_length(dataset.digest, what="Dataset digest", limit=MAX_DATASET_DIGEST)
    check_length(dataset.source, what="Dataset source", limit=MAX_DATASET_SOURCE)
    check_length(dataset.schema or "", what="Dataset schema", limit=MAX_DATASET_SCHEMA)
    check_length(dataset.profile or "", what="Dataset profile", limit=MAX_DATASET_PROFILE)
    return dataset
