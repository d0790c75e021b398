"""Loading logged models with their params, tags and metrics.

A model's metrics are all points of its series, not only the last ones. Nearly every such series has
one point, which its summary tells; the points of a longer one are read from its history.
"""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, TypeVar

from sqlalchemy import Connection

from assay.entities.logged_models import (
    LoggedModel,
    LoggedModelData,
    LoggedModelInfo,
    LoggedModelParameter,
    LoggedModelStatus,
    LoggedModelTag,
)
from assay.entities.metrics import Metric
from assay.store.histories import read_history
from assay.store.keys import key_names
from assay.store.statements import Row, Statement

_MODELS = Statement(
    "SELECT model_number, model_id, experiment_id, name, creation_time, last_updated_time, "
    "artifact_uri, status, creator_id, model_type, source_run_id, status_message "
    "FROM logged_models WHERE model_number IN (?int...)"
)
_PARAMS = Statement(
    "SELECT model_number, key, value FROM logged_model_params WHERE model_number IN (?int...) "
    "ORDER BY model_number, key"
)
_TAGS = Statement(
    "SELECT model_number, key, value FROM logged_model_tags WHERE model_number IN (?int...) "
    "ORDER BY model_number, key"
)
_SERIES = Statement(
    "SELECT series.model_number, series.run_number, run_id, key_id, series.dataset_id, n_points, "
    "last_step, last_timestamp, last_value, datasets.name, datasets.digest FROM series "
    "JOIN runs ON runs.run_number = series.run_number "
    "LEFT JOIN datasets ON datasets.dataset_id = series.dataset_id "
    "WHERE series.model_number IN (?int...) AND series.model_number > 0 "
    "ORDER BY series.model_number, series.run_number, key_id, series.dataset_id"
)
_NAN: Final = float("nan")


class _Series(NamedTuple):
    model_number: int
    run_number: int
    run_id: str
    key_id: int
    dataset_id: int
    n_points: int
    last_step: int
    last_timestamp: int
    last_value: float | None
    dataset_name: str | None
    dataset_digest: str | None


def load_logged_models(conn: Connection, model_numbers: Sequence[int]) -> list[LoggedModel]:
    """Return the logged models with these numbers, in this order, with all that they have."""
    numbers = list(model_numbers)
    rows = {row[0]: row for row in _MODELS.rows(conn, numbers)}
    params = _labels(_PARAMS.rows(conn, numbers), LoggedModelParameter)
    tags = _labels(_TAGS.rows(conn, numbers), LoggedModelTag)
    series = [_Series(*row) for row in _SERIES.rows(conn, numbers)]
    metrics = _metrics(conn, series, {number: rows[number][1] for number in rows})
    return [
        LoggedModel(
            _info(rows[number], tuple(tags.get(number, ()))),
            LoggedModelData(tuple(params.get(number, ())), tuple(metrics.get(number, ()))),
        )
        for number in numbers
        if number in rows
    ]


def _info(row: Row, tags: tuple[LoggedModelTag, ...]) -> LoggedModelInfo:
    return LoggedModelInfo(
        model_id=row[1],
        experiment_id=str(row[2]),
        name=row[3],
        creation_timestamp_ms=row[4],
        last_updated_timestamp_ms=row[5],
        artifact_uri=row[6],
        status=LoggedModelStatus(row[7]),
        creator_id=row[8],
        model_type=row[9],
        source_run_id=row[10],
        status_message=row[11],
        tag_list=tags,
    )


LabelT = TypeVar("LabelT", LoggedModelParameter, LoggedModelTag)


def _labels(rows: Iterable[Row], kind: type[LabelT]) -> dict[int, list[LabelT]]:
    found: dict[int, list[LabelT]] = {}
    for number, key, value in rows:
        found.setdefault(number, []).append(kind(key, value))
    return found


def _metrics(
    conn: Connection, series: Sequence[_Series], model_ids: dict[int, str]
) -> dict[int, list[Metric]]:
    names = key_names(conn, (one.key_id for one in series))
    found: dict[int, list[Metric]] = {}
    for one in series:
        found.setdefault(one.model_number, []).extend(
            Metric(
                names[one.key_id],
                value,
                timestamp,
                step,
                model_ids[one.model_number],
                one.dataset_name,
                one.dataset_digest,
                one.run_id,
            )
            for step, timestamp, value in _points(conn, one)
        )
    return found


def _points(conn: Connection, one: _Series) -> Iterable[tuple[int, int, float]]:
    if one.n_points == 1:
        value = _NAN if one.last_value is None else one.last_value
        return [(one.last_step, one.last_timestamp, value)]
    history = read_history(
        conn,
        one.run_number,
        one.key_id,
        model_number=one.model_number,
        dataset_id=one.dataset_id,
    )
    return zip(
        history.steps.tolist(), history.timestamps.tolist(), history.values.tolist(), strict=True
    )
