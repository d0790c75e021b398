"""Turning names of series into the numbers that the store joins by."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from assay.errors import InvalidParameter
from assay.store.keys import KeyCache, key_ids
from assay.store.statements import Statement
from assay.store.summaries import SeriesId
from assay.store.tables import NO_DATASET
from assay.wire.chunk import MetricColumns, SeriesKey

_MODELS: Final = Statement(
    "SELECT model_id, model_number FROM logged_models WHERE model_id IN (?text...)"
)
_DATASETS: Final = Statement(
    "SELECT experiment_id, name, digest, dataset_id FROM datasets"
    " WHERE experiment_id IN (?int...) AND name IN (?text...) FOR KEEPING"
)
_ADD_DATASET: Final = Statement(
    "INSERT INTO datasets (experiment_id, name, digest, source_type, source)"
    " VALUES (?, ?, ?, '', '') ON CONFLICT (experiment_id, name, digest) DO NOTHING"
)

_Dataset = tuple[int, str, str]


def series_ids(
    conn: Connection, batches: Sequence[tuple[int, MetricColumns]]
) -> list[list[SeriesId]]:
    """Return the numbers of the series of each batch, in their order.

    It takes no statement when all names are known and no model is named, else a few.

    Args:
        conn: A writing connection; new names get their numbers.
        batches: Experiment id and columns of each batch.

    Raises:
        InvalidParameter: A series names a logged model that does not exist.
    """
    cache: KeyCache = conn.info["keys"]
    known: dict[SeriesKey, SeriesId] = cache.series
    try:
        return [list(map(known.__getitem__, columns.keys)) for _, columns in batches]
    except KeyError:
        found = _resolve(conn, batches)
    for _, columns in batches:
        for series in columns.keys:
            if not series[1] and series[0] in cache.ids:
                known[series] = SeriesId(cache.ids[series[0]])
    return found


def _resolve(
    conn: Connection, batches: Sequence[tuple[int, MetricColumns]]
) -> list[list[SeriesId]]:
    names: set[str] = set()
    with_model: list[tuple[int, SeriesKey]] = []
    for experiment_id, columns in batches:
        for series in columns.keys:
            names.add(series[0])
            if series[1]:
                with_model.append((experiment_id, series))
    ids = key_ids(conn, names)
    models = _model_numbers(conn, {str(series.model_id) for _, series in with_model})
    datasets = _dataset_ids(conn, {_dataset(*owner) for owner in with_model})

    def resolve(experiment_id: int, series: SeriesKey) -> SeriesId:
        key_id = ids[series[0]]
        if not series[1]:
            return SeriesId(key_id)
        dataset_id = datasets.get(_dataset(experiment_id, series), NO_DATASET)
        return SeriesId(key_id, models[series[1]], dataset_id)

    return [
        [resolve(experiment_id, series) for series in columns.keys]
        for experiment_id, columns in batches
    ]


def _model_numbers(conn: Connection, model_ids: set[str]) -> dict[str, int]:
    if not model_ids:
        return {}
    numbers: dict[str, int] = dict(_MODELS.rows(conn, sorted(model_ids)))
    for model_id in sorted(model_ids.difference(numbers)):
        raise InvalidParameter(
            f"No logged model has the id {model_id!r}, so no metric can be logged for it."
        )
    return numbers


def _dataset_ids(conn: Connection, wanted: set[_Dataset]) -> dict[_Dataset, int]:
    """Return the numbers of data sets; unknown ones get a row that `log_inputs` may fill later."""
    wanted = {dataset for dataset in wanted if dataset[1]}
    if not wanted:
        return {}
    experiments = sorted({dataset[0] for dataset in wanted})
    names = sorted({dataset[1] for dataset in wanted})
    found = _find_datasets(conn, experiments, names)
    missing = sorted(wanted.difference(found))
    if missing:
        _ADD_DATASET.run_many(conn, missing)
        found = _find_datasets(conn, experiments, names)
    return found


def _find_datasets(
    conn: Connection, experiments: list[int], names: list[str]
) -> dict[_Dataset, int]:
    rows = _DATASETS.rows(conn, experiments, names)
    return {(experiment, name, digest): number for experiment, name, digest, number in rows}


def _dataset(experiment_id: int, series: SeriesKey) -> _Dataset:
    return (experiment_id, series.dataset_name or "", series.dataset_digest or "")
