"""All points of many series, page by page, for exports; one page has a bounded number of points."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from sqlalchemy import Connection

from assay.errors import RunNotFound
from assay.store.histories import read_history
from assay.store.keys import find_key_ids, key_names
from assay.store.points import SeriesColumns
from assay.store.statements import Statement

_RUNS: Final = Statement("SELECT run_id, run_number FROM runs WHERE run_id IN (?text...)")
_ALL_SERIES: Final = Statement(
    "SELECT run_number, key_id, n_logged FROM series"
    " WHERE run_number IN (?int...) AND model_number = 0 AND dataset_id = 0"
)
_SERIES: Final = Statement(
    "SELECT run_number, key_id, n_logged FROM series"
    " WHERE run_number IN (?int...) AND key_id IN (?int...)"
    " AND model_number = 0 AND dataset_id = 0"
)


class RunSeries(NamedTuple):
    """One metric of one run with all its points."""

    run_id: str
    key: str
    points: SeriesColumns


class SeriesPlace(NamedTuple):
    """Where a page ended: which run, by its place among those asked for, and which metric."""

    run: int
    key: str


def read_histories(
    conn: Connection,
    run_ids: Sequence[str],
    keys: Sequence[str] | None,
    *,
    after: SeriesPlace | None,
    max_points: int,
) -> tuple[list[RunSeries], SeriesPlace | None]:
    """Return series run by run, metrics by name, and where the page ended when more follow.

    Raises:
        RunNotFound: There is no run of an id.
    """
    wanted = list(dict.fromkeys(run_ids))
    places = {number: place for place, number in enumerate(_numbers(conn, wanted))}
    if keys is None:
        rows = _ALL_SERIES.rows(conn, list(places))
    else:
        ids = find_key_ids(conn, keys)
        rows = _SERIES.rows(conn, list(places), sorted(ids.values())) if ids else []
    names = key_names(conn, {row[1] for row in rows})
    series = sorted(
        (SeriesPlace(places[number], names[key_id]), number, key_id, n_points)
        for number, key_id, n_points in rows
    )
    found: list[RunSeries] = []
    n_left = max_points
    for place, number, key_id, n_points in series:
        if after is not None and place <= after:
            continue
        if found and n_points > n_left:
            return found, SeriesPlace(wanted.index(found[-1].run_id), found[-1].key)
        found.append(RunSeries(wanted[place.run], place.key, read_history(conn, number, key_id)))
        n_left -= n_points
    return found, None


def _numbers(conn: Connection, run_ids: Sequence[str]) -> list[int]:
    found: dict[str, int] = dict(_RUNS.rows(conn, list(run_ids)))
    for run_id in run_ids:
        if run_id not in found:
            raise RunNotFound(run_id)
    return [found[run_id] for run_id in run_ids]
