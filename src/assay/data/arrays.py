"""Describing NumPy arrays. Their digest is MLflow's: of shape and the first 10,000 values."""

import contextlib
import importlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from assay.data.content_digests import digest_arrays, is_small_enough
from assay.data.described import DescribedDataset, json_text, md5_digest
from assay.data.profiles import profile_numbers
from assay.data.sources import source_of

MAX_DIGESTED: Final = 10_000
_MIX_1: Final = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2: Final = np.uint64(0x94D049BB133111EB)

Arrays = NDArray[Any] | Mapping[str, NDArray[Any]]


def from_numpy(
    features: Arrays,
    source: Any = None,
    targets: Arrays | None = None,
    name: str | None = None,
    digest: str | None = None,
) -> DescribedDataset:
    """Describe arrays, one or several by name.

    Args:
        features: What a model learns from.
        source: A path or address where the data is from; this program when None.
        targets: What it should predict.
        name: What to call the data.
        digest: What tells it apart from others; made from its values when None.
    """
    groups = {"features": features} | ({} if targets is None else {"targets": targets})
    schemas = {group: _schema(groups.get(group)) for group in ("features", "targets")}
    profile = {key: value for group in groups for key, value in _profile(group, groups[group])}
    return DescribedDataset(
        name=name,
        digest=digest or md5_digest(*(part for each in groups.values() for part in _parts(each))),
        source=source_of(source),
        schema=None if schemas["features"] is None else {"mlflow_tensorspec": schemas},
        profile=profile,
        content_sha256=_content_digest(groups),
        data=features,
        targets=targets,
    )


def _by_name(arrays: Arrays) -> list[tuple[str | None, NDArray[Any]]]:
    if isinstance(arrays, Mapping):
        return [(key, np.asarray(array)) for key, array in arrays.items()]
    return [(None, np.asarray(arrays))]


def _parts(arrays: Arrays) -> Iterator[bytes]:
    for _, array in sorted(_by_name(arrays), key=lambda item: item[0] or ""):
        yield _hashed(array.reshape(-1)[:MAX_DIGESTED])
        yield from (np.int64(length).tobytes() for length in array.shape)


def _hashed(values: NDArray[Any]) -> bytes:
    if values.dtype.kind in "OSU":
        # Texts are hashed by pandas; without it their number has to do.
        with contextlib.suppress(ImportError, TypeError):
            hash_array: Any = importlib.import_module("pandas").util.hash_array
            return bytes(hash_array(values).tobytes())
    if values.dtype.itemsize > 16 or values.dtype.kind in "OSUV":
        return np.int64(values.size).tobytes()
    return mixed(values).tobytes()


def mixed(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Return 64 well-mixed bits for each number (the finalizer of SplitMix64, as pandas does)."""
    if values.dtype.kind == "c":
        return mixed(values.real.copy()) + np.uint64(23) * mixed(values.imag.copy())
    if values.dtype.kind == "f":
        # Equal values have equal bits: one zero, one NaN.
        values = np.where(
            np.isnan(values), values.dtype.type(np.nan), values + values.dtype.type(0)
        )
    bits = values.view(f"u{values.dtype.itemsize}").astype(np.uint64)
    bits = (bits ^ (bits >> np.uint64(30))) * _MIX_1
    bits = (bits ^ (bits >> np.uint64(27))) * _MIX_2
    return bits ^ (bits >> np.uint64(31))


def _schema(arrays: Arrays | None) -> str | None:
    """Return the JSON text of a tensor schema; the number of rows is left open."""
    if arrays is None or any(array.ndim == 0 for _, array in _by_name(arrays)):
        return None
    columns = []
    for key, array in _by_name(arrays):
        spec = {"dtype": _type_name(array.dtype), "shape": (-1, *array.shape[1:])}
        named = {} if key is None else {"name": key}
        columns.append(named | {"type": "tensor", "tensor-spec": spec})
    return json_text(columns)


def _type_name(dtype: np.dtype[Any]) -> str:
    return {"U": "str", "S": "bytes"}.get(dtype.kind, str(dtype))


def _profile(group: str, arrays: Arrays) -> Iterator[tuple[str, object]]:
    named = _by_name(arrays)
    facts: dict[str, list[object]] = {
        "shape": [array.shape for _, array in named],
        "size": [array.size for _, array in named],
        "nbytes": [array.nbytes for _, array in named],
        "values": [_values(array) for _, array in named],
    }
    names = [key for key, _ in named]
    for fact, values in facts.items():
        by_name = dict(zip(names, values, strict=True))
        yield f"{group}_{fact}", values[0] if names == [None] else by_name


def _values(array: NDArray[Any]) -> dict[str, Any]:
    return profile_numbers(array) if array.dtype.kind in "biuf" else {}


def _content_digest(groups: Mapping[str, Arrays]) -> str | None:
    named = [
        (f"{group}/{key or ''}", array)
        for group, arrays in groups.items()
        for key, array in sorted(_by_name(arrays), key=lambda item: item[0] or "")
    ]
    if not is_small_enough(sum(array.nbytes for _, array in named)):
        return None
    return digest_arrays(named)
